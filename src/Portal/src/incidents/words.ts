import { texts } from '../i18n'

/** What several of these pages say. */
export const words = texts({
  incidents: '突发情况', daily: '每日一报', none: '没有突发情况。', asked: '现在要办', overdue: '已逾期', people: '人员', place: '地点', found: '发现', version: (n: number) => `第${n}次报告`,
  kinds: { first: '初报', followUp: '续报', final: '核报', correction: '更正', falseAlarm: '误报' } as Record<string, string>,
  states: { open: '处置中', closed: '已核报', falseAlarm: '误报' } as Record<string, string>, guessed: '（按文字判断）', joined: '已并入另一起',
}, {
  incidents: 'Incidents', daily: 'Daily report', none: 'There are no incidents.', asked: 'Asked for now', overdue: 'overdue', people: 'People', place: 'Place', found: 'Found', version: (n: number) => `Report ${n}`,
  kinds: { first: 'First report', followUp: 'Follow-up', final: 'Final report', correction: 'Correction', falseAlarm: 'False alarm' },
  states: { open: 'going on', closed: 'closed', falseAlarm: 'false alarm' }, guessed: ' (by its words)', joined: 'counted with another',
})
