import { beforeEach, describe, expect, it, vi } from 'vitest'

const place = { district: '520111', season: '2026-2027', unit: 'u1' }
const brought = { me: { unit: 'u1' }, now: new Date().toISOString(), campaign: { district: '520111', season: '2026-2027' }, overview: { unit: 'u1' }, inbox: null }
const says = (body: unknown, status = 200, language = 'zh-CN') => vi.fn(async () => new Response(JSON.stringify(body), { status, headers: { 'Content-Language': language } }))

let opening: typeof import('@/api/start')
beforeEach(async () => {
  vi.resetModules()
  opening = await import('@/api/start')
})

describe('the opening', () => {
  it('is asked for once, without headers of ours, and each part of it stands for one reading', async () => {
    const fetch = vi.stubGlobal('fetch', says(brought)) && globalThis.fetch
    await Promise.all([opening.start(), opening.start()])
    expect(vi.mocked(fetch).mock.calls).toEqual([['/api/v1/start', { credentials: 'same-origin' }]])
    expect(await opening.opened('overview', place)).toEqual({ unit: 'u1' })
    expect(await opening.opened('overview', place)).toBeNull()
    expect(await opening.opened('inbox', place)).toBeNull()
    expect(await opening.opened('campaign', place)).toMatchObject({ season: '2026-2027' })
  })

  it.each([[{ ...place, unit: 'u2' }], [{ ...place, season: '2025-2026' }], [{ ...place, district: '520112' }]])('says nothing of another place: %j', async (elsewhere) => {
    vi.stubGlobal('fetch', says(brought))
    await opening.start()
    expect(await opening.opened('overview', elsewhere)).toBeNull()
  })

  it('is no news any more after a while, after signing out, and in another language than the one chosen', async () => {
    vi.stubGlobal('fetch', says(brought))
    await opening.start()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)
    expect(await opening.opened('overview', place)).toBeNull()
    clock.mockRestore()
    opening.forgetStart()
    expect(await opening.opened('overview', place)).toBeNull()
    vi.stubGlobal('fetch', says(brought, 200, 'en'))
    await opening.start()
    expect(await opening.opened('overview', place)).toBeNull()
  })

  it('that failed is asked for again', async () => {
    vi.stubGlobal('fetch', says({ title: 'x' }, 503))
    await expect(opening.start()).rejects.toMatchObject({ status: 503 })
    vi.stubGlobal('fetch', says(brought))
    expect((await opening.start()).me.unit).toBe('u1')
  })
})
