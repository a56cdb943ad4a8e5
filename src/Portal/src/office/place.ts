import { computed } from 'vue'
import { useSession } from '../stores/session'

/** An address of the desk's pages names the campaign: whoever gets a link sees the same one. */
export const inCampaign = /^\/(\d{6})\/(\d{4}-\d{4})(?=\/|$)/

/** The campaign that a page's calls are about, and whether the person may change things in it. */
export function usePlace() {
  const session = useSession()
  const path = computed(() => ({ district: session.place?.district ?? '', season: session.place?.season ?? '' }))
  /** For links to files. */
  const address = computed(() => `/api/v1/campaigns/${path.value.district}/${path.value.season}`)
  /** The address of one of the desk's pages in this campaign. */
  const desk = (page: string) => (session.place ? `/${session.place.district}/${session.place.season}${page}` : page)
  const mayAct = computed(() => session.me?.role === 'campaignOffice' || session.me?.role === 'operator')
  return { session, path, address, desk, mayAct }
}

export { wall } from '../app/time'
