import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wall } from '@/office/place'
import { standing } from '@/office/state'
import { renamed, shortName } from '@/setup/template'

describe('a report on the board', () => {
  it.each([
    [null, '·', 'plain'],
    [{ state: 'accepted', minutesLate: 0, overdue: false, questions: 0 }, '✓', 'good'],
    [{ state: 'submitted', minutesLate: 0, overdue: false, questions: 0 }, '●', 'plain'],
    [{ state: 'submitted', minutesLate: 90, overdue: false, questions: 0 }, '◷', 'warn'],
    [{ state: 'submitted', minutesLate: 90, overdue: false, questions: 2 }, '?', 'warn'],
    [{ state: 'returned', minutesLate: 0, overdue: false, questions: 0 }, '↩', 'bad'],
    [{ state: 'notReported', minutesLate: null, overdue: true, questions: 0 }, '✗', 'bad'],
    [{ state: 'notReported', minutesLate: null, overdue: false, questions: 0 }, '…', 'plain'],
  ] as const)('is told by a sign as well as by a colour: %j', (cell, sign, kind) => {
    expect(standing(cell as never)).toMatchObject({ sign, kind })
  })

  it('says how late it came and how many questions are open', () => {
    expect(standing({ state: 'submitted', minutesLate: 90, overdue: false, questions: 2 } as never).text).toBe('已报 迟2时 2 处疑问')
  })
})

describe('a campaign from the template', () => {
  it.each([['乌当区', '乌当'], ['关岭布依族苗族自治县', '关岭布依族苗族'], ['城区', '城区'], ['贵安新区', '贵安新']])('names %s as %s in notices', (name, short) => {
    expect(shortName(name)).toBe(short)
    expect(renamed({ a: ['花溪区办公室', '【花溪寒冬送温暖】'] }, name)).toEqual({ a: [`${name}办公室`, `【${short}寒冬送温暖】`] })
  })
})

it('an instant stands in an input in the campaign’s zone, wherever the reader is', () => {
  expect(wall(new Date('2026-12-14T16:30:00Z'))).toBe('2026-12-15T00:30')
  expect(wall(new Date('2026-12-14T16:30:00Z'), 'Asia/Urumqi')).toBe('2026-12-14T22:30')
})

const sources = '../../src/Portal/src/'
const ofUnits = ['UnitIncidents.vue', 'UpdateForm.vue']
const pages = ['office', 'leader', 'operator', 'desk', 'incidents'].flatMap((folder) =>
  readdirSync(sources + folder).filter((file) => file.endsWith('.vue') && !ofUnits.includes(file)).map((file) => `${folder}/${file}`))

it.each(pages)('what %s puts between its texts is said in both languages', (page) => {
  const source = readFileSync(sources + page, 'utf8')
  expect(source.slice(source.indexOf('<template>')).match(/.*[\u3000-\u9fff\uff00-\uffef].*/g) ?? []).toEqual([])
})
