import type { RouteRecordRaw } from 'vue-router'
import InboxPage from './InboxPage.vue'
import UnitFrame from './UnitFrame.vue'
import UnitHome from './UnitHome.vue'
import { unitIncidentRoutes } from '../incidents/routes'
import { words } from './words'

const meta = { roles: ['unitReporter' as const] }

/** A unit's pages, made for a phone. Its home and its notices are what most people open, on the slowest lines: they come with the page itself. */
export const unitRoutes: RouteRecordRaw[] = [
  {
    path: '/unit',
    component: UnitFrame,
    meta,
    children: [
      { path: '', name: 'unit', component: UnitHome, meta: { title: () => words.home } },
      { path: 'weeks', name: 'weeks', component: () => import('./WeeksPage.vue'), meta: { title: () => words.weeks } },
      { path: 'weeks/:week', name: 'report', component: () => import('./ReportPage.vue'), props: true, meta: { title: () => words.fill } },
      { path: 'weeks/:week/excel', name: 'excel', component: () => import('./ExcelPage.vue'), props: true, meta: { title: () => words.excel } },
      { path: 'weeks/:week/versions', name: 'versions', component: () => import('./VersionsPage.vue'), props: true, meta: { title: () => words.history } },
      { path: 'weeks/:week/versions/:version', name: 'receipt', component: () => import('./ReceiptPage.vue'), props: true, meta: { title: () => words.history } },
      { path: 'inbox', name: 'inbox', component: InboxPage, meta: { title: () => words.inbox } },
      ...unitIncidentRoutes,
      { path: 'stages/:stage(progress|final)', name: 'stage', component: () => import('./StagePage.vue'), props: true },
    ],
  },
]
