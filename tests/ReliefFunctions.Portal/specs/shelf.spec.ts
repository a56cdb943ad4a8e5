import { afterEach, describe, expect, it, vi } from 'vitest'
import { shelf } from '@/unit/shelf'

describe('what the device keeps', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('holds nobody up when the browser never answers, and is asked anew by the next', async () => {
    vi.useFakeTimers()
    const open = vi.fn(() => ({}))
    vi.stubGlobal('indexedDB', { open })
    for (const times of [1, 2]) {
      const refused = expect(shelf.get('drafts', 'k')).rejects.toThrow('IndexedDB')
      await vi.advanceTimersByTimeAsync(8_000)
      await refused
      expect(open).toHaveBeenCalledTimes(times)
    }
  })
})
