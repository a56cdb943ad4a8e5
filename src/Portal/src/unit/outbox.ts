import { api, answered } from '../api/client'
import { ApiProblem, NoLine } from '../api/problem'
import { upload } from '../api/upload'
import type { components } from '../api/schema'
import { body, type LocalDraft } from './drafts'
import type { Shelf } from './shelf'

type Receipt = components['schemas']['ReportReceipt']

/** A stamped scan that waits: its bytes, and their hash where the browser can tell it. */
export interface WaitingScan {
  key: string
  district: string
  season: string
  week: string
  weekNumber: number
  unit: string
  name: string
  blob: Blob
  queuedAt: string
  refusal: string | null
}

/** The calls that the outbox makes. */
export interface Wire {
  submit(draft: LocalDraft): Promise<Receipt>
  attach(scan: WaitingScan): Promise<void>
}

/** The API. */
export const wire: Wire = {
  async submit(draft) {
    const { data } = await answered(api.PUT('/api/v1/campaigns/{district}/{season}/weeks/{week}/reports/{unit}', {
      params: { path: { district: draft.district, season: draft.season, week: draft.week, unit: draft.unit } },
      body: body(draft.typed, draft.baseVersion),
    }))
    return data
  },
  async attach(scan) {
    await upload('PUT', `/api/v1/campaigns/${scan.district}/${scan.season}/weeks/${scan.week}/reports/${scan.unit}/stamped-scan`, scan.blob,
      { type: scan.blob.type === 'application/pdf' ? 'application/pdf' : 'image/jpeg' })
  },
}

/** Sends one report that waits. Sent twice, the server knows it by its content and its base and gives the same receipt. */
export async function submit(shelf: Shelf, wire: Wire, draft: LocalDraft): Promise<LocalDraft> {
  let after: LocalDraft
  try {
    const receipt = await wire.submit(draft)
    after = { ...draft, queuedAt: null, refusal: null, receipt: { number: receipt.number, version: receipt.version, receivedAt: receipt.receivedAt } }
  } catch (e) {
    // Without an answer, or without a session, it goes on waiting; what was refused waits for a person.
    if (!(e instanceof ApiProblem) || e.status === 401 || e.status === 429 || e.status >= 500) throw e
    after = { ...draft, queuedAt: null, refusal: { title: e.title, detail: e.detail, errors: e.errors } }
  }
  // What was typed since then is not thrown away by the answer to what was sent.
  const now = await shelf.get<LocalDraft>('drafts', draft.key)
  if (now && now.editedAt !== draft.editedAt) {
    const goesOn: LocalDraft = { ...now, queuedAt: null, baseVersion: after.receipt?.version ?? now.baseVersion, serverRevision: 0, savedAt: null }
    await shelf.put('drafts', draft.key, goesOn)
    return goesOn
  }
  await shelf.put('drafts', draft.key, after)
  return after
}

let running: Promise<void> | undefined

/** Sends everything of a unit that waits, reports before their scans. Called whenever there may be a line; two calls at once are one. */
export function deliver(shelf: Shelf, wire: Wire, unit: string): Promise<void> {
  running ??= work(shelf, wire, unit).finally(() => { running = undefined })
  return running
}

async function work(shelf: Shelf, wire: Wire, unit: string) {
  try {
    for (const draft of await shelf.all<LocalDraft>('drafts')) {
      if (draft.unit === unit && draft.queuedAt) await submit(shelf, wire, draft)
    }
    const waiting = new Set((await shelf.all<LocalDraft>('drafts')).filter((draft) => draft.queuedAt).map((draft) => draft.key))
    for (const scan of await shelf.all<WaitingScan>('scans')) {
      if (scan.unit !== unit || scan.refusal || waiting.has(scan.key)) continue
      try {
        await wire.attach(scan)
        await shelf.delete('scans', scan.key)
      } catch (e) {
        if (!(e instanceof ApiProblem) || e.status === 401 || e.status === 429 || e.status >= 500) throw e
        await shelf.put('scans', scan.key, { ...scan, refusal: e.detail || e.title })
      }
    }
  } catch (e) {
    // The line broke off, or a person must sign in: what waits goes on waiting.
    if (!(e instanceof NoLine || e instanceof ApiProblem)) throw e
  }
}
