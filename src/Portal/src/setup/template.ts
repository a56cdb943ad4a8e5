import { api, answer } from '../api/client'
import { ApiProblem } from '../api/problem'
import type { components } from '../api/schema'

type Campaign = components['schemas']['Campaign']

/** 花溪区 → 花溪: what a district is called in notices. */
export const shortName = (name: string) => (name.length > 2 ? name.replace(/(自治县|区|县|市)$/, '') : name)

/** The sample's words with another district's name in them. */
export function renamed<T>(sample: T, district: string): T {
  return JSON.parse(JSON.stringify(sample).split('花溪区').join(district).split('花溪').join(shortName(district))) as T
}

/** A campaign as most districts begin one, to be changed where it differs. */
export async function campaignTemplate(district: string, districtName: string, season: string): Promise<Campaign> {
  const sample = (await import('../../../../samples/huaxi-2026-2027/campaign.json')).default as unknown as Campaign
  const year = Number(season.slice(0, 4))
  const shifted = (date: string | null | undefined) => (date ? `${Number(date.slice(0, 4)) - 2026 + year}${date.slice(4)}` : date)
  return {
    ...renamed(sample, districtName), district, season, above: [], dutyPhone: '', basis: [], start: shifted(sample.start)!, end: shifted(sample.end)!,
    calendar: { ...sample.calendar!, publicHolidays: year === 2026 ? sample.calendar!.publicHolidays : [],
      progressReportDue: shifted(sample.calendar!.progressReportDue), finalReportDue: shifted(sample.calendar!.finalReportDue) },
    forms: [{ version: 1, from: shifted(sample.start)! }], policyVersion: 1,
  }
}

/** Stores the first form and patrol policy of a district that has none. */
export async function standardVersions(district: string, districtName: string) {
  if (!await exists(() => answer(api.GET('/api/v1/districts/{district}/forms/{version}', { params: { path: { district, version: '1' } } })))) {
    const form = (await import('../../../../samples/huaxi-2026-2027/form-v1.json')).default as unknown as components['schemas']['FormDefinition']
    await answer(api.PUT('/api/v1/districts/{district}/forms/{version}', { params: { path: { district, version: '1' } }, body: renamed(form, districtName) }))
  }
  if (!await exists(() => answer(api.GET('/api/v1/districts/{district}/policies/{version}', { params: { path: { district, version: '1' } } })))) {
    const policy = (await import('../../../../samples/huaxi-2026-2027/policy-v1.json')).default as unknown as components['schemas']['PatrolPolicy']
    await answer(api.PUT('/api/v1/districts/{district}/policies/{version}',
      { params: { path: { district, version: '1' } }, body: renamed(policy, districtName) }))
  }
}

async function exists(ask: () => Promise<unknown>) {
  try {
    await ask()
    return true
  } catch (e) {
    if (e instanceof ApiProblem && e.status === 404) return false
    throw e
  }
}

/** Every version from 1 on: they are counted up and never taken away. */
export async function versionsOf<T>(read: (version: string) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (let version = 1; version < 200; version++) {
    try {
      all.push(await read(String(version)))
    } catch (e) {
      if (e instanceof ApiProblem && e.status === 404) break
      throw e
    }
  }
  return all
}
