import { onScopeDispose } from 'vue'
import { ApiProblem } from '../api/problem'
import { now } from '../app/clock'
import { useLoad } from '../app/load'
import { shelf } from './shelf'

/** Something that was read, and since when it is known when it could not be read now. */
export interface Seen<T> {
  value: T
  since: string | null
}

/** Reads from the API; without a line what was read last, with the time at which it was. */
export async function fresh<T>(address: string, read: () => Promise<T>): Promise<Seen<T>> {
  try {
    const value = await read()
    await shelf.put('kept', address, { value, at: new Date(now()).toISOString() }).catch(() => undefined)
    return { value, since: null }
  } catch (e) {
    if (e instanceof ApiProblem && e.status < 500) throw e
    const kept = await shelf.get<{ value: T, at: string }>('kept', address).catch(() => undefined)
    if (!kept) throw e
    return { value: kept.value, since: kept.at }
  }
}

/** What a page reads: at once as it was read last, or what is there already of it, and then as it is now. */
export function useKept<T>(address: string, read: () => Promise<T>, part?: () => Promise<T | null>) {
  const page = useLoad(() => fresh(address, read))
  let gone = false
  onScopeDispose(() => { gone = true })
  const meanwhile = (value: T | null | undefined) => {
    if (value && !gone && page.loading.value && page.data.value === undefined) page.data.value = { value, since: null }
  }
  shelf.get<{ value: T }>('kept', address).then((kept) => meanwhile(kept?.value)).catch(() => undefined)
  part?.().then(meanwhile).catch(() => undefined)
  return page
}
