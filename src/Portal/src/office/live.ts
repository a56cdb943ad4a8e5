import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { refusal } from '../api/client'
import { ApiProblem } from '../api/problem'
import { now } from '../app/clock'
import { acceptLanguage } from '../i18n'
import { useSession } from '../stores/session'

/** What a page watches: what it shows, since when that holds, and whether the line to it is gone at present. */
export interface Live<T> {
  data: ShallowRef<T | undefined>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  /** When the server said last that this is how things stand. */
  at: Ref<Date | undefined>
  /** Set while what is shown could not be asked for again. */
  stale: Ref<boolean>
  reload: () => Promise<void>
}

type Raw<T> = { data?: T, error?: unknown, response: Response }
type Json<T> = Exclude<T, string>
interface Picture { value: unknown, tag: string | null, at: Date }

/** Of this tab: a page that is opened again shows at once what it showed, also without a line. */
const pictures = new Map<string, Picture>()
const firstRetryMs = 3_000, longestRetryMs = 120_000, stepMs = 10_000

/**
 * Does it after a while, in steps: a timer stands still while a computer sleeps and its clock goes on, so that what was due in the night is done as soon as
 * it wakes. A clock that is put back holds up nothing. What is returned calls it off.
 */
function after(waitMs: number, then: () => void) {
  const [date, running] = [Date.now(), performance.now()]
  let timer: ReturnType<typeof setTimeout>
  function step() {
    const left = waitMs - Math.max(Date.now() - date, performance.now() - running)
    if (left <= 0) then()
    else timer = setTimeout(step, Math.min(left, stepMs))
  }
  step()
  return () => clearTimeout(timer)
}

/** How long to wait after so many failures in a row; at random, so that ten offices do not come back in the same moment. */
export function backOff(failures: number, random = Math.random()) {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)) * (0.8 + 0.4 * random)
}

/**
 * Asks again every so often while somebody looks, with the tag of what is there: what has not changed is not sent. Without a line it goes on trying, ever
 * more seldom, and at once when the line or the reader is back. `name` tells what is read; when it changes, another thing is.
 */
export function useLive<T>(name: () => string, ask: (headers: Record<string, string>) => Promise<Raw<T>>, everyMs: number): Live<Json<T>> {
  const session = useSession()
  const data = shallowRef<Json<T>>()
  const error = shallowRef<unknown>()
  const [loading, stale] = [ref(false), ref(false)]
  const at = ref<Date>()
  let [turn, failures] = [0, 0]
  let rest = () => {}
  const key = () => [session.me?.actor, acceptLanguage.value, name()].join('|')

  function show(picture: Picture | undefined) {
    data.value = picture?.value as Json<T> | undefined
    at.value = picture?.at
  }

  async function reload() {
    const [mine, of] = [++turn, key()]
    const before = pictures.get(of)
    rest()
    loading.value = true
    try {
      const { data: read, error: refused, response } = await ask(before?.tag ? { 'If-None-Match': before.tag } : {})
      if (response.status !== 304 && !response.ok) throw refusal(response, refused)
      const picture = response.status === 304 && before
        ? { ...before, at: new Date(now()) }
        : { value: read, tag: response.headers.get('ETag'), at: new Date(now()) }
      pictures.set(of, picture)
      if (mine !== turn) return
      show(picture)
      error.value = undefined
      stale.value = false
      failures = 0
    } catch (e) {
      if (mine !== turn) return
      failures++
      // A refusal is told; what could not be asked is shown as it was, with its time.
      stale.value = data.value !== undefined && !(e instanceof ApiProblem && e.status < 500 && e.status !== 429)
      error.value = stale.value ? undefined : e
    } finally {
      if (mine === turn) {
        loading.value = false
        if (document.visibilityState === 'visible') rest = after(failures > 0 ? backOff(failures) : everyMs, () => void reload())
      }
    }
  }

  function begin() {
    failures = 0
    stale.value = false
    error.value = undefined
    show(pictures.get(key()))
    void reload()
  }

  const look = () => { if (document.visibilityState === 'visible') void reload(); else rest() }
  const back = () => { if (failures > 0) void reload() }
  document.addEventListener('visibilitychange', look)
  window.addEventListener('online', back)
  watch(key, begin)
  onScopeDispose(() => {
    turn++
    rest()
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('online', back)
  })
  begin()
  return { data, error, loading, at, stale, reload }
}

/** The same for what is read in several pieces: asks again every so often while somebody looks. */
export function usePoll(again: () => unknown, everyMs: number) {
  const look = () => { if (document.visibilityState === 'visible') void again() }
  let rest = after(everyMs, turn)
  function turn() {
    look()
    rest = after(everyMs, turn)
  }
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    rest()
    document.removeEventListener('visibilitychange', look)
  })
}
