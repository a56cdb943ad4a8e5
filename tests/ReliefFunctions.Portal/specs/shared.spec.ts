import { describe, expect, it } from 'vitest'
import type { Part } from '@/desk/columns'
import { pasted } from '@/setup/lastSeason'
import { pastedUnits } from '@/setup/roster'
import { conflictsOf, mergedRows } from '@/setup/shared'

interface Row { id: string, name: string, role?: string }
const key = (row: Row) => row.id
const [a, b, c] = [{ id: 'a', name: '甲' }, { id: 'b', name: '乙' }, { id: 'c', name: '丙' }]

describe('two people who change the same rows', () => {
  it.each<[string, Row[], Row[], Row[], Row[]]>([
    ['different rows', [a, b], [{ ...a, name: '甲一' }, b], [a, { ...b, name: '乙二' }], [{ ...a, name: '甲一' }, { ...b, name: '乙二' }]],
    ['different members of one row', [a], [{ ...a, name: '甲一' }], [{ ...a, role: '备班' }], [{ ...a, name: '甲一', role: '备班' }]],
    ['the same member: mine stays', [a], [{ ...a, name: '甲一' }], [{ ...a, name: '甲二' }], [{ ...a, name: '甲一' }]],
    ['both add', [a], [a, b], [a, c], [a, b, c]],
    ['they remove what I left alone', [a, b], [a, b], [b], [b]],
    ['they remove what I changed', [a, b], [{ ...a, name: '甲一' }, b], [b], [{ ...a, name: '甲一' }, b]],
    ['I remove what they left alone', [a, b], [b], [a, b], [b]],
    ['I remove what they changed', [a, b], [b], [{ ...a, name: '甲二' }, b], [b, { ...a, name: '甲二' }]],
  ])('lose nothing: %s', (_, base, mine, theirs, joined) => {
    expect(mergedRows(base, mine, theirs, key)).toEqual(joined)
  })

  it('are told of what both changed, and of nothing else', () => {
    const part: Part<Row[]> = { title: '', pointer: '', rows: (rows) => rows, columns: [{ name: 'id', text: '编号' }, { name: 'name', text: '名称' }] }
    expect(conflictsOf([part], [a, b], [{ ...a, name: '甲一' }, { ...b, name: '乙一' }], [{ ...a, name: '甲二' }, b]))
      .toEqual([{ text: 'a 名称', before: '甲二', after: '甲一' }])
    expect(conflictsOf([part], [a, b], [{ ...a, name: '甲一' }, b], [a, { ...b, name: '乙二' }])).toEqual([])
    expect(conflictsOf([part], [a, b], [{ ...a, name: '甲一' }, b], [b])).toEqual([{ text: 'a', before: '', after: 'a' }])
    const roles: Part<Row[]> = { ...part, columns: [...part.columns, { name: 'role', text: '角色' }] }
    expect(conflictsOf([roles], [a], [{ ...a, name: '甲一' }], [{ ...a, name: '甲二', role: '备班' }])).toEqual([{ text: 'a 名称', before: '甲二', after: '甲一' }])
  })
})

describe('a roster pasted from Excel', () => {
  it('has a line for each contact, whatever the order of its columns', () => {
    const units = pastedUnits('单位名称\t单位编码\t电话\t姓名\t职责\n东风镇\t520112101\t13800000000\t张三\t信息员\n东风镇\t520112101\t85110000\t李四\t带班领导\n公安分局\tpolice', [])
    expect(units.map((unit) => [unit.code, unit.name, unit.kind, unit.contacts!.length])).toEqual([['520112101', '东风镇', 'township', 2], ['police', '公安分局', 'police', 0]])
    expect(units[0]!.contacts![1]).toEqual({ name: '李四', role: '带班领导', phone: '85110000' })
  })

  it('keeps of a known unit what it does not say', () => {
    const known = { code: 'x', name: '旧名', kind: 'police' as const, aliases: ['别名'], keyPoints: [], order: 7, contacts: [{ name: '王', role: '备班', phone: '1' }] }
    expect(pastedUnits('x\t新名', [known])).toEqual([{ ...known, name: '新名' }])
  })
})

describe('the season before pasted from Excel', () => {
  it('is read by its heads, and a blank is no zero', () => {
    expect(pasted('周次\t救助人次\t别的\t最低气温\n第1周\t1,234\t5\t-3.5\n2\t\t\t−1\n合计\t9', ['救助人次']))
      .toEqual([{ number: 1, headlines: { 救助人次: 1234 }, minimum: -3.5 }, { number: 2, headlines: {}, minimum: -1 }])
  })
})
