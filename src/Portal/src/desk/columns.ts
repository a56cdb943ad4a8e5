import { words } from '../office/words'

/** One thing that a row or a document holds: what it is called, how it is typed, how it is said. Reading, editing and comparing all go by it. */
export interface Column<T> {
  /** The member; of a member inside of another with dots, such as `levels.blue`. In a problem's pointer it stands with slashes. */
  name: string
  /** What it is called. */
  text: string
  /** A list is written with 、 between its items; lines, for items that may hold one, each on a line of its own. */
  kind?: 'text' | 'long' | 'lines' | 'number' | 'yes' | 'choice' | 'choices' | 'list' | 'time' | 'date' | 'secret' | 'said'
  /** Of a choice: value and text. */
  options?: readonly (readonly [value: string, text: string])[]
  /** May be left blank; then the member is left out. */
  optional?: boolean
  /** Said where nothing is chosen. */
  none?: string
  /** Takes the width of a line; lists and long texts do by themselves. */
  wide?: boolean
  hint?: string
  /** Only for such rows. */
  when?: (row: T) => boolean
  /** Said in other words than by its kind. */
  show?: (row: T) => string
  /** Where a member holds it in another form than it is typed in. */
  get?: (row: T) => unknown
  set?: (row: T, value: unknown) => void
}

/** A piece of a document: a table of rows, or fields of one thing. */
export interface Part<D> {
  title: string
  hint?: string
  /** Where it stands in the document, as problems say it: `/fields`. */
  pointer: string
  // Rows of different parts are of different kinds; each part's own columns know theirs.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  columns: readonly Column<any>[]
  /** The rows; without them the columns are those of `of`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  rows?: (document: D) => any[]
  of?: (document: D) => object
  /** How problems name the rows, where not by their number. */
  keys?: readonly string[]
  /** Whether what is said of a row, and of none of its columns, is shown here; so it is unless another part shows the same rows. */
  rest?: boolean
  /** A new row; where there is none, rows are neither added nor removed. */
  blank?: () => object
  addText?: string
}

function at(row: object, path: string): unknown {
  return path.split('.').reduce<unknown>((here, name) => (here as Record<string, unknown> | null | undefined)?.[name], row)
}

/** What a row holds. */
export const valueOf = <T extends object>(column: Column<T>, row: T): unknown => (column.get ? column.get(row) : at(row, column.name))

/** Changes what a row holds; undefined leaves the member out. */
export function change<T extends object>(column: Column<T>, row: T, value: unknown) {
  if (column.set) return column.set(row, value)
  const names = column.name.split('.')
  const last = names.pop()!
  let here = row as Record<string, unknown>
  for (const name of names) here = (here[name] ??= {}) as Record<string, unknown>
  if (value === undefined) delete here[last]
  else here[last] = value
}

/** How a row's value stands in its box. */
export function written<T extends object>(column: Column<T>, row: T): string {
  const value = valueOf(column, row)
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.join(column.kind === 'lines' ? '\n' : '、')
  return column.kind === 'time' ? String(value).slice(0, 5) : String(value)
}

/** What was typed, as the API takes it. What is no number stays as it was typed: the API says what is wrong with it, in its place. */
export function read<T>(column: Column<T>, text: string): unknown {
  const typed = text.trim()
  if (column.kind === 'lines' || column.kind === 'list') return typed.split(column.kind === 'lines' ? /\n/ : /[、,，;；\n]/).map((each) => each.trim()).filter(Boolean)
  if (typed === '' && column.optional) return undefined
  if (column.kind === 'number') {
    const plain = typed.normalize('NFKC').replace('−', '-')
    return plain === '' ? null : /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : typed
  }
  if (column.kind === 'time') return /^\d\d:\d\d$/.test(typed) ? typed + ':00' : typed || null
  if (column.kind === 'date') return typed || null
  return text
}

/** What a row holds, in words. */
export function said<T extends object>(column: Column<T>, row: T): string {
  if (column.when && !column.when(row)) return ''
  if (column.show) return column.show(row)
  const value = valueOf(column, row)
  const named = (one: unknown) => column.options?.find(([option]) => option === one)?.[1] ?? String(one)
  switch (column.kind) {
    case 'yes': return value ? words.yes : ''
    case 'choice': return value === null || value === undefined ? column.none ?? '' : named(value)
    case 'choices': return Array.isArray(value) && value.length > 0 ? value.map(named).join('、') : column.none ?? ''
    default: return written(column, row)
  }
}

/** One thing that differs between two versions, in words. */
export interface Difference {
  kind: 'added' | 'removed' | 'changed'
  /** The row, by its first two columns; of a document's fields empty. */
  name: string
  changes: { text: string, before: string, after: string }[]
}

function changes<T extends object>(columns: readonly Column<T>[], before: T, after: T) {
  return columns.filter((column) => column.kind !== 'said').map((column) => ({ text: column.text, before: said(column, before), after: said(column, after) }))
    .filter((each) => each.before !== each.after)
}

/** What differs in a part of two documents: rows are found by what their first column says, the second of the same name by its place among them. */
export function differences<D>(part: Part<D>, before: D, after: D): Difference[] {
  if (part.of) {
    const all = changes(part.columns, part.of(before), part.of(after))
    return all.length > 0 ? [{ kind: 'changed', name: '', changes: all }] : []
  }
  const [first, second] = part.columns
  const byName = (rows: object[]) => {
    const named = new Map<string, object>()
    for (const row of rows) {
      let name = said(first!, row)
      while (named.has(name)) name += '′'
      named.set(name, row)
    }
    return named
  }
  const [was, is] = [byName(part.rows?.(before) ?? []), byName(part.rows?.(after) ?? [])]
  const title = (name: string, row: object) => [name, second && said(second, row)].filter(Boolean).join(' ')
  const found: Difference[] = []
  for (const [name, row] of is) {
    const earlier = was.get(name)
    if (!earlier) found.push({ kind: 'added', name: title(name, row), changes: [] })
    else {
      const all = changes(part.columns, earlier, row)
      if (all.length > 0) found.push({ kind: 'changed', name: title(name, row), changes: all })
    }
  }
  for (const [name, row] of was) if (!is.has(name)) found.push({ kind: 'removed', name: title(name, row), changes: [] })
  return found
}

/** Two people's changes of one thing: what only one of them changed is theirs, what both changed is mine. */
export function merged<T>(base: T, mine: T, theirs: T): T {
  const plain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (plain(base) && plain(mine) && plain(theirs)) {
    const names = new Set([...Object.keys(mine), ...Object.keys(theirs)])
    return Object.fromEntries([...names].map((name) => [name, merged(base[name], mine[name], theirs[name])])) as T
  }
  return JSON.stringify(mine) === JSON.stringify(base) ? theirs : mine
}
