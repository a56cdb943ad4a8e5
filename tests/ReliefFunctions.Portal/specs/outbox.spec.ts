import { describe, expect, it, vi } from 'vitest'
import { ApiProblem, NoLine } from '@/api/problem'
import type { LocalDraft } from '@/unit/drafts'
import { deliver, isWaiting, tell, type WaitingIncident, type WaitingScan, type Wire } from '@/unit/outbox'
import type { Shelf, Store } from '@/unit/shelf'

class Memory implements Shelf {
  stores: Record<Store, Map<string, unknown>> = { drafts: new Map(), stages: new Map(), scans: new Map(), incidents: new Map(), kept: new Map() }
  get = async <T>(store: Store, key: string) => this.stores[store].get(key) as T | undefined
  put = async (store: Store, key: string, value: unknown) => { this.stores[store].set(key, structuredClone(value)) }
  delete = async (store: Store, key: string) => { this.stores[store].delete(key) }
  all = async <T>(store: Store) => [...this.stores[store].values()] as T[]
}

const waits = (unit = 'u1'): LocalDraft => ({
  key: `k-${unit}`, district: 'd', season: 's', week: '2026W50', weekNumber: 2, unit, formVersion: 1, baseVersion: 0,
  typed: { values: { A01: '3' }, zeroReport: false, filledBy: '', reviewedBy: '', note: '' },
  editedAt: 't1', serverRevision: 0, savedAt: null, queuedAt: 't1', refusal: null, receipt: null,
})
const scan = (): WaitingScan => ({ key: 'k-u1', district: 'd', season: 's', week: '2026W50', weekNumber: 2, unit: 'u1', name: 'x', blob: new Blob(['x']), queuedAt: 't', refusal: null })
const receipt = { number: 'R-1', version: 1, receivedAt: '2026-12-14T02:00:00Z' }

const wireOf = (submit: () => Promise<unknown>, attach: () => Promise<void> = async () => undefined) =>
  ({ submit: vi.fn(submit), attach: vi.fn(attach) }) as unknown as Wire & { submit: ReturnType<typeof vi.fn>, attach: ReturnType<typeof vi.fn> }

