import { describe, expect, it } from 'vitest'
import { fitted, kindOf } from '@/unit/scan'
import { mapOf } from '@/unit/sheetMap'
import { tasksOf, type Overview } from '@/unit/tasks'

const week = (number: number, more = {}) => ({
  week: { key: `2026W${48 + number}`, number, first: '2026-12-07', last: '2026-12-13', opens: '2026-12-06T16:00:00Z', due: `2026-12-${7 * number}T09:00:00Z`, lock: `2026-12-${7 * number + 2}T10:00:00Z` },
  state: 'notReported', version: 0, unexplainedWarnings: 0, draftSavedAt: null, returnReason: null, unlockedUntil: null, stampedVersion: null, receipt: null, minutesLate: null, ...more,
})
const overview = (more = {}) => ({
  unit: 'u', unitName: '青岩镇', now: '2026-12-14T02:00:00Z', due: '2026W50', weeks: [week(3), week(2), week(1)], notices: [], current: null,
  stages: [{ stage: 'progress', dueDay: '2027-01-10', due: '2027-01-10T16:00:00Z', state: 'notReported', version: 0, returnReason: null }], ...more,
}) as unknown as Overview

describe('what a unit is told to do', () => {
  it('is the week that is due, and neither the one in course nor one that is locked', () => {
    expect(tasksOf(overview()).map((task) => [task.kind, 'week' in task && task.week.week.number])).toEqual([['report', 2]])
  })

  it('begins with what is late, then with notices', () => {
    const notice = { revision: 2, drill: false, title: '第2号', issuedAt: '', acknowledgeBy: '2026-12-14T06:00:00Z', acknowledged: false }
    const late = tasksOf(overview({ now: '2026-12-14T09:00:01Z', notices: [{ ...notice, acknowledgeBy: '2026-12-15T06:00:00Z' }] }))
    expect(late.map((task) => [task.kind, task.late])).toEqual([['report', true], ['notice', false]])
    expect(tasksOf(overview({ notices: [notice] })).map((task) => task.kind)).toEqual(['notice', 'report'])
  })

  it('puts an incident that is open and a day that is owed before what has a week', () => {
    const all = overview({ incidents: [{ id: 'i', what: '民房起火', nextDueAt: '2026-12-14T05:00:00Z', finalDueAt: '2026-12-19T01:00:00Z' }], daily: { day: '2026-12-14', due: '2026-12-14T09:00:00Z' } })
    expect(tasksOf(all).map((task) => [task.kind, task.late])).toEqual([['incident', false], ['daily', false], ['report', false]])
  })

  it('names what was returned and what waits for a word, also after leave was given', () => {
    const weeks = [week(2, { state: 'submitted', version: 1, unexplainedWarnings: 2 }), week(1, { state: 'returned', version: 1, unlockedUntil: '2026-12-20T00:00:00Z' })]
    expect(tasksOf(overview({ weeks })).map((task) => task.kind)).toEqual(['returned', 'confirm'])
  })

  it('speaks of a stage report three weeks ahead, and of a returned one always', () => {
    expect(tasksOf(overview({ now: '2026-12-21T00:00:00Z', weeks: [] })).map((task) => task.kind)).toEqual(['stage'])
    const returned = [{ stage: 'final', dueDay: '2027-04-01', due: '2027-04-01T16:00:00Z', state: 'returned', version: 1, returnReason: 'x' }]
    expect(tasksOf(overview({ stages: returned, weeks: [] }))).toMatchObject([{ kind: 'stage', returned: true }])
  })
})

describe('a file', () => {
  it.each([[[0x25, 0x50, 0x44, 0x46, 0x2d], 'pdf'], [[0xff, 0xd8, 0xff, 0xe0], 'jpeg'], [[0x50, 0x4b, 3, 4], 'xlsx'], [[0x89, 0x50, 0x4e, 0x47], 'image'], [[1, 2, 3], 'other'], [[], 'other']])(
    'is what its bytes say: %j', async (bytes, kind) => {
      expect(await kindOf(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }))).toBe(kind)
    })

  it('that is a photograph is drawn no larger than it is read, and never larger than it was', () => {
    expect([fitted(4000, 3000), fitted(300, 200), fitted(1000, 9000)]).toEqual([{ width: 1800, height: 1350 }, { width: 300, height: 200 }, { width: 200, height: 1800 }])
  })
})

describe('the picture of a sheet', () => {
  it('holds the cells that are wrong with their surroundings', () => {
    const map = mapOf([{ message: 'x', cell: 'D14', field: 'A04' }, { message: 'y', cell: 'H20' }, { message: 'z' }])
    expect([map?.columns.join(''), map?.rows[0], map?.rows.at(-1), map?.codes[14]]).toEqual(['ABCDEFH', 12, 22, 'A04'])
    expect(map?.wrong.has('H20')).toBe(true)
  })

  it('stays small whatever a file says', () => {
    expect(mapOf([{ message: 'x', cell: 'D1' }, { message: 'y', cell: 'D999999' }])?.rows.length).toBe(80)
    expect(mapOf([{ message: 'x', cell: '<img>' }, { message: 'y' }])).toBeNull()
  })
})
