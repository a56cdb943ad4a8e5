import { api, answer, call, refusal } from './client'

/** What a person may do; `feed` never signs in. */
export type Role = 'unitReporter' | 'campaignOffice' | 'leader' | 'feed' | 'operator'

/** Who is signed in. */
export interface Me {
  actor: string
  name: string
  role: Role
  scope: string
  district?: string | null
  unit?: string | null
  unitName?: string | null
  campaigns: { district: string, districtName: string, season: string, name: string }[]
  signedInBy?: string | null
  endsAt?: string | null
  until?: string | null
}

/** A way in: by key, or by an address that the browser opens and comes back from. */
export interface WayIn {
  id: string
  kind: string
  name: string
  address: string
}

async function json<T>(method: string, address: string, body?: unknown): Promise<T> {
  const response = await call(new Request(new URL(address, location.origin), {
    method,
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  }))
  const text = await response.text()
  const read: unknown = text ? JSON.parse(text) : undefined
  if (!response.ok) throw refusal(response, read)
  return read as T
}

/** Signing in and out. */
export const session = {
  me: () => json<Me>('GET', '/api/v1/me'),
  waysIn: () => json<WayIn[]>('GET', '/api/v1/sign-in'),
  byKey: (key: string) => json<Me>('POST', '/api/v1/sessions', { key }),
  signOut: () => json<undefined>('DELETE', '/api/v1/sessions/current'),
  signOutEverywhere: () => json<undefined>('DELETE', '/api/v1/sessions'),
  /** The address that a way in begins at, coming back to a page of ours. */
  start: (way: WayIn, returnTo: string) => `${way.address}?returnTo=${encodeURIComponent(returnTo)}`,
  campaign: (district: string, season: string) =>
    answer(api.GET('/api/v1/campaigns/{district}/{season}', { params: { path: { district, season } } })),
}
