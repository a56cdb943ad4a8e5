import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { NoLine } from '@/api/problem'
import { backOff, useLive } from '@/office/live'
import { forgetWhatWasTyped, typedBy, useTyped } from '@/office/typed'

const answer = (status: number, tag?: string, data?: unknown) => ({ data, response: new Response(null, { status, headers: tag ? { ETag: tag } : {} }) })

function watching(ask: (headers: Record<string, string>) => Promise<ReturnType<typeof answer>>, name = () => 'board ' + Math.random(), everyMs = 1_000) {
  const scope = effectScope()
  const live = scope.run(() => useLive(name, ask, everyMs))!
  return { ...live, stop: () => scope.stop() }
}

describe('what a page watches', () => {
  let shown = 'visible'
  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    shown = 'visible'
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => shown as DocumentVisibilityState)
  })
  afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks() })

  it('is asked for with the tag of what is there, and stays when it has not changed', async () => {
    const name = 'board ' + Math.random()
    const ask = vi.fn().mockResolvedValueOnce(answer(200, '"a"', 1)).mockResolvedValueOnce(answer(304, '"a"')).mockResolvedValueOnce(answer(200, '"b"', 2))
    const page = watching(ask, () => name)
    await vi.advanceTimersByTimeAsync(0)
    expect([page.data.value, ask.mock.calls[0]]).toEqual([1, [{}]])
    await vi.advanceTimersByTimeAsync(1_000)
    expect([page.data.value, ask.mock.calls[1]]).toEqual([1, [{ 'If-None-Match': '"a"' }]])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(page.data.value).toBe(2)
    page.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ask).toHaveBeenCalledTimes(3)
  })

  it('rests while nobody looks, and is asked for at once when somebody does again', async () => {
    const ask = vi.fn().mockResolvedValue(answer(200, '"a"', 1))
    const page = watching(ask)
    await vi.advanceTimersByTimeAsync(0)
    shown = 'hidden'
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ask).toHaveBeenCalledTimes(1)
    shown = 'visible'
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(0)
    expect(ask).toHaveBeenCalledTimes(2)
    page.stop()
  })

  it('is asked for as soon as a computer wakes that slept for a night, and no clock that is put back holds it up', async () => {
    const ask = vi.fn().mockResolvedValue(answer(200, '"a"', 1))
    const page = watching(ask, undefined, 120_000)
    await vi.advanceTimersByTimeAsync(0)
    vi.setSystemTime(Date.now() + 8 * 3600_000)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ask).toHaveBeenCalledTimes(2)
    vi.setSystemTime(Date.now() - 3 * 3600_000)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(ask).toHaveBeenCalledTimes(3)
    page.stop()
  })

  it('stays with its time while the line is gone, is tried ever more seldom, and at once when the line is back', async () => {
    const ask = vi.fn().mockResolvedValueOnce(answer(200, '"a"', 1)).mockRejectedValue(new NoLine('no line'))
    const page = watching(ask)
    await vi.advanceTimersByTimeAsync(0)
    const since = page.at.value
    await vi.advanceTimersByTimeAsync(1_000)
    expect([page.stale.value, page.data.value, page.at.value, page.error.value]).toEqual([true, 1, since, undefined])
    await vi.advanceTimersByTimeAsync(300_000)
    const tried = ask.mock.calls.length
    expect(tried).toBeGreaterThan(4)
    expect(tried).toBeLessThan(12)
    ask.mockReset().mockResolvedValue(answer(200, '"b"', 2))
    window.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(0)
    expect([page.stale.value, page.data.value]).toEqual([false, 2])
    page.stop()
  })

  it('tells a refusal, and what was never there', async () => {
    const refused = watching(() => Promise.resolve({ ...answer(404), error: { title: '没有' } } as never))
    const nothing = watching(() => Promise.reject(new NoLine('no line')))
    await vi.advanceTimersByTimeAsync(0)
    expect([refused.stale.value, String(refused.error.value)]).toEqual([false, 'Error: 没有'])
    expect(nothing.error.value).toBeInstanceOf(NoLine)
    refused.stop()
    nothing.stop()
  })

  it('shows what it showed when it is opened again, and another thing for another name', async () => {
    const name = ref('week 1 ' + Math.random())
    const first = watching(() => Promise.resolve(answer(200, '"a"', name.value)), () => name.value)
    await vi.advanceTimersByTimeAsync(0)
    first.stop()
    const again = watching(() => Promise.reject(new NoLine('no line')), () => name.value)
    expect(again.data.value).toBe(name.value)
    await vi.advanceTimersByTimeAsync(0)
    expect(again.stale.value).toBe(true)
    name.value = 'week 2 ' + Math.random()
    await vi.advanceTimersByTimeAsync(0)
    expect(again.data.value).toBeUndefined()
    again.stop()
  })

  it.each([[1, 2_400, 3_600], [2, 4_800, 7_200], [4, 19_200, 28_800], [20, 96_000, 144_000]])('after %i failures waits from %i to %i ms', (failures, least, most) => {
    expect(backOff(failures, 0)).toBeCloseTo(least)
    expect(backOff(failures, 1)).toBeCloseTo(most)
  })
})

describe('what somebody types', () => {
  it('is there again after the page was loaded anew, each for its own, until it was sent or the person leaves', () => {
    const name = ref('one')
    const first = useTyped(() => name.value, () => ({ reason: '' }))
    first.typed.reason = '请核对'
    name.value = 'two'
    expect(first.typed.reason).toBe('')
    expect(useTyped(() => 'one', () => ({ reason: '' })).typed.reason).toBe('请核对')
    name.value = 'one'
    expect(first.typed.reason).toBe('请核对')
    first.clear()
    expect(useTyped(() => 'one', () => ({ reason: '' })).typed.reason).toBe('')
    first.typed.reason = '再写'
    forgetWhatWasTyped()
    expect(useTyped(() => 'one', () => ({ reason: '' })).typed.reason).toBe('')
  })

  it('is theirs: after a session that ended it is there for them, and not for who signs in instead', () => {
    typedBy('key:1')
    useTyped(() => 'one', () => ({ reason: '' })).typed.reason = '请核对'
    typedBy('key:1')
    expect(useTyped(() => 'one', () => ({ reason: '' })).typed.reason).toBe('请核对')
    typedBy('key:2')
    expect(useTyped(() => 'one', () => ({ reason: '' })).typed.reason).toBe('')
  })
})
