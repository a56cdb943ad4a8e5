import { computed } from 'vue'
import { useSession } from '../stores/session'

/** The campaign that a page's calls are about, and whether the person may change things in it. */
export function usePlace() {
  const session = useSession()
  const path = computed(() => ({ district: session.place?.district ?? '', season: session.place?.season ?? '' }))
  /** For links to files. */
  const address = computed(() => `/api/v1/campaigns/${path.value.district}/${path.value.season}`)
  const mayAct = computed(() => session.me?.role === 'campaignOffice' || session.me?.role === 'operator')
  return { session, path, address, mayAct }
}

export { wall } from '../app/time'
