import type { components } from '../api/schema'
import { words } from './words'

type Cell = components['schemas']['SeasonCell']

/** How a report stands, for the eye (a sign and a colour) and in words. */
export interface Standing {
  sign: string
  text: string
  kind: 'good' | 'warn' | 'bad' | 'plain'
}

/** The standing of one unit's report of one week. */
export function standing(cell: Pick<Cell, 'state' | 'minutesLate' | 'overdue' | 'questions'> | null | undefined): Standing {
  if (!cell) return { sign: '·', text: words.notExpected, kind: 'plain' }
  const late = cell.minutesLate && cell.minutesLate > 0 ? ` ${words.lateBy(cell.minutesLate)}` : ''
  const asked = cell.questions > 0 ? ` ${words.questions(cell.questions)}` : ''
  switch (cell.state) {
    case 'accepted': return { sign: late ? '✓◷' : '✓', text: words.accepted + late, kind: 'good' }
    case 'submitted': return { sign: asked ? '?' : late ? '◷' : '●', text: words.submitted + late + asked, kind: late || asked ? 'warn' : 'plain' }
    case 'returned': return { sign: '↩', text: words.returned + late, kind: 'bad' }
    default: return cell.overdue ? { sign: '✗', text: words.notReported, kind: 'bad' } : { sign: '…', text: words.waiting, kind: 'plain' }
  }
}