describe('what waits on the device', () => {
  it('is sent once, however often the line comes back at once', async () => {
    const shelf = new Memory()
    await shelf.put('drafts', 'k-u1', waits())
    const wire = wireOf(async () => receipt)
    await Promise.all([deliver(shelf, wire, 'u1'), deliver(shelf, wire, 'u1'), deliver(shelf, wire, 'u1')])
    await deliver(shelf, wire, 'u1')
    expect(wire.submit).toHaveBeenCalledTimes(1)
    expect(await shelf.get('drafts', 'k-u1')).toMatchObject({ queuedAt: null, receipt: { number: 'R-1' } })
  })

  it.each([['no line', new NoLine()], ['no session', new ApiProblem(401, {})], ['a server that is down', new ApiProblem(503, {})], ['too many calls', new ApiProblem(429, {})]])(
    'goes on waiting with %s', async (_, error) => {
      const shelf = new Memory()
      await shelf.put('drafts', 'k-u1', waits())
      await deliver(shelf, wireOf(() => Promise.reject(error)), 'u1')
      expect(await shelf.get('drafts', 'k-u1')).toMatchObject({ queuedAt: 't1', receipt: null, refusal: null })
    })

  it('stands in the way of nothing else while the server cannot take it', async () => {
    const shelf = new Memory()
    await shelf.put('drafts', 'k-1', { ...waits(), key: 'k-1' })
    await shelf.put('drafts', 'k-2', { ...waits(), key: 'k-2' })
    for (const key of ['k-1', 'k-2', 'k-3', 'k-4']) await shelf.put('scans', key, { ...scan(), key })
    const down = new ApiProblem(500, {})
    const wire = wireOf(async () => (wire.submit.mock.calls.length === 1 ? Promise.reject(down) : receipt),
      async () => { if (wire.attach.mock.calls.length === 1) throw down })
    await deliver(shelf, wire, 'u1')
    expect([await shelf.get('drafts', 'k-1'), await shelf.get('drafts', 'k-2')]).toMatchObject([{ queuedAt: 't1' }, { queuedAt: null, receipt: { number: 'R-1' } }])
    // The scan of the report that waits waits with it.
    expect((await shelf.all<WaitingScan>('scans')).map((each) => each.key)).toEqual(['k-1', 'k-2'])
  })

  it('is not sent again by itself once it was refused', async () => {
    const shelf = new Memory()
    await shelf.put('drafts', 'k-u1', waits())
    const wire = wireOf(() => Promise.reject(new ApiProblem(422, { title: '未通过', detail: '有 1 处', errors: [{ message: 'A01' }] })))
    await deliver(shelf, wire, 'u1')
    await deliver(shelf, wire, 'u1')
    expect(wire.submit).toHaveBeenCalledTimes(1)
    expect(await shelf.get('drafts', 'k-u1')).toMatchObject({ queuedAt: null, refusal: { detail: '有 1 处', errors: [{ message: 'A01' }] } })
  })

  it('is another unit’s to send when another unit is signed in', async () => {
    const shelf = new Memory()
    await shelf.put('drafts', 'k-u2', waits('u2'))
    const wire = wireOf(async () => receipt)
    await deliver(shelf, wire, 'u1')
    expect(wire.submit).not.toHaveBeenCalled()
  })

  it('keeps what was typed while it was on its way', async () => {
    const shelf = new Memory()
    await shelf.put('drafts', 'k-u1', waits())
    await deliver(shelf, wireOf(async () => {
      await shelf.put('drafts', 'k-u1', { ...waits(), editedAt: 't2', typed: { ...waits().typed, values: { A01: '4' } } })
      return receipt
    }), 'u1')
    expect(await shelf.get('drafts', 'k-u1')).toMatchObject({ typed: { values: { A01: '4' } }, baseVersion: 1, receipt: null })
  })

  it('counts its scans: a scan goes after its report, and is gone only when the server has it', async () => {
    const shelf = new Memory()
    await shelf.put('drafts', 'k-u1', waits())
    await shelf.put('scans', 'k-u1', scan())
    let line = false
    const order: string[] = []
    const wire = wireOf(async () => {
      if (!line) throw new NoLine()
      order.push('report')
      return receipt
    }, async () => { order.push('scan') })
    await deliver(shelf, wire, 'u1')
    expect(await shelf.all('scans')).toHaveLength(1)
    line = true
    await deliver(shelf, wire, 'u1')
    expect([order, await shelf.all('scans')]).toEqual([['report', 'scan'], []])
  })

  it('keeps a scan that was refused, with the reason', async () => {
    const shelf = new Memory()
    await shelf.put('scans', 'k-u1', scan())
    const wire = wireOf(async () => receipt, () => Promise.reject(new ApiProblem(415, { detail: '应是 PDF 或 JPG' })))
    await deliver(shelf, wire, 'u1')
    await deliver(shelf, wire, 'u1')
    expect(wire.attach).toHaveBeenCalledTimes(1)
    expect(await shelf.get('scans', 'k-u1')).toMatchObject({ refusal: '应是 PDF 或 JPG' })
  })
})

const told = { incident: { id: '1214-u1-ab' }, message: '已报出（编号 1214-u1-ab，第1次）。' }
const incident = (more: Partial<WaitingIncident> = {}): WaitingIncident => ({
  key: 'i1', district: 'd', season: 's', unit: 'u1', queuedAt: 't', photos: [], incident: null, message: '', refusal: null, byClock: true,
  report: { what: '一人冻伤', where: '桥下', howMany: 1, foundAt: '2026-12-14T01:00:00Z', details: null }, ...more,
})
const bell = (report: (waiting: WaitingIncident) => Promise<unknown>, photo: () => Promise<void> = async () => undefined) =>
  ({ report: vi.fn(report), photo: vi.fn(photo), submit: vi.fn(async () => receipt), attach: vi.fn() }) as unknown as Wire
  & { report: ReturnType<typeof vi.fn>, photo: ReturnType<typeof vi.fn>, submit: ReturnType<typeof vi.fn> }

