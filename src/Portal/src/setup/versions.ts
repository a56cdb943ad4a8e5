import { computed, ref, type Ref, watch } from 'vue'
import { ApiProblem, type ProblemError } from '../api/problem'
import { useLoad } from '../app/load'
import { deskWords as t } from '../desk/words'
import { useAct } from '../office/act'
import { useCheck } from './shared'
import { versionsOf } from './template'

/** A configuration of which a version, once stored, never changes: it is edited into the next one. */
export interface Versioned {
  version: number
}

/** What a page of versions works with: all of them, the one shown, the one being made of it. */
export function useVersions<D extends Versioned>(options: {
  /** Names what is not saved yet; it stays in this tab when the page is left by accident. */
  key: string
  read: (version: string) => Promise<D>
  /** Stores a version, or has it checked alone. */
  write: (version: string, document: D, validateOnly: boolean) => Promise<unknown>
  /** What holds where nothing is stored; its version is 0. */
  standard?: () => Promise<D>
  /** With every member that the page edits. */
  whole?: (document: D) => D
}) {
  const whole = options.whole ?? ((document: D) => document)
  const { data: all, error, loading, reload } = useLoad(async () => {
    const stored = await versionsOf(options.read)
    return (stored.length === 0 && options.standard ? [await options.standard()] : stored).map(whole)
  })
  const newest = computed(() => all.value?.[all.value.length - 1])
  const chosen = ref<number>()
  const shown = computed(() => all.value?.find((each) => each.version === chosen.value) ?? newest.value)
  const next = computed(() => (newest.value?.version ?? 0) + 1)
  const edited = ref() as Ref<D | undefined>
  /** The version that the edited one is made of, as it was. */
  const begun = ref('')
  const dirty = computed(() => !!edited.value && JSON.stringify({ ...edited.value, version: 0 }) !== begun.value)
  const { busy, error: refused, done, act } = useAct()
  const found = useCheck(() => (dirty.value ? JSON.stringify(edited.value) : undefined),
    () => options.write(String(next.value), { ...edited.value!, version: next.value }, true))
  const faults = computed<readonly ProblemError[]>(() => (!edited.value ? []
    : refused.value instanceof ApiProblem && refused.value.errors.length > 0 ? refused.value.errors : found.value))
  watch(found, () => { if (refused.value instanceof ApiProblem && edited.value) refused.value = undefined })

  function edit() {
    const copy = JSON.parse(JSON.stringify(shown.value)) as D
    begun.value = JSON.stringify({ ...copy, version: 0 })
    edited.value = { ...copy, version: next.value }
    refused.value = undefined
    done.value = ''
  }
  function stop() {
    edited.value = undefined
    refused.value = undefined
    keep(options.key)
  }
  async function save(): Promise<boolean> {
    const version = next.value
    if (await act(() => options.write(String(version), { ...edited.value!, version }, false), () => t.saved(version))) {
      stop()
      await reload()
      chosen.value = version
      done.value = t.saved(version)
      return true
    }
    // Its number was taken meanwhile: what was typed becomes the version after, and is compared with the one that came between.
    if (refused.value instanceof ApiProblem && refused.value.status === 409) {
      await reload()
      if (next.value > version) {
        refused.value = undefined
        done.value = t.taken(version)
        chosen.value = version
        edited.value!.version = next.value
      }
    }
    return false
  }

  watch([edited, begun], () => { if (edited.value && dirty.value) keep(options.key, { document: edited.value, begun: begun.value }) }, { deep: true })
  const kept = left<{ document: D, begun: string }>(options.key)
  if (kept) {
    const resume = watch(all, (there) => {
      if (!there) return
      resume()
      begun.value = kept.begun
      edited.value = { ...kept.document, version: next.value }
      done.value = t.resumed
    })
  }

  return { all, error, loading, reload, newest, chosen, shown, next, edited, dirty, edit, stop, save, busy, refused, done, act, faults }
}

/** What {@link useVersions} gives. */
export type Versions<D extends Versioned> = ReturnType<typeof useVersions<D>>

const name = (key: string) => `relief.edit.${key}`

function keep(key: string, what?: unknown) {
  try {
    if (what === undefined) sessionStorage.removeItem(name(key))
    else sessionStorage.setItem(name(key), JSON.stringify(what))
  } catch {
    // Then it is kept by the page alone.
  }
}

function left<T>(key: string): T | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(name(key)) ?? 'null') as T | null) ?? undefined
  } catch {
    return undefined
  }
}
