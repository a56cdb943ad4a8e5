import type { RouteRecordRaw } from 'vue-router'
import { texts } from '../i18n'

const titles = texts({ week: '本周', matters: '提请研究事项' }, { week: 'This week', matters: 'Matters' })

/** A leader's pages, made for a phone. */
export const leaderRoutes: RouteRecordRaw[] = [
  { path: '/leader', component: () => import('../leader/LeaderPage.vue'), meta: { roles: ['leader'], title: () => titles.week } },
  { path: '/leader/matters', component: () => import('../leader/MattersPage.vue'), meta: { roles: ['leader', 'campaignOffice', 'operator'], title: () => titles.matters } },
]
