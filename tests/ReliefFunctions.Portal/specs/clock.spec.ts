import { afterEach, describe, expect, it, vi } from 'vitest'
import { heardNow, now } from '@/app/clock'

afterEach(() => vi.useRealTimers())

describe('the time', () => {
  it.each([['2026-12-14T01:00:00Z', '2026-12-10T22:00:00Z'], ['2026-12-14T01:00:00Z', '2027-02-01T00:00:00Z']])('is the server’s %s while the phone says %s', (server, phone) => {
    vi.useFakeTimers({ now: new Date(phone) })
    heardNow(server)
    vi.advanceTimersByTime(60_000)
    expect(new Date(now()).toISOString()).toBe(new Date(Date.parse(server) + 60_000).toISOString())
  })

  it('is the phone’s own while an answer was only slow, and when the server says none', () => {
    vi.useFakeTimers({ now: new Date('2026-12-14T01:00:00Z') })
    heardNow('2026-12-14T00:59:52Z')
    expect(now()).toBe(Date.now())
    heardNow('yesterday')
    expect(now()).toBe(Date.now())
  })
})
