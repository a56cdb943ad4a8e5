import type { RouteRecordRaw } from 'vue-router'
import { unitIncidentRoutes } from '../incidents/routes'
import { words } from './words'

const meta = { roles: ['unitReporter' as const] }

/** A unit's pages, made for a phone. */
export const unitRoutes: RouteRecordRaw[] = [
  {
    path: '/unit',
    component: () => import('./UnitFrame.vue'),
    meta,
    children: [
      { path: '', name: 'unit', component: () => import('./UnitHome.vue'), meta: { title: () => words.home } },
      { path: 'weeks', name: 'weeks', component: () => import('./WeeksPage.vue'), meta: { title: () => words.weeks } },
      { path: 'weeks/:week', name: 'report', component: () => import('./ReportPage.vue'), props: true, meta: { title: () => words.fill } },
      { path: 'weeks/:week/excel', name: 'excel', component: () => import('./ExcelPage.vue'), props: true, meta: { title: () => words.excel } },
      { path: 'weeks/:week/versions', name: 'versions', component: () => import('./VersionsPage.vue'), props: true, meta: { title: () => words.history } },
      { path: 'weeks/:week/versions/:version', name: 'receipt', component: () => import('./ReceiptPage.vue'), props: true, meta: { title: () => words.history } },
      { path: 'inbox', name: 'inbox', component: () => import('./InboxPage.vue'), meta: { title: () => words.inbox } },
      ...unitIncidentRoutes,
      { path: 'stages/:stage(progress|final)', name: 'stage', component: () => import('./StagePage.vue'), props: true },
    ],
  },
]
