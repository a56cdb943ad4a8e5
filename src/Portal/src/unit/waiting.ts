import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useSession } from '../stores/session'
import type { LocalDraft } from './drafts'
import { deliver, isWaiting, wire, type WaitingIncident, type WaitingScan } from './outbox'
import { shelf } from './shelf'

/** How often it is tried again while something waits. */
const againMs = 20_000

/** What of this unit lies on this device, and the clockwork that sends what waits. */
export const useWaiting = defineStore('waiting', () => {
  const session = useSession()
  const drafts = shallowRef<LocalDraft[]>([])
  const scans = shallowRef<WaitingScan[]>([])
  const incidents = shallowRef<WaitingIncident[]>([])
  const mine = computed(() => session.me?.unit ?? '')
  const queued = computed(() => drafts.value.filter((draft) => draft.queuedAt))
  const anything = computed(() => queued.value.length > 0 || scans.value.some((scan) => !scan.refusal) || incidents.value.some(isWaiting))
  let started = false

  async function refresh() {
    try {
      drafts.value = (await shelf.all<LocalDraft>('drafts')).filter((draft) => draft.unit === mine.value)
      scans.value = (await shelf.all<WaitingScan>('scans')).filter((scan) => scan.unit === mine.value)
      incidents.value = (await shelf.all<WaitingIncident>('incidents')).filter((incident) => incident.unit === mine.value)
    } catch {
      // A browser that keeps nothing (private browsing) works with a line alone.
      drafts.value = []
      scans.value = []
      incidents.value = []
    }
  }

  /** Sends what waits, and says what came of it. */
  async function send() {
    if (!mine.value) return
    await refresh()
    if (anything.value) {
      await deliver(shelf, wire, mine.value)
      await refresh()
    }
  }

  function start() {
    void send()
    if (started) return
    started = true
    window.addEventListener('online', () => void send())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void send())
    setInterval(() => anything.value && void send(), againMs)
  }

  async function drop(key: string) {
    await shelf.delete('drafts', key)
    await refresh()
  }

  async function dropScan(key: string) {
    await shelf.delete('scans', key)
    await refresh()
  }

  async function dropIncident(key: string) {
    await shelf.delete('incidents', key)
    await refresh()
  }

  return { drafts, scans, incidents, queued, anything, refresh, send, start, drop, dropScan, dropIncident }
})
