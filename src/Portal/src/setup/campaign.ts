import { api, answered } from '../api/client'
import { ApiProblem } from '../api/problem'
import type { components } from '../api/schema'

type Campaign = components['schemas']['Campaign']

/**
 * Changes one thing of the campaign as this person saw it. Where somebody else saved something else meanwhile it is done upon theirs; where they changed the
 * same thing it is refused, to be looked at.
 */
export async function changeCampaign<K extends keyof Campaign>(path: { district: string, season: string }, seen: Campaign, member: K, to: Campaign[K]) {
  for (let tries = 0; ; tries++) {
    const { data, etag } = await answered(api.GET('/api/v1/campaigns/{district}/{season}', { params: { path } }))
    const moved = JSON.stringify(data[member]) !== JSON.stringify(seen[member])
    try {
      return await answered(api.PUT('/api/v1/campaigns/{district}/{season}',
        { params: { path, header: { 'If-Match': moved ? '"seen"' : etag ?? '' } }, body: { ...data, [member]: to } }))
    } catch (e) {
      if (!(e instanceof ApiProblem && e.status === 412) || moved || tries === 3) throw e
    }
  }
}
