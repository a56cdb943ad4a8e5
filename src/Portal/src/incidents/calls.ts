import { api, answer } from '../api/client'
import type { components } from '../api/schema'

type Schemas = components['schemas']
export type IncidentLine = Schemas['IncidentLine']
export type IncidentDetails = NonNullable<Schemas['IncidentUpdate']['details']>
export type UpdateKind = Schemas['IncidentUpdate']['kind']

/** One campaign. */
interface Place {
  district: string
  season: string
}

const incidents = '/api/v1/campaigns/{district}/{season}/units/{unit}/incidents'

/** What the pages of incidents and days call. */
export const calls = {
  rules: (path: Place) => answer(api.GET('/api/v1/campaigns/{district}/{season}/incident-rules', { params: { path } })),
  mine: (path: Place & { unit: string }) => answer(api.GET(incidents, { params: { path } })),
  /** `key` names the report: sent again with the same, it is the same incident. */
  report: (path: Place & { unit: string }, body: Schemas['IncidentReport'], key: string) =>
    answer(api.POST(incidents, { params: { path, header: { 'Idempotency-Key': key } }, body })),
  update: (path: Place & { unit: string, incident: string }, body: Schemas['IncidentUpdate']) =>
    answer(api.POST(`${incidents}/{incident}/reports`, { params: { path }, body })),
  /** Every township of the district, for an incident that happened in another's. */
  units: (path: Place) => answer(api.GET('/api/v1/districts/{district}/units', { params: { path: { district: path.district } } })),
  one: (path: Place & { unit: string, incident: string }) => answer(api.GET(`${incidents}/{incident}`, { params: { path } })),
  join: (path: Place & { unit: string, incident: string }, into: string | null, reason: string, baseVersion: number) =>
    answer(api.POST(`${incidents}/{incident}/join`, { params: { path }, body: { into, reason, baseVersion } })),
  all: (path: Place, headers: Record<string, string>) => api.GET('/api/v1/campaigns/{district}/{season}/incidents', { params: { path }, headers }),
  notices: (path: Place, headers: Record<string, string>) =>
    api.GET('/api/v1/campaigns/{district}/{season}/incident-notices', { params: { path, query: { waiting: true } }, headers }),
  acknowledge: (path: Place & { notice: string }, body: Schemas['IncidentAcknowledgeRequest']) =>
    answer(api.POST('/api/v1/campaigns/{district}/{season}/incident-notices/{notice}/acknowledgement', { params: { path }, body })),
  day: (path: Place & { unit: string, day: string }) => answer(api.GET('/api/v1/campaigns/{district}/{season}/units/{unit}/daily-reports/{day}', { params: { path } })),
  sendDay: (path: Place & { unit: string, day: string }, body: Schemas['DailyRequest']) =>
    answer(api.PUT('/api/v1/campaigns/{district}/{season}/units/{unit}/daily-reports/{day}', { params: { path }, body })),
  deletePhoto: (path: Place & { unit: string, incident: string, photo: string }) => answer(api.DELETE(`${incidents}/{incident}/photos/{photo}`, { params: { path } })),
  table: (path: Place & { day: string }, headers: Record<string, string>) =>
    api.GET('/api/v1/campaigns/{district}/{season}/daily-reports/{day}', { params: { path }, headers }),
}
