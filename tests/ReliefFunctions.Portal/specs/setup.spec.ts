import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { type Column, change, differences, merged, read, said, written } from '@/desk/columns'
import EditCell from '@/desk/EditCell.vue'
import EditTable from '@/desk/EditTable.vue'
import { mayLeave, askBeforeLeaving } from '@/app/unsaved'
import { type FormRule, ruleKinds, ruleOf, rewrite, sides } from '@/setup/formRules'

window.matchMedia ??= (() => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined })) as never

describe('what is typed in a box', () => {
  const number: Column<object> = { name: 'n', text: '数', kind: 'number' }
  it.each([
    ['3', 3], ['-1.5', -1.5], ['０', 0], ['－２', -2], ['', null], ['1e', '1e'], ['1.', '1.'], ['三', '三'],
  ])('is a number where it is one, and stays as it was typed where it is none: %j', (typed, value) => {
    expect(read(number, typed)).toEqual(value)
  })

  it.each([
    ['寒潮、低温，霜冻；大 风\n雪', ['寒潮', '低温', '霜冻', '大 风', '雪']], ['、、', []], ['', []],
  ])('is a list however it is separated: %j', (typed, value) => {
    expect(read({ name: 'l', text: '', kind: 'list' }, typed)).toEqual(value)
  })

  it('is left out where it may be blank, and no zero', () => {
    const row = { felt: -5 as number | undefined }
    change({ name: 'felt', text: '', kind: 'number', optional: true }, row, read({ name: 'felt', text: '', kind: 'number', optional: true }, ' '))
    expect(JSON.stringify(row)).toBe('{}')
  })

  it('stands inside of another where its name says so', () => {
    const row: { levels?: Record<string, string> } = {}
    change({ name: 'levels.blue', text: '', kind: 'choice' }, row, 'heightened')
    expect(row).toEqual({ levels: { blue: 'heightened' } })
    expect(said({ name: 'levels.blue', text: '', kind: 'choice', options: [['heightened', '加强']] }, row)).toBe('加强')
    expect(said({ name: 'levels.red', text: '', kind: 'choice', none: '—' }, row)).toBe('—')
    expect(written({ name: 'at', text: '', kind: 'time' }, { at: '07:30:00' })).toBe('07:30')
  })

  it('is not rewritten while somebody types', async () => {
    const row = reactive({ types: ['寒潮'] as unknown })
    const cell = mount(EditCell, { props: { column: { name: 'types', text: '类型', kind: 'list' } as never, row, id: 'x', label: '类型 1' } })
    const box = cell.get('textarea')
    await box.setValue('寒潮、')
    expect(row.types).toEqual(['寒潮'])
    expect(box.element.value).toBe('寒潮、')
  })
})

describe('what differs between two versions', () => {
  const part = {
    title: '预警信号', pointer: '/signals', rows: (policy: { signals: object[] }) => policy.signals,
    columns: [{ name: 'id', text: '编号' }, { name: 'types', text: '类型', kind: 'list' as const }, { name: 'only', text: '气温', kind: 'number' as const }],
  }
  it('is said row by row, whatever their order', () => {
    const before = { signals: [{ id: 'S1', types: ['寒潮'] }, { id: 'S2', types: ['暴雪'], only: 5 }] }
    const after = { signals: [{ id: 'S3', types: ['霜冻'] }, { id: 'S2', types: ['暴雪'], only: 0 }] }
    expect(differences(part, before, after)).toEqual([
      { kind: 'added', name: 'S3 霜冻', changes: [] },
      { kind: 'changed', name: 'S2 暴雪', changes: [{ text: '气温', before: '5', after: '0' }] },
      { kind: 'removed', name: 'S1 寒潮', changes: [] },
    ])
    expect(differences(part, before, before)).toEqual([])
  })
})

describe('two people’s changes of one thing', () => {
  it.each([
    [{ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 3 }, { a: 2, b: 3 }],
    [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }],
    [{ c: { x: 1, y: 1 } }, { c: { x: 2, y: 1 } }, { c: { x: 1, y: 2 } }, { c: { x: 2, y: 2 } }],
    [{ days: ['1'] }, { days: ['1'] }, { days: ['1', '2'] }, { days: ['1', '2'] }],
    [{ a: 1 }, { a: 1, new: 1 }, { a: 1, other: 2 }, { a: 1, new: 1, other: 2 }],
  ])('are both kept, and mine where both changed the same: %j', (base, mine, theirs, joined) => {
    expect(merged<object>(base, mine, theirs)).toEqual(joined)
  })
})

describe('a rule of a form', () => {
  it.each(ruleKinds)('is the same rule after it was taken apart and put together: %s', (kind) => {
    const rule = ruleOf(kind, { id: 'R1', reason: '因为' }, { left: ['A01'], right: ['A02'], less: ['A03'] })
    expect(ruleOf(kind, rule, sides(rule))).toEqual(rule)
  })

  it('keeps its fields when its kind is changed, and nothing of the old kind', () => {
    const rule = { kind: 'sum', id: 'R1', reason: '因为', total: 'B02', parts: ['B03', 'B04'] } as FormRule
    rewrite(rule, ruleOf('atMost', rule, sides(rule)))
    expect(rule).toEqual({ kind: 'atMost', id: 'R1', reason: '因为', part: 'B02', wholes: ['B03', 'B04'] })
  })
})

describe('a table that is edited', () => {
  const columns = [{ name: 'code', text: '编码' }, { name: 'max', text: '上限', kind: 'number' as const }]
  const table = (rows: object[], faults: { pointer: string, message: string }[] = []) => mount(EditTable, {
    attachTo: document.body, props: { label: '指标', columns: columns as never, rows, edit: true, pointer: '/fields', faults: faults as never, blank: () => ({ code: '' }) },
  })

  it('shows what the API says beside the value, under the row, or under the table, each once', () => {
    const shown = table([{ code: 'A01' }, { code: 'A02' }], [
      { pointer: '/fields/1/max', message: '太大' }, { pointer: '/fields/1', message: '这一行' }, { pointer: '/fields', message: '整张表' }, { pointer: '/rules/1', message: '别处' },
    ])
    expect(shown.findAll('.fault').map((each) => each.text()).sort()).toEqual(['太大', '整张表', '这一行'].sort())
    expect(shown.get('tr.faults').text()).toBe('这一行')
    expect(shown.get('[aria-label="上限 2"]').attributes('aria-invalid')).toBe('true')
    expect(shown.get('[aria-label="上限 1"]').attributes('aria-invalid')).toBeUndefined()
  })

  it('moves and removes rows with what was typed in them', async () => {
    const rows = reactive([{ code: 'A01' }, { code: 'A02' }, { code: 'A03' }])
    const shown = table(rows)
    await shown.get('[aria-label="下移 1"]').trigger('click')
    await shown.get('[aria-label="移除 3"]').trigger('click')
    expect(rows.map((row) => row.code)).toEqual(['A02', 'A01'])
    expect(shown.findAll<HTMLInputElement>('input[id$=code]').map((each) => each.element.value)).toEqual(['A02', 'A01'])
  })
})

it('a page with changes is left only by whoever gives them up', async () => {
  let leaves = false
  askBeforeLeaving(() => leaves)
  expect(await mayLeave()).toBe(false)
  leaves = true
  expect(await mayLeave()).toBe(true)
})
