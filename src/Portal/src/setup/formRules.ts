import type { components } from '../api/schema'

/** A rule of a form, of one of seven kinds. */
export type FormRule = components['schemas']['FormRule']

export const ruleKinds = ['sum', 'atMost', 'carry', 'requiredTogether', 'zeroWarning', 'outlierWarning', 'changeWarning'] as const

/** The fields that a rule is about, those it is held against, and those taken away: whatever its kind calls them. */
interface Sides { left: string[], right?: string[], less?: string[] }

export function sides(rule: FormRule): Sides {
  switch (rule.kind) {
    case 'sum': return { left: one(rule.total), right: rule.parts }
    case 'atMost': return { left: one(rule.part), right: rule.wholes }
    case 'carry': return { left: one(rule.field), right: rule.plus, less: rule.minus }
    case 'requiredTogether': return { left: one(rule.field), right: one(rule.text) }
    case 'zeroWarning': return { left: rule.when, right: rule.zero }
    default: return { left: rule.fields }
  }
}

/** A rule of a kind over such fields, which keeps its number and reason. */
export function ruleOf(kind: FormRule['kind'], { id, reason }: Pick<FormRule, 'id' | 'reason'>, { left, right = [], less = [] }: Sides): FormRule {
  const [first, other] = [left.join('、'), right.join('、')]
  switch (kind) {
    case 'sum': return { kind, id, reason, total: first, parts: right }
    case 'atMost': return { kind, id, reason, part: first, wholes: right }
    case 'carry': return { kind, id, reason, field: first, plus: right, minus: less }
    case 'requiredTogether': return { kind, id, reason, field: first, text: other }
    case 'zeroWarning': return { kind, id, reason, when: left, zero: right }
    case 'outlierWarning': return { kind, id, reason, fields: left, threshold: 3.5 }
    default: return { kind, id, reason, fields: left, factor: 5, atLeast: 20 }
  }
}

/** Changes a rule in its place. */
export function rewrite(rule: FormRule, to: FormRule) {
  for (const member of Object.keys(rule)) delete (rule as Record<string, unknown>)[member]
  Object.assign(rule, to)
}

const one = (code: string) => (code ? [code] : [])