describe('an incident that waits', () => {
  it('is sent once, before the reports, whoever sends it at once, and always by the same name and words', async () => {
    const shelf = new Memory()
    await shelf.put('incidents', 'i1', incident())
    await shelf.put('drafts', 'k-u1', waits())
    let lost = true
    const wire = bell(async () => {
      if (!lost) return told
      lost = false
      throw new NoLine()
    })
    await deliver(shelf, wire, 'u1')
    expect([isWaiting(await shelf.get('incidents', 'i1') as WaitingIncident), wire.submit.mock.calls.length]).toEqual([true, 0])
    await Promise.all([deliver(shelf, wire, 'u1'), tell(shelf, wire, incident()), tell(shelf, wire, incident())])
    await deliver(shelf, wire, 'u1')
    expect(wire.report.mock.calls.map(([sent]) => [sent.key, sent.report])).toEqual(Array(2).fill(['i1', incident().report]))
    expect(await shelf.get('incidents', 'i1')).toMatchObject({ incident: '1214-u1-ab', message: told.message })
    expect(wire.submit).toHaveBeenCalledTimes(1)
  })

  it('keeps its photos until each is there, and goes on where it was when the line breaks between them', async () => {
    const shelf = new Memory()
    const photos = [new Blob(['1']), new Blob(['2'])]
    let line = 1
    const wire = bell(async () => told, async () => {
      if (line-- <= 0) throw new NoLine()
    })
    await expect(tell(shelf, wire, incident({ photos }))).rejects.toThrow(NoLine)
    const left = await shelf.get('incidents', 'i1') as WaitingIncident
    expect([left.photos.length, left.incident, isWaiting(left)]).toEqual([1, '1214-u1-ab', true])
    line = 9
    const after = await tell(shelf, wire, left)
    expect([after.photos.length, isWaiting(after), wire.report.mock.calls.length]).toEqual([0, false, 1])
  })

  it.each([['/foundAt', true, 2], ['/foundAt', false, 1], ['/what', true, 1]])('refused for %s, the time by the clock %s, is sent %i times: a wrong clock keeps nobody from reporting', async (pointer, byClock, times) => {
    const shelf = new Memory()
    const wire = bell(async (waiting) => {
      if (waiting.report.foundAt) throw new ApiProblem(422, { detail: '有 1 处', errors: [{ pointer, message: 'x' }] })
      return told
    })
    const after = await tell(shelf, wire, incident({ byClock }))
    expect([wire.report.mock.calls.length, !!after.incident, !!after.refusal]).toEqual([times, times === 2, times === 1])
    await deliver(shelf, wire, 'u1')
    expect(wire.report.mock.calls.length).toBe(times)
  })

  it('goes on with one that the server knows in the order in which it was said, and by the same words after a lost answer', async () => {
    const shelf = new Memory()
    const further = (key: string, at: string, baseVersion: number) =>
      incident({ key, queuedAt: at, further: { incident: '1214-u1-ab', update: { kind: 'followUp', baseVersion, reason: null, details: { safe: baseVersion } } } })
    await shelf.put('incidents', 'z', further('z', '2026-12-14T01:00:00Z', 1))
    await shelf.put('incidents', 'a', further('a', '2026-12-14T01:05:00Z', 2))
    let lost = true
    const wire = bell(async () => {
      if (!lost) return told
      lost = false
      throw new NoLine()
    })
    await deliver(shelf, wire, 'u1')
    await deliver(shelf, wire, 'u1')
    await deliver(shelf, wire, 'u1')
    expect(wire.report.mock.calls.map(([sent]) => [sent.key, sent.further.update.baseVersion])).toEqual([['z', 1], ['z', 1], ['a', 2]])
  })

  it('holds up nothing else when the server cannot take it, and is sent though the browser keeps nothing', async () => {
    const shelf = new Memory()
    await shelf.put('incidents', 'i1', incident())
    await shelf.put('drafts', 'k-u1', waits())
    const wire = bell(() => Promise.reject(new ApiProblem(500, {})))
    await deliver(shelf, wire, 'u1')
    expect([wire.submit.mock.calls.length, isWaiting(await shelf.get('incidents', 'i1') as WaitingIncident)]).toEqual([1, true])
    const full = new Memory()
    full.put = () => Promise.reject(new Error('QuotaExceededError'))
    expect(await tell(full, bell(async () => told), incident())).toMatchObject({ incident: '1214-u1-ab' })
  })
})
