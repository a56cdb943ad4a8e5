import { texts } from '../i18n'

/** What each clock does, and what stands still without it: the runbook's words. */
export const clocks = texts<Record<string, string>>({
  FeedClock: '取预警和预报', PatrolClock: '巡查：到期、降级、催签', ReportClock: '周报：开周、催报、锁定', IncidentClock: '突发情况：催签、催续报', DailyReportClock: '每日一报：提醒、催报、汇总',
  SummaryClock: '按日程编制汇总', SweeperClock: '补发没有送出的消息', MeasureClock: '记录指标', DeadLetterClock: '查看未能处理的消息', RetentionClock: '清理到期的记录',
}, {
  FeedClock: 'Pulls warnings and forecasts', PatrolClock: 'Patrols: expiry, lowering, chasing', ReportClock: 'Weekly reports: opening, reminding, locking',
  IncidentClock: 'Incidents: chasing', DailyReportClock: 'Daily reports: reminding, chasing, table',
  SummaryClock: 'Compiles summaries by the calendar', SweeperClock: 'Sends what was not sent', MeasureClock: 'Records metrics',
  DeadLetterClock: 'Looks for dead letters', RetentionClock: 'Removes what has expired',
})
