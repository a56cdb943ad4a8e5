import { computed } from 'vue'
import { useSession } from '../stores/session'
import type { UnitPlace } from './calls'

/** The unit and campaign of whoever is signed in; the frame of these pages lets nobody in without. */
export function usePlace() {
  const session = useSession()
  return computed<UnitPlace>(() => session.place ?? { district: '', season: '', unit: '' })
}
