import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '../api/session'
import { words } from './words'

const overview: Role[] = ['campaignOffice', 'operator', 'leader']

/** Incidents and the report a day, among a unit's pages. */
export const unitIncidentRoutes: RouteRecordRaw[] = [
  { path: 'incidents', name: 'incidents', component: () => import('./UnitIncidents.vue'), meta: { title: () => words.incidents } },
  { path: 'daily', name: 'daily', component: () => import('./DailyPage.vue'), meta: { title: () => words.daily } },
]

/** The same at the desk, for office and leaders. */
export const deskIncidentRoutes: RouteRecordRaw[] = [
  { path: '/office/incidents', component: () => import('./IncidentsPage.vue'), meta: { roles: overview, title: () => words.incidents } },
  { path: '/office/incidents/:unit/:incident', component: () => import('./IncidentPage.vue'), props: true, meta: { roles: overview, title: () => words.incidents } },
  { path: '/office/daily', component: () => import('./DailyTablePage.vue'), meta: { roles: overview, title: () => words.daily } },
]
