import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'

const me = (unit: string) => ({ name: unit, role: 'unitReporter', unit, campaigns: [] })
const says = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })

let client: typeof import('@/api/client')
let session: ReturnType<typeof import('@/stores/session').useSession>
beforeEach(async () => {
  vi.resetModules()
  localStorage.clear()
  client = await import('@/api/client')
  setActivePinia(createPinia())
  session = (await import('@/stores/session')).useSession()
})

describe('a session', () => {
  it('is not ended by what was asked in the one before it, and is by what is asked in it', async () => {
    session.begin(me('u1') as never)
    let late = (_: Response) => {}
    vi.stubGlobal('fetch', vi.fn(() => new Promise<Response>((answer) => { late = answer })))
    const before = client.call(new Request('http://localhost/api/v1/x'))
    session.begin(me('u2') as never)
    late(says({}, 401))
    client.refusal(await before, {})
    expect(session.me?.unit).toBe('u2')
    vi.stubGlobal('fetch', vi.fn(async () => says({}, 401)))
    client.refusal(await client.call(new Request('http://localhost/api/v1/x')), {})
    expect([session.me, session.expired, session.notKept]).toEqual([null, true, true])
  })

  it('that ends after a while was kept by the browser', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    session.begin(me('u1') as never)
    clock.mockReturnValue(60_000)
    client.refusal(says({}, 401), {})
    expect([session.expired, session.notKept]).toEqual([true, false])
    clock.mockRestore()
  })

  it('of whoever was here last is not begun again by a late answer once they have signed out', async () => {
    localStorage.setItem('relief.me', JSON.stringify(me('u1')))
    let late = (_: Response) => {}
    vi.stubGlobal('fetch', vi.fn(() => new Promise<Response>((answer) => { late = answer })))
    expect((await session.load())?.unit).toBe('u1')
    session.take(null)
    late(says({ me: me('u1'), now: new Date().toISOString() }))
    await session.known()
    expect(session.me).toBeNull()
  })
})
