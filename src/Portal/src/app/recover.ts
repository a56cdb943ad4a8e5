const kept = 'relief.reloaded'
/** How long a word of the server is waited for, and newer pages on a slow line. */
const wordMs = 10_000, pagesMs = 30_000

/** Whether it says that a page's script or style did not come; each browser has its own words for it. */
export function isMissing(error: unknown) {
  return /dynamically imported module|importing a module script|unable to preload css/i.test(String(error))
}

/** Whether the server that has the pages answers, within a person's patience. */
export function reachable() {
  const asked = fetch('/app/portal.webmanifest', { cache: 'no-store' }).then(async (answer) => answer.ok && (await answer.text()).length > 0)
  return within(asked.catch(() => false), wordMs, false)
}

function within<T>(what: Promise<T>, patienceMs: number, otherwise: T): Promise<T> {
  return Promise.race([what, new Promise<T>((done) => setTimeout(() => done(otherwise), patienceMs))])
}

/** Opens an address with the newest pages that there are; false when that was done `once` already and did not help. */
export async function loadAnew(path: string, once = false) {
  try {
    if (once && sessionStorage.getItem(kept) === path) return false
    sessionStorage.setItem(kept, path)
  } catch {
    // A browser that keeps nothing would load it again and again.
    if (once) return false
  }
  await within(newest().catch(() => undefined), pagesMs, undefined)
  location.assign('/app' + path)
  return true
}

/** It opened: what fails later is another matter. */
export function forgetLoading() {
  try {
    sessionStorage.removeItem(kept)
  } catch {
    // Nothing was kept.
  }
}

/** Has the service worker fetch newer pages where there are some; it would give out the ones it has otherwise. */
async function newest() {
  const registration = await navigator.serviceWorker?.getRegistration()
  await registration?.update()
  const coming = registration?.installing ?? registration?.waiting
  if (!coming) return
  const isOver = () => coming.state === 'activated' || coming.state === 'redundant'
  await new Promise<void>((done) => coming.addEventListener('statechange', () => isOver() && done()))
}
