import { locale } from '../i18n'

let zone = 'Asia/Shanghai'

/** Times are shown in the campaign's zone, wherever the reader is. */
export function showIn(timeZone: string) {
  zone = timeZone
}

function format(at: string | Date, options: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(locale.value === 'en' ? 'en-GB' : 'zh-CN', { timeZone: zone, hourCycle: 'h23', ...options }).format(new Date(at))
}

/** 12月14日周一 17:00 */
export function dayAndTime(at: string | Date) {
  return `${format(at, { month: 'long', day: 'numeric' })}${locale.value === 'en' ? ', ' : ''}${format(at, { weekday: 'short' })} ${clock(at)}`
}

/** 17:00 */
export function clock(at: string | Date) {
  return format(at, { hour: '2-digit', minute: '2-digit' })
}

/** 12月14日 17:00: in tables, where the season says the year. */
export function brief(at: string | Date) {
  return `${format(at, { month: 'short', day: 'numeric' })} ${clock(at)}`
}

/** 2026/12/14 17:00; 14 Dec 2026, 17:00: which number is the month is no question. */
export function stamp(at: string | Date) {
  return format(at, { year: 'numeric', month: locale.value === 'en' ? 'short' : '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })
}

/** An instant as an input for date and time holds it, in the campaign's zone; the API reads a time without a zone there too. */
export function wall(at: Date, inZone = zone) {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
  return new Intl.DateTimeFormat('sv-SE', { timeZone: inZone, ...parts }).format(at).replace(' ', 'T')
}

/** A date without a time (2026-12-14): 12月14日 in every zone. */
export function day(date: string) {
  return new Intl.DateTimeFormat(locale.value === 'en' ? 'en-GB' : 'zh-CN', { timeZone: 'UTC', month: 'long', day: 'numeric' }).format(new Date(date + 'T00:00:00Z'))
}
