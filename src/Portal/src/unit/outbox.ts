import { api, answer, answered } from '../api/client'
import { ApiProblem, NoLine } from '../api/problem'
import { upload } from '../api/upload'
import type { components } from '../api/schema'
import { body, type LocalDraft, type Refusal } from './drafts'
import type { Shelf } from './shelf'

type Schemas = components['schemas']
type Receipt = Schemas['ReportReceipt']

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

/** An incident that waits, a further report of one, or photos of it. */
export interface WaitingIncident {
  /** Names it: sent again after a lost answer it is the same incident; a further report is known by its content and what it goes on from. */
  key: string
  district: string
  season: string
  unit: string
  report: Schemas['IncidentReport']
  /** What goes on with an incident that the server knows; then `report` tells only which one it is. */
  further?: { incident: string, update: Schemas['IncidentUpdate'] }
  /** Whether this device's clock said when it was found, and no person. */
  byClock: boolean
  queuedAt: string
  /** Shrunk, without where they were taken. */
  photos: Blob[]
  /** The number that the server gave it; nothing else means that anybody heard of it. */
  incident: string | null
  /** What the server said to it. */
  message: string
  refusal: Refusal | null
}

/** The calls that the outbox makes. */
export interface Wire {
  /** A first report or a further one. */
  report(waiting: WaitingIncident): Promise<Schemas['IncidentReceipt']>
  photo(waiting: WaitingIncident, photo: Blob): Promise<void>
  submit(draft: LocalDraft): Promise<Receipt>
  attach(scan: WaitingScan): Promise<void>
}

/** The API. */
export const wire: Wire = {
  report: ({ district, season, unit, key, report, further }) => answer(further
    ? api.POST('/api/v1/campaigns/{district}/{season}/units/{unit}/incidents/{incident}/reports',
      { params: { path: { district, season, unit, incident: further.incident } }, body: further.update })
    : api.POST('/api/v1/campaigns/{district}/{season}/units/{unit}/incidents',
      { params: { path: { district, season, unit }, header: { 'Idempotency-Key': key } }, body: report })),
  async photo({ district, season, unit, incident }, photo) {
    await upload('POST', `/api/v1/campaigns/${district}/${season}/units/${unit}/incidents/${incident}/photos`, photo, { type: 'image/jpeg' })
  },
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

/** Without an answer, or without a session, what was sent goes on waiting; what was refused waits for a person. */
function isRefusal(e: unknown): e is ApiProblem {
  return e instanceof ApiProblem && e.status !== 401 && e.status !== 429 && e.status < 500
}

/** A server that could not take one may take the next; without a line or a session there is no next. */
function onward(e: unknown) {
  if (!(e instanceof ApiProblem) || e.status === 401) throw e
}

/** Whether an incident, or a photo of it, is still to be sent. */
export function isWaiting(incident: WaitingIncident) {
  return !incident.refusal && (!incident.incident || incident.photos.length > 0)
}

const telling = new Map<string, Promise<WaitingIncident>>()

/** Sends one incident that waits, then its photos; two calls at once are one. Throws when it goes on waiting. */
export function tell(shelf: Shelf, wire: Wire, waiting: WaitingIncident): Promise<WaitingIncident> {
  const going = telling.get(waiting.key) ?? tellOnce(shelf, wire, waiting).finally(() => telling.delete(waiting.key))
  telling.set(waiting.key, going)
  return going
}

async function tellOnce(shelf: Shelf, wire: Wire, waiting: WaitingIncident): Promise<WaitingIncident> {
  let stands = waiting
  const keep = async (change: Partial<WaitingIncident>) => {
    stands = { ...stands, ...change }
    // A browser that keeps nothing still sends it.
    await shelf.put('incidents', stands.key, stands).catch(() => undefined)
  }
  try {
    if (!stands.incident) {
      const receipt = await wire.report(stands).catch(async (e: unknown) => {
        // This device's clock is wrong, and nobody typed a time: it counts as found when the server hears of it.
        if (!isRefusal(e) || !stands.byClock || !e.errors.length || !e.errors.every((fault) => fault.pointer === '/foundAt')) throw e
        await keep({ report: { ...stands.report, foundAt: null }, byClock: false })
        return wire.report(stands)
      })
      await keep({ incident: receipt.incident.id, message: receipt.message })
    }
    for (const photo of stands.photos) {
      await wire.photo(stands, photo)
      await keep({ photos: stands.photos.slice(1) })
    }
  } catch (e) {
    if (!isRefusal(e)) throw e
    await keep({ refusal: { title: e.title, detail: e.detail, errors: e.errors }, photos: stands.incident ? [] : stands.photos })
  }
  return stands
}

/** Sends one report that waits. Sent twice, the server knows it by its content and its base and gives the same receipt. */
export async function submit(shelf: Shelf, wire: Wire, draft: LocalDraft): Promise<LocalDraft> {
  let after: LocalDraft
  try {
    const receipt = await wire.submit(draft)
    after = { ...draft, queuedAt: null, refusal: null, receipt: { number: receipt.number, version: receipt.version, receivedAt: receipt.receivedAt } }
  } catch (e) {
    if (!isRefusal(e)) throw e
    after = { ...draft, queuedAt: null, refusal: { title: e.title, detail: e.detail, errors: e.errors } }
  }
  // What was typed since then is not thrown away by the answer to what was sent.
  const now = await shelf.get<LocalDraft>('drafts', draft.key).catch(() => undefined)
  const stands: LocalDraft = now && now.editedAt !== draft.editedAt
    ? { ...now, queuedAt: null, baseVersion: after.receipt?.version ?? now.baseVersion, serverRevision: 0, savedAt: null }
    : after
  // A browser that keeps nothing has sent it all the same; one that kept it and cannot any more sends it again, which changes nothing.
  await shelf.put('drafts', draft.key, stands).catch(() => undefined)
  return stands
}

let running: Promise<void> | undefined

/** Sends everything of a unit that waits: incidents first, reports before their scans. Called whenever there may be a line; two calls at once are one. */
export function deliver(shelf: Shelf, wire: Wire, unit: string): Promise<void> {
  running ??= work(shelf, wire, unit).finally(() => { running = undefined })
  return running
}

async function work(shelf: Shelf, wire: Wire, unit: string) {
  try {
    // In the order in which they were said: a further report goes on from the one before it.
    const incidents = (await shelf.all<WaitingIncident>('incidents')).sort((one, other) => Date.parse(one.queuedAt) - Date.parse(other.queuedAt))
    for (const incident of incidents) {
      if (incident.unit === unit && isWaiting(incident)) await tell(shelf, wire, incident).catch(onward)
    }
    for (const draft of await shelf.all<LocalDraft>('drafts')) {
      if (draft.unit === unit && draft.queuedAt) await submit(shelf, wire, draft).catch(onward)
    }
    const waiting = new Set((await shelf.all<LocalDraft>('drafts')).filter((draft) => draft.queuedAt).map((draft) => draft.key))
    for (const scan of await shelf.all<WaitingScan>('scans')) {
      if (scan.unit !== unit || scan.refusal || waiting.has(scan.key)) continue
      try {
        await wire.attach(scan)
        await shelf.delete('scans', scan.key)
      } catch (e) {
        if (isRefusal(e)) await shelf.put('scans', scan.key, { ...scan, refusal: e.detail || e.title })
        else onward(e)
      }
    }
  } catch (e) {
    // The line broke off, or a person must sign in: what waits goes on waiting.
    if (!(e instanceof NoLine || e instanceof ApiProblem)) throw e
  }
}
