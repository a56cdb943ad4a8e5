import { spokenNow } from '../i18n'
import { heardNow } from '../app/clock'
import { refusal, sent } from './client'
import { NoLine } from './problem'
import type { components } from './schema'

/** What the portal opens with, in one answer. */
export type Start = components['schemas']['PortalStart']
type Part = 'campaign' | 'overview' | 'inbox'

/** What the opening brought stands for the first reading of it, and not for what is read later. */
const newForMs = 15_000
const patienceMs = 30_000

let asked: Promise<Start> | undefined
let askedAt = 0

/** Asks once, as the page itself preloads it: without headers of ours, which would make it another request. */
export function start(): Promise<Start> {
  if (!asked) {
    askedAt = performance.now()
    const mine = asked = ask()
    mine.catch(() => { if (asked === mine) asked = undefined })
  }
  return asked
}

/** Who comes next is told anew. */
export function forgetStart() {
  asked = undefined
}

/** A part of what the opening brought of a campaign, once; null when it brought none or has been a while. */
export async function opened<P extends Part>(part: P, place: { district: string, season: string, unit?: string }): Promise<NonNullable<Start[P]> | null> {
  if (!asked || performance.now() - askedAt > newForMs) return null
  const brought = await asked
  const value = brought[part]
  if (!value || brought.campaign?.district !== place.district || brought.campaign.season !== place.season || (place.unit && brought.me.unit !== place.unit)) return null
  // The campaign says whose the other parts are.
  if (part === 'campaign') return value
  brought[part] = null as Start[P]
  return value
}

async function ask(): Promise<Start> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new NoLine('late')), patienceMs))
  const response = await Promise.race([sent(() => fetch('/api/v1/start', { credentials: 'same-origin' })).catch(() => { throw new NoLine('no line') }), late])
  const read: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw refusal(response, read)
  const brought = read as Start
  heardNow(brought.now)
  // The browser's own language may not be the one chosen here: what is said to people is asked for again.
  return spokenNow(response.headers.get('Content-Language')) ? brought : { ...brought, overview: null, inbox: null }
}
