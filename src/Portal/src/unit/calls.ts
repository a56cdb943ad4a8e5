import { api, answer, answered } from '../api/client'
import { opened } from '../api/start'
import { heardNow } from '../app/clock'
import type { Typed } from './drafts'
import { body } from './drafts'

/** One unit in one campaign. */
export interface UnitPlace {
  district: string
  season: string
  unit: string
}

const report = '/api/v1/campaigns/{district}/{season}/weeks/{week}/reports/{unit}'
const at = (place: UnitPlace, week: string) => ({ path: { district: place.district, season: place.season, unit: place.unit, week } })

/** The address of a unit's report, for files that the browser fetches itself. */
export const addressOf = (place: UnitPlace, week: string) => `/api/v1/campaigns/${place.district}/${place.season}/weeks/${week}/reports/${place.unit}`

/** What a unit's pages call. */
export const calls = {
  async overview(place: UnitPlace) {
    const brought = await opened('overview', place)
    if (brought) return brought
    const read = await answer(api.GET('/api/v1/campaigns/{district}/{season}/units/{unit}/overview', { params: { path: { ...place } } }))
    heardNow(read.now)
    return read
  },
  entry: (place: UnitPlace, week: string) => answer(api.GET(`${report}/entry`, { params: at(place, week) })),
  saveDraft: (place: UnitPlace, week: string, typed: Typed, baseVersion: number, revision: number) =>
    answer(api.PUT(`${report}/draft`, {
      params: { ...at(place, week), header: revision > 0 ? { 'If-Match': `"draft-${revision}"` } : undefined },
      body: body(typed, baseVersion),
    })),
  dropDraft: (place: UnitPlace, week: string, revision: number) =>
    answer(api.DELETE(`${report}/draft`, { params: { ...at(place, week), header: { 'If-Match': `"draft-${revision}"` } } })),
  report: (place: UnitPlace, week: string) => answer(api.GET(report, { params: at(place, week) })),
  versions: (place: UnitPlace, week: string) => answer(api.GET(`${report}/versions`, { params: at(place, week) })),
  version: (place: UnitPlace, week: string, version: string) =>
    answer(api.GET(`${report}/versions/{version}`, { params: { path: { ...at(place, week).path, version } } })),
  receipt: (place: UnitPlace, week: string, version: string) =>
    answer(api.GET(`${report}/versions/{version}/receipt`, { params: { path: { ...at(place, week).path, version } } })),
  confirm: (place: UnitPlace, week: string, version: number) =>
    answer(api.POST(`${report}/confirm-warnings`, { params: at(place, week), body: { version } })),
  inbox: ({ district, season, unit }: UnitPlace) =>
    answer(api.GET('/api/v1/campaigns/{district}/{season}/units/{unit}/inbox', { params: { path: { district, season, unit } } })),
  /** The newest of the inbox, where the opening brought it. */
  newestNotices: (place: UnitPlace) => opened('inbox', place),
  acknowledge: ({ district, season, unit }: UnitPlace, revision: number, name: string) =>
    answer(api.POST('/api/v1/campaigns/{district}/{season}/units/{unit}/inbox/{revision}/acknowledgement', {
      params: { path: { district, season, unit, revision: String(revision) } },
      body: { name },
    })),
  stage: ({ district, season, unit }: UnitPlace, stage: 'progress' | 'final') =>
    answered(api.GET('/api/v1/campaigns/{district}/{season}/stage-reports/{stage}/{unit}', { params: { path: { district, season, unit, stage } } })),
  submitStage: ({ district, season, unit }: UnitPlace, stage: 'progress' | 'final', text: StageText, version: number) =>
    answer(api.PUT('/api/v1/campaigns/{district}/{season}/stage-reports/{stage}/{unit}', {
      params: { path: { district, season, unit, stage }, header: version > 0 ? { 'If-Match': `"${version}"` } : undefined },
      body: text,
    })),
}

/** What a unit writes in a stage report. */
export interface StageText {
  work: string | null
  publicity: string | null
  meetings: string | null
  money: string | null
  problems: string | null
  next: string | null
  filledBy: string | null
  reviewedBy: string | null
}
