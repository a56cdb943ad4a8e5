import { reactive, watch } from 'vue'

const prefix = 'relief.typed.', typist = 'relief.typist'

/**
 * What somebody is typing, kept in this tab until it was sent: a page that is loaded anew, a session that ended and a link that was followed lose nothing.
 * `name` tells what it is for; when that changes, what was typed for the other is there.
 */
export function useTyped<T extends object>(name: () => string, empty: () => T): { typed: T, clear: () => void } {
  const typed = reactive({}) as T
  const key = () => prefix + name()
  function take() {
    Object.assign(typed, empty(), read(key()))
  }
  function keep() {
    const text = JSON.stringify(typed)
    try {
      if (text === JSON.stringify(empty())) sessionStorage.removeItem(key())
      else sessionStorage.setItem(key(), text)
    } catch {
      // A browser that keeps nothing still holds it on the page.
    }
  }
  take()
  watch(key, take, { flush: 'sync' })
  watch(typed, keep, { deep: true, flush: 'sync' })
  return { typed, clear: () => { Object.assign(typed, empty()) } }
}

/** What somebody typed is theirs: who signs in after them, in the same tab, finds nothing of it. */
export function typedBy(actor: string) {
  try {
    const before = sessionStorage.getItem(typist)
    if (before !== null && before !== actor) forgetWhatWasTyped()
    sessionStorage.setItem(typist, actor)
  } catch {
    // Nothing is kept.
  }
}

/** After signing out what was typed is nobody's any more. */
export function forgetWhatWasTyped() {
  try {
    Object.keys(sessionStorage).filter((key) => key.startsWith(prefix)).forEach((key) => sessionStorage.removeItem(key))
  } catch {
    // Nothing was kept.
  }
}

function read(key: string): object {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as object
  } catch {
    return {}
  }
}
