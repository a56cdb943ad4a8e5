import type { components } from '../api/schema'

type Unit = components['schemas']['Unit']

/** What a kind of unit is called in tables that offices keep. */
const kinds: readonly (readonly [RegExp, Unit['kind']])[] = [
  [/公安|派出所/, 'police'], [/城管|综合行政执法/, 'urbanManagement'], [/救助/, 'rescueStation'], [/乡|镇|街道/, 'township'],
]
const heads = { code: /编码|代码/, name: /单位|名称/, kind: /类别|性质/, person: /姓名|联系人/, role: /职责|职务|角色/, phone: /电话|手机|号码/ }
type Head = keyof typeof heads
const order: readonly Head[] = ['code', 'name', 'kind', 'person', 'role', 'phone']

/**
 * Units as a table pasted from Excel lists them, one line for each contact, upon those that are there. Columns are found by their heads; without heads they
 * are code, name, kind, person, role, phone. What a line leaves out of a unit that is known stays.
 */
export function pastedUnits(text: string, known: readonly Unit[]): Unit[] {
  const lines = text.split(/\r?\n/).map((line) => line.split('\t').map((cell) => cell.trim())).filter((cells) => cells.some(Boolean))
  const first = lines[0] ?? []
  const isHead = first.some((cell) => heads.name.test(cell)) && first.some((cell) => heads.code.test(cell))
  const places = new Map<Head, number>(isHead
    ? order.flatMap((name) => {
        const at = first.findIndex((cell) => (name === 'name' ? /名称|^单位$/ : heads[name]).test(cell))
        return at < 0 ? [] : [[name, at] as [Head, number]]
      })
    : order.map((name, i) => [name, i] as [Head, number]))
  const units = new Map<string, Unit>()
  for (const cells of isHead ? lines.slice(1) : lines) {
    const cell = (name: Head) => cells[places.get(name) ?? -1] ?? ''
    const code = cell('code').normalize('NFKC').replace(/\s/g, '')
    const key = code || cell('name')
    let unit = units.get(key)
    if (!unit) {
      const before = known.find((each) => each.code === code)
      const name = cell('name') || before?.name || ''
      const said = cell('kind') || (before ? '' : name)
      unit = {
        ...(before ?? { code, name, kind: 'department', aliases: [], keyPoints: [], order: known.length + units.size + 1 }), name,
        kind: kinds.find(([words]) => words.test(said))?.[1] ?? before?.kind ?? 'department',
        contacts: cell('person') ? [] : [...before?.contacts ?? []],
      }
      units.set(key, unit)
    }
    if (cell('person')) unit.contacts!.push({ name: cell('person'), role: cell('role') || '信息员', phone: cell('phone') || null })
  }
  return [...units.values()]
}
