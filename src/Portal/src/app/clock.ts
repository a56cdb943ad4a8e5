/** A difference that is no more than a slow answer. */
const slackMs = 20_000
const kept = 'relief.ahead'

let ahead = read()

function read(): number {
  try {
    return Number(localStorage.getItem(kept)) || 0
  } catch {
    return 0
  }
}

/** The server has said what time it is: a phone's own clock may be wrong. */
export function heardNow(at: string) {
  const difference = Date.parse(at) - Date.now()
  if (Number.isNaN(difference)) return
  ahead = Math.abs(difference) < slackMs ? 0 : difference
  try {
    if (ahead) localStorage.setItem(kept, String(ahead))
    else localStorage.removeItem(kept)
  } catch {
    // It is heard again at the next opening.
  }
}

/** What time it is, by the server's clock as far as it is known. */
export function now(): number {
  return Date.now() + ahead
}
