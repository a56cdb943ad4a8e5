import type { components } from '../api/schema'
import type { ProblemError } from '../api/problem'

/** Everything that a page needs to fill in a report. */
export type Entry = components['schemas']['ReportEntry']
/** The server's draft. */
export type ServerDraft = components['schemas']['DraftView']
export type Field = components['schemas']['FormField']
type Content = components['schemas']['ReportContent']

/** What a person typed into the form. Numbers stay the text that was typed: how it is read is the server's to say. */
export interface Typed {
  values: Record<string, string>
  zeroReport: boolean
  filledBy: string
  reviewedBy: string
  note: string
}

/** What the server said to a report that waited: it is mended by a person and not sent again by itself. */
export interface Refusal {
  title: string
  detail: string
  errors: ProblemError[]
}

/** A report as this device has it. */
export interface LocalDraft {
  key: string
  district: string
  season: string
  week: string
  weekNumber: number
  unit: string
  /** The form that it was typed on: on another one it is looked at, not sent. */
  formVersion: number
  /** The submitted version that it corrects; 0 for a first report. */
  baseVersion: number
  typed: Typed
  editedAt: string
  /** The revision of the server's draft that it was saved as; 0 when it never was. */
  serverRevision: number
  /** When the server confirmed exactly this; null while it is on this device alone. */
  savedAt: string | null
  /** When the person said to submit it; it goes when there is a line. */
  queuedAt: string | null
  refusal: Refusal | null
  /** The receipt, once the server gave it. Nothing else means that it was received. */
  receipt: { number: string, version: number, receivedAt: string } | null
}

export function keyOf(place: { district: string, season: string, unit: string }, week: string) {
  return `${place.district}/${place.season}/${week}/${place.unit}`
}

/** The texts that a report's content stands for in the form's fields; `entered` is what could not be read as it was typed. */
export function typedFrom(entry: Entry, content: Content, entered: Record<string, string> = {}): Typed {
  const values: Record<string, string> = {}
  for (const field of entry.form.fields) {
    const value = entered[field.code] ?? content.values[field.code]
    values[field.code] = value === null || value === undefined ? '' : String(value)
  }
  return {
    values,
    zeroReport: content.zeroReport,
    filledBy: content.filledBy ?? '',
    reviewedBy: content.reviewedBy ?? '',
    note: content.note ?? '',
  }
}

/** A form not begun: levels that the form carries over stand as last week, the names as last time. */
function fresh(entry: Entry): Typed {
  const carried = Object.fromEntries(entry.form.fields.filter((field) => field.prefilled).map((field) => [field.code, entry.lastWeek?.[field.code] ?? null]))
  return typedFrom(entry, { values: carried, zeroReport: false, filledBy: entry.filledBy, reviewedBy: entry.reviewedBy, note: null })
}

/**
 * What another page of this device has kept of the same draft since this page read or kept it (`keptAt` is when that was edited); nothing while they say
 * the same.
 */
export function keptElsewhere(fields: Field[], mine: LocalDraft, there: LocalDraft | undefined, keptAt: string | null): LocalDraft | null {
  if (!there || there.receipt || there.editedAt === keptAt || there.editedAt === mine.editedAt) return null
  return differences(fields, mine.typed, there.typed).length > 0 ? there : null
}

/** How the form begins: with this device's draft, the server's, what was submitted, or nothing; or with two that differ, of which a person chooses. */
export type Beginning =
  | { kind: 'typed', typed: Typed, serverRevision: number, baseVersion: number, savedAt: string | null, editedAt: string | null }
  | { kind: 'misfit', local: LocalDraft }
  | { kind: 'conflict', local: LocalDraft, theirs: Typed, serverRevision: number, submitted: boolean, elsewhere?: LocalDraft }

/** Decides how the form begins. Nothing is merged: where both sides have something that the other has not, both are shown. */
export function begin(entry: Entry, local: LocalDraft | undefined): Beginning {
  const server = entry.draft ?? null
  const latest = entry.report.version
  const stands = (): Beginning => server
    ? {
        kind: 'typed', typed: typedFrom(entry, server.content, server.entered), serverRevision: server.revision, baseVersion: server.baseVersion ?? 0,
        savedAt: server.savedAt, editedAt: server.savedAt,
      }
    : {
        kind: 'typed', typed: entry.report.content ? typedFrom(entry, entry.report.content) : fresh(entry), serverRevision: 0, baseVersion: latest,
        savedAt: null, editedAt: null,
      }
  if (!local || local.receipt) return stands()
  if (local.formVersion !== entry.form.version) return { kind: 'misfit', local }
  const mine: Beginning = {
    kind: 'typed', typed: local.typed, serverRevision: local.serverRevision, baseVersion: local.baseVersion, savedAt: local.savedAt, editedAt: local.editedAt,
  }
  const sameDraft = (server?.revision ?? 0) === local.serverRevision
  if (local.savedAt && sameDraft && local.baseVersion === latest) return mine
  // The server had all of it: whatever stands there now is newer.
  if (local.savedAt) return stands()
  if (local.baseVersion !== latest && entry.report.content) {
    const theirs = typedFrom(entry, entry.report.content)
    return differences(entry.form.fields, local.typed, theirs).length === 0
      ? stands()
      : { kind: 'conflict', local, theirs, serverRevision: server?.revision ?? 0, submitted: true }
  }
  if (!server || sameDraft) return { ...mine, serverRevision: server?.revision ?? 0 }
  const theirs = typedFrom(entry, server.content, server.entered)
  return differences(entry.form.fields, local.typed, theirs).length === 0
    ? { ...mine, serverRevision: server.revision, savedAt: server.savedAt }
    : { kind: 'conflict', local, theirs, serverRevision: server.revision, submitted: false }
}

/** Where two fillings differ. */
export function differences(fields: Field[], mine: Typed, theirs: Typed): { code: string, label: string, mine: string, theirs: string }[] {
  const lines = fields.map((field) => ({ code: field.code, label: field.label, mine: mine.values[field.code] ?? '', theirs: theirs.values[field.code] ?? '' }))
  const heads = ([['filledBy', '填报人'], ['reviewedBy', '审核人'], ['note', '情况说明']] as const)
    .map(([name, label]) => ({ code: name, label, mine: mine[name], theirs: theirs[name] }))
  const zero = { code: 'zeroReport', label: '零报告', mine: mine.zeroReport ? '是' : '否', theirs: theirs.zeroReport ? '是' : '否' }
  return [...lines, ...heads, zero].filter((line) => line.mine.trim() !== line.theirs.trim())
}

/** The body of PUT: what was typed as it was typed, an empty field as a blank, never as zero. */
export function body(typed: Typed, baseVersion: number) {
  const blank = (text: string) => (text.trim() === '' ? null : text)
  return {
    values: Object.fromEntries(Object.entries(typed.values).map(([code, text]) => [code, blank(text)])),
    baseVersion: baseVersion || null,
    zeroReport: typed.zeroReport,
    filledBy: blank(typed.filledBy),
    reviewedBy: blank(typed.reviewedBy),
    note: blank(typed.note),
  }
}

/** A whole number as typed, or null while it is none: for sums shown beside the form. */
export function whole(text: string | undefined): number | null {
  const plain = (text ?? '').trim().replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))
  return /^\d{1,9}$/.test(plain) ? Number(plain) : null
}
