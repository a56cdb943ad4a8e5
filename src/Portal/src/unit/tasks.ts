import type { components } from '../api/schema'

export type Overview = components['schemas']['UnitOverview']
export type UnitWeek = components['schemas']['UnitWeek']

/** Something that a unit is to do now; the most urgent first. */
export type Task =
  | { kind: 'notice', at: string, revision: number, title: string, late: boolean }
  | { kind: 'incident', at: string, what: string, late: boolean }
  | { kind: 'daily', at: string, late: boolean }
  | { kind: 'report' | 'returned', at: string, week: UnitWeek, late: boolean, draft: boolean }
  | { kind: 'confirm', at: string, week: UnitWeek, late: false }
  | { kind: 'stage', at: string, stage: 'progress' | 'final', dueDay: string, returned: boolean, late: boolean }

const rank = { incident: 0, notice: 1, daily: 2, returned: 3, report: 4, stage: 5, confirm: 6 }

/** Stage reports are spoken of this long before they are due. */
const stageAheadMs = 21 * 24 * 3600_000

/** Whether a report of the week is taken at an instant. */
export function isOpen(week: UnitWeek, now: number) {
  return now <= Date.parse(week.week.lock) || (!!week.unlockedUntil && now <= Date.parse(week.unlockedUntil))
}

/** What a unit has to do. */
export function tasksOf(overview: Overview): Task[] {
  const now = Date.parse(overview.now)
  const tasks: Task[] = []
  // What was kept by an older page has neither.
  for (const { what, nextDueAt } of overview.incidents ?? []) tasks.push({ kind: 'incident', at: nextDueAt, what, late: now > Date.parse(nextDueAt) })
  if (overview.daily) tasks.push({ kind: 'daily', at: overview.daily.due, late: now > Date.parse(overview.daily.due) })
  for (const notice of overview.notices) {
    tasks.push({ kind: 'notice', at: notice.acknowledgeBy, revision: notice.revision, title: notice.title, late: now > Date.parse(notice.acknowledgeBy) })
  }
  for (const week of overview.weeks) {
    if (!isOpen(week, now)) continue
    const late = now > Date.parse(week.week.due)
    if (week.state === 'returned') tasks.push({ kind: 'returned', at: week.week.due, week, late, draft: !!week.draftSavedAt })
    // The week in course is reported when it is over; until then it is nobody's task, unless it is the one asked for.
    else if (week.state === 'notReported' && (week.week.key === overview.due || late)) {
      tasks.push({ kind: 'report', at: week.week.due, week, late, draft: !!week.draftSavedAt })
    } else if (week.unexplainedWarnings > 0) tasks.push({ kind: 'confirm', at: week.week.due, week, late: false })
  }
  for (const stage of overview.stages) {
    const due = Date.parse(stage.due)
    const owed = stage.state === 'returned' || (stage.state === 'notReported' && due - now <= stageAheadMs)
    if (owed) tasks.push({ kind: 'stage', at: stage.due, stage: stage.stage, dueDay: stage.dueDay, returned: stage.state === 'returned', late: now >= due })
  }
  return tasks.sort((a, b) => Number(b.late) - Number(a.late) || rank[a.kind] - rank[b.kind] || a.at.localeCompare(b.at))
}
