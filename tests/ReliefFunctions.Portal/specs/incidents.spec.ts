import { describe, expect, it } from 'vitest'
import { changes, said, saidOf } from '@/incidents/said'

const content = { what: '一人冻伤', where: '桥下', howMany: 3, foundAt: '2026-12-14T01:00:00Z', kind: 'frostbite', safe: 0, hospitalised: 2, done: '送医' }

describe('what is said of an incident', () => {
  it('is only what differs from what stands, so that nobody else’s word is taken back', () => {
    const stands = saidOf(content)
    expect(stands).toMatchObject({ howMany: '3', safe: '0', slight: '', foundAt: '2026-12-14T09:00' })
    expect(changes(stands, stands)).toEqual({ details: {}, wrong: [] })
    expect(changes({ ...stands, done: '', missing: '1', needs: ' 棉被 ', foundAt: '2026-12-14T08:40' }, stands))
      .toEqual({ details: { done: '', missing: 1, needs: '棉被', foundAt: '2026-12-14T08:40' }, wrong: [] })
  })

  it('tells zero, blank and half-typed apart', () => {
    const nothing = said()
    expect(changes(said({ howMany: '0', dead: '0', critical: '' }), nothing)).toEqual({ details: { howMany: 0, dead: 0 }, wrong: [] })
    expect(changes(said({ howMany: '1e', slight: '两人', safe: '１２' }), nothing)).toEqual({ details: { safe: 12 }, wrong: ['howMany', 'slight'] })
    expect(changes({ ...saidOf(content), hospitalised: '' }, saidOf(content)).wrong).toEqual(['hospitalised'])
  })
})
