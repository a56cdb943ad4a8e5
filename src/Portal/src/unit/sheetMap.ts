import type { ProblemError } from '../api/problem'

/** Rows drawn at most: a form has fewer, and a file that somebody made up must not fill the page. */
const mostRows = 80

/** Which part of the sheet to draw, and which cells are wrong. */
export interface SheetPart {
  columns: string[]
  rows: number[]
  wrong: Set<string>
  /** By row, the code of the field that stands there, as far as the faults tell. */
  codes: Record<number, string>
}

/** The part of the sheet around everything that is wrong in it: from column A to F at least; null when no fault names a cell. */
export function mapOf(errors: ProblemError[]): SheetPart | null {
  const cells = errors.flatMap((error) => {
    const match = /^([A-Z]{1,2})([1-9]\d{0,5})$/.exec(error.cell ?? '')
    return match ? [{ column: match[1] as string, row: Number(match[2]), field: error.field ?? '' }] : []
  })
  if (cells.length === 0) return null
  const first = Math.max(1, Math.min(...cells.map((cell) => cell.row)) - 2)
  const last = Math.min(first + mostRows - 1, Math.max(...cells.map((cell) => cell.row)) + 2)
  const columns = new Set(['A', 'B', 'C', 'D', 'E', 'F', ...cells.map((cell) => cell.column)])
  return {
    columns: [...columns].sort((a, b) => a.length - b.length || a.localeCompare(b)).slice(0, 20),
    rows: Array.from({ length: last - first + 1 }, (_, i) => first + i),
    wrong: new Set(cells.map((cell) => cell.column + cell.row)),
    codes: Object.fromEntries(cells.map((cell) => [cell.row, cell.field])),
  }
}
