import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '../api/session'
import { texts } from '../i18n'
import { deskIncidentRoutes } from '../incidents/routes'
import { leaderRoutes } from '../leader/routes'
import { operatorRoutes } from '../operator/routes'
import { setupRoutes } from '../setup/routes'

const titles = texts({
  board: '报送情况', week: '一周报送', report: '周报', batch: '批量上传', patrols: '巡查', order: '巡查指令', alerts: '预警', summaries: '汇总', summary: '一期汇总', stages: '阶段材料',
}, {
  board: 'Reports', week: 'One week', report: 'Report', batch: 'Batch upload', patrols: 'Patrols', order: 'Patrol order', alerts: 'Alerts', summaries: 'Summaries', summary: 'One summary', stages: 'Stage reports',
})
const office: Role[] = ['campaignOffice', 'operator']
const overview: Role[] = ['campaignOffice', 'operator', 'leader']

const pages: RouteRecordRaw[] = [
  { path: '/office', component: () => import('./BoardPage.vue'), meta: { roles: overview, title: () => titles.board } },
  { path: '/office/weeks/:week', component: () => import('./WeekPage.vue'), meta: { roles: overview, title: () => titles.week } },
  { path: '/office/weeks/:week/units/:unit', component: () => import('./ReportPage.vue'), meta: { roles: overview, title: () => titles.report } },
  { path: '/office/batch', component: () => import('./BatchPage.vue'), meta: { roles: office, title: () => titles.batch } },
  { path: '/office/patrols', component: () => import('./PatrolsPage.vue'), meta: { roles: overview, title: () => titles.patrols } },
  { path: '/office/patrols/:revision(-?\\d+)', component: () => import('./OrderPage.vue'), meta: { roles: overview, title: () => titles.order } },
  { path: '/office/alerts', component: () => import('./AlertsPage.vue'), meta: { roles: overview, title: () => titles.alerts } },
  { path: '/office/summaries', component: () => import('./SummariesPage.vue'), meta: { roles: overview, title: () => titles.summaries } },
  { path: '/office/summaries/:period', component: () => import('./SummaryPage.vue'), meta: { roles: overview, title: () => titles.summary } },
  { path: '/office/stages', component: () => import('./StagesPage.vue'), meta: { roles: office, title: () => titles.stages } },
  ...deskIncidentRoutes,
  ...leaderRoutes,
  ...operatorRoutes,
  ...setupRoutes,
]
const ofCampaign = pages.filter((page) => !page.meta?.anywhere)
const campaign = '/:district(\\d{6})/:season(\\d{4}-\\d{4})'
const layout = () => import('./DeskLayout.vue')
const moved = (page: RouteRecordRaw, path: string, meta = page.meta): RouteRecordRaw => ({ ...page, path, meta } as RouteRecordRaw)

/**
 * The desk: what office, leaders and operators see, each with the pages that are theirs. A campaign's pages name it in their address; an address without one
 * leads to the campaign at hand, and is where whoever has none is told so.
 */
export const deskRoutes: RouteRecordRaw[] = [
  { path: campaign, component: layout, children: ofCampaign.map((page) => moved(page, campaign + page.path)) },
  {
    path: '/operator',
    component: layout,
    children: [...pages.filter((page) => page.meta?.anywhere), ...ofCampaign.map((page) => moved(page, page.path, { ...page.meta, atHand: true }))],
  },
]
