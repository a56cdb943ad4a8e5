import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '../api/session'
import { texts } from '../i18n'

const titles = texts({ operations: '运行', letters: '未能处理的消息', quarantine: '隔离' }, { operations: 'Operations', letters: 'Dead letters', quarantine: 'Quarantine' })
const roles: Role[] = ['operator', 'campaignOffice']

/** An operator's pages; an office sees its own district's. */
export const operatorRoutes: RouteRecordRaw[] = [
  { path: '/operator', component: () => import('../operator/OperationsPage.vue'), meta: { roles, anywhere: true, title: () => titles.operations } },
  { path: '/operator/dead-letters', component: () => import('../operator/DeadLettersPage.vue'), meta: { roles: ['operator'], anywhere: true, title: () => titles.letters } },
  { path: '/operator/quarantine', component: () => import('../operator/QuarantinePage.vue'), meta: { roles, title: () => titles.quarantine } },
]
