import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useSession } from '../stores/session'
import type { LocalDraft } from './drafts'
import { deliver, wire, type WaitingScan } from './outbox'
import { shelf } from './shelf'

/** How often it is tried again while something waits. */
const againMs = 20_000

/** What of this unit lies on this device, and the clockwork that sends what waits. */
export const useWaiting = defineStore('waiting', () => {
  const session = useSession()
  const drafts = shallowRef<LocalDraft[]>([])
  const scans = shallowRef<WaitingScan[]>([])
  const mine = computed(() => session.me?.unit ?? '')
  const queued = computed(() => drafts.value.filter((draft) => draft.queuedAt))
  let started = false

  async function refresh() {
    try {
      drafts.value = (await shelf.all<LocalDraft>('drafts')).filter((draft) => draft.unit === mine.value)
      scans.value = (await shelf.all<WaitingScan>('scans')).filter((scan) => scan.unit === mine.value)
    } catch {
      // A browser that keeps nothing (private browsing) works with a line alone.
      drafts.value = []
      scans.value = []
    }
  }

  /** Sends what waits, and says what came of it. */
  async function send() {
    if (!mine.value) return
    await refresh()
    if (queued.value.length > 0 || scans.value.some((scan) => !scan.refusal)) {
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
    setInterval(() => (queued.value.length > 0 || scans.value.some((scan) => !scan.refusal)) && void send(), againMs)
  }

  async function drop(key: string) {
    await shelf.delete('drafts', key)
    await refresh()
  }

  async function dropScan(key: string) {
    await shelf.delete('scans', key)
    await refresh()
  }

  return { drafts, scans, queued, refresh, send, start, drop, dropScan }
})
