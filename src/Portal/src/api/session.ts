import { api, answer } from './client'
import type { components } from './schema'

/** Who is signed in. */
export type Me = components['schemas']['Me']

/** What a person may do; `feed` never signs in. */
export type Role = components['schemas']['Role']

/** A way in: by key, or by an address that the browser opens and comes back from. */
export type WayIn = components['schemas']['WayIn']

/** Signing in and out. */
export const session = {
  me: () => answer(api.GET('/api/v1/me')),
  waysIn: () => answer(api.GET('/api/v1/sign-in')),
  byKey: (key: string) => answer(api.POST('/api/v1/sessions', { body: { key } })),
  signOut: () => answer(api.DELETE('/api/v1/sessions/{session}', { params: { path: { session: 'current' } } })),
  signOutEverywhere: () => answer(api.DELETE('/api/v1/sessions')),
  /** The address that a way in begins at, coming back to a page of ours. */
  start: (way: WayIn, returnTo: string) => `${way.address}?returnTo=${encodeURIComponent(returnTo)}`,
  campaign: (district: string, season: string) =>
    answer(api.GET('/api/v1/campaigns/{district}/{season}', { params: { path: { district, season } } })),
}
