import { computed, onScopeDispose, ref, type Ref, shallowRef, watch, type WatchSource } from 'vue'
import { ApiProblem, type ProblemError } from '../api/problem'
import { useLoad } from '../app/load'
import { type Difference, differences, merged, type Part } from '../desk/columns'
import { deskWords } from '../desk/words'
import { useAct } from '../office/act'

/** Something read, and its version to be named by the change of it. */
export interface Read<D> { data: D, etag: string | null }

/** The version of what is not there yet. */
export const nothing = '"0"'

/** What does not exist yet is what it begins as. */
export async function orElse<D>(read: Promise<Read<D>>, begin: () => D): Promise<Read<D>> {
  try {
    return await read
  } catch (e) {
    if (e instanceof ApiProblem && e.status === 404) return { data: begin(), etag: nothing }
    throw e
  }
}

/** Has the API look at what is typed, a moment after the typing rests: its own words stand in their places before anything is saved. */
export function useCheck(typed: () => unknown, check: () => Promise<unknown>) {
  const found = ref<readonly ProblemError[]>([])
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(typed, (now) => {
    clearTimeout(timer)
    const mine = ++turn
    if (now === undefined) {
      found.value = []
      return
    }
    timer = setTimeout(() => {
      check().then(() => [], (e: unknown) => (e instanceof ApiProblem && (e.status === 422 || e.status === 400) ? e.errors : undefined))
        .then((errors) => { if (errors && mine === turn) found.value = errors })
    }, 700)
  })
  onScopeDispose(() => {
    turn++
    clearTimeout(timer)
  })
  return found
}

/** What both changed of a document since they read it: what stands now, and what this person wrote. */
export function conflictsOf<D>(parts: readonly Part<D>[], base: D, mine: D, theirs: D): Difference['changes'] {
  return parts.flatMap((whole) => {
    // Rows are known by their first column alone: the second may be what was changed.
    const [first, ...rest] = whole.columns
    const part = whole.rows ? { ...whole, columns: [first!, { name: '', text: '', kind: 'said' as const, show: () => '' }, ...rest] } : whole
    const touched = (to: D) => differences(part, base, to)
    const [byMe, byThem] = [touched(mine), touched(theirs)]
    const row = (all: readonly Difference[], name: string) => all.find((each) => each.name === name)
    const changed = (all: readonly Difference[], name: string, text: string) => row(all, name)?.changes.some((change) => change.text === text)
    return differences(part, theirs, mine).flatMap((each) => (each.kind === 'changed'
      ? each.changes.filter((change) => changed(byMe, each.name, change.text) && changed(byThem, each.name, change.text))
          .map((change) => ({ ...change, text: [each.name, change.text].filter(Boolean).join(' ') }))
      : row(byMe, each.name) && row(byThem, each.name)
        ? [{ text: each.name, before: each.kind === 'removed' ? each.name : '', after: each.kind === 'added' ? each.name : '' }] : []))
  })
}

/** Two people's changes of the same rows: as {@link merged}, row by row. A row that one of them removed and the other changed stays. */
export function mergedRows<T extends object>(base: T[], mine: T[], theirs: T[], keyOf: (row: T) => string): T[] {
  const of = (rows: T[], key: string) => rows.find((row) => keyOf(row) === key)
  const same = (a: T, b: T) => JSON.stringify(a) === JSON.stringify(b)
  const kept = mine.flatMap((row) => {
    const [was, is] = [of(base, keyOf(row)), of(theirs, keyOf(row))]
    if (!is) return was && same(was, row) ? [] : [row]
    return [was ? merged(was, row, is) : row]
  })
  const more = theirs.filter((row) => {
    const was = of(base, keyOf(row))
    return !of(mine, keyOf(row)) && (!was || !same(was, row))
  })
  return [...kept, ...more]
}

/** A document that others may change, too: read, typed in, checked, saved upon the version that was read, and joined with what another saved meanwhile. */
export function useShared<D extends object>(options: {
  read: () => Promise<Read<D>>
  /** Saves it, or has it checked alone. */
  write: (document: D, etag: string, validateOnly: boolean) => Promise<unknown>
  parts: () => readonly Part<D>[]
  merge?: (base: D, mine: D, theirs: D) => D
  again?: WatchSource
}) {
  const { data: there, error, loading, reload } = useLoad(options.read, options.again)
  const stored = shallowRef<D>()
  const mine = ref() as Ref<D | undefined>
  const etag = ref(nothing)
  const conflicts = ref<Difference['changes']>([])
  const { busy, error: refused, done, act } = useAct()
  const copy = (document: D) => JSON.parse(JSON.stringify(document)) as D
  function take(read: Read<D>) {
    stored.value = read.data
    mine.value = copy(read.data)
    etag.value = read.etag ?? nothing
  }
  watch(there, (read) => { if (read) take(read) }, { flush: 'sync' })
  const dirty = computed(() => !!mine.value && JSON.stringify(mine.value) !== JSON.stringify(stored.value))
  const found = useCheck(() => (dirty.value ? JSON.stringify(mine.value) : undefined), () => options.write(mine.value!, etag.value, true))
  const faults = computed<readonly ProblemError[]>(() => (refused.value instanceof ApiProblem && refused.value.errors.length > 0 ? refused.value.errors
    : found.value))
  // What was refused was about what is no more; what is said now is about what is typed now.
  watch(found, () => { if (refused.value instanceof ApiProblem) refused.value = undefined })

  async function save(said: string) {
    conflicts.value = []
    if (await act(() => options.write(mine.value!, etag.value, false), said)) {
      await reload()
      return true
    }
    if (refused.value instanceof ApiProblem && refused.value.status === 412) await join()
    return false
  }
  /** Somebody else saved meanwhile: their changes are taken, this person's stay, and where both changed the same thing it is said. */
  async function join() {
    await act(async () => {
      const theirs = await options.read()
      const [base, own] = [stored.value!, mine.value!]
      conflicts.value = conflictsOf(options.parts(), base, own, theirs.data)
      const joined = (options.merge ?? merged)(base, own, theirs.data)
      take(theirs)
      mine.value = copy(joined)
    }, deskWords.keptYours)
  }

  return { mine, stored, etag, dirty, faults, found, conflicts, error, loading, reload, save, busy, refused, done, act }
}
