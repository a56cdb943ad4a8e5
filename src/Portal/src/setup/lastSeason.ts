/** A week of the season before, as it is typed. */
export interface Week { number: number, headlines: Record<string, number>, minimum?: number | null }

/**
 * Weeks as a table pasted from Excel says them: a line of heads, then one line a week. The first column is the week; the others are found by their heads,
 * 最低气温 the lowest temperature. What is no figure is left out.
 */
export function pasted(text: string, labels: readonly string[]): Week[] {
  const lines = text.split(/\r?\n/).map((line) => line.split('\t').map((cell) => cell.trim())).filter((cells) => cells.some(Boolean))
  const heads = lines[0] ?? []
  const numberOf = (cell: string | undefined) => {
    const plain = (cell ?? '').normalize('NFKC').replace(/[,，]/g, '').replace('−', '-').replace(/^第|周$/g, '')
    return plain !== '' && Number.isFinite(Number(plain)) ? Number(plain) : undefined
  }
  return lines.slice(numberOf(heads[0]) === undefined ? 1 : 0).flatMap((cells) => {
    const number = numberOf(cells[0])
    if (number === undefined) return []
    const week: Week = { number, headlines: {} }
    heads.forEach((head, i) => {
      const value = i === 0 ? undefined : numberOf(cells[i])
      if (value === undefined) return
      if (/最低气温|minimum/i.test(head)) week.minimum = value
      else if (labels.includes(head)) week.headlines[head] = value
    })
    return [week]
  })
}
