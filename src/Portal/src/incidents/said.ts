import { wall } from '../app/time'
import { whole } from '../unit/drafts'
import type { IncidentDetails } from './calls'
import type { components } from '../api/schema'

/** People by state; those in danger are some of those in hospital. */
export const counts = ['safe', 'slight', 'hospitalised', 'critical', 'dead', 'missing'] as const
/** Lines of text. */
export const lines = ['village', 'done', 'needs', 'onSpot', 'onSpotPhone'] as const
/** What is chosen from the district's lists. */
export const choices = ['kind', 'placeType', 'township'] as const

const numbers = ['howMany', ...counts] as const
const words = ['what', 'where', ...lines, ...choices, 'finding'] as const
type Name = (typeof numbers)[number] | (typeof words)[number] | 'foundAt'

/** What a person typed of an incident, as they typed it; what is empty was not said. */
export type Said = Record<Name, string>

/** Nothing said yet, but for what is given. */
export function said(given: Partial<Said> = {}): Said {
  return { ...Object.fromEntries([...numbers, ...words, 'foundAt'].map((name) => [name, ''])) as Said, ...given }
}

/** What stands, as it would be typed. */
export function saidOf(content: components['schemas']['IncidentContent']): Said {
  const text = (value: string | number | null | undefined) => (value === null || value === undefined ? '' : String(value))
  return said({ ...Object.fromEntries([...numbers, ...words].map((name) => [name, text(content[name])])), foundAt: wall(new Date(content.foundAt)) })
}

/** What differs from what stands, to be sent: a text that was emptied is taken away; numbers that are none are named. */
export function changes(now: Said, stands: Said): { details: IncidentDetails, wrong: Name[] } {
  const details: Record<string, string | number> = {}
  const wrong: Name[] = []
  for (const name of numbers) {
    if (now[name].trim() === stands[name].trim()) continue
    const number = whole(now[name])
    // What was counted once is a number from then on: nobody is 0.
    if (number === null) wrong.push(name)
    else details[name] = number
  }
  for (const name of words) if (now[name].trim() !== stands[name].trim()) details[name] = now[name].trim()
  if (now.foundAt && now.foundAt !== stands.foundAt) details.foundAt = now.foundAt
  return { details, wrong }
}
