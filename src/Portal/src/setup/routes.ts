import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '../api/session'
import { texts } from '../i18n'

const titles = texts({
  setup: '设置', campaign: '专项行动', new: '新建专项行动', roster: '名册', channels: '通知渠道', forms: '表样', policies: '巡查方案', incidents: '重大情况报送规则', daily: '每日一报规则',
  keys: '密钥', people: '人员与邀请', audit: '操作记录', area: '市（州）、省', lastSeason: '上年同期',
}, {
  setup: 'Set-up', campaign: 'Campaign', new: 'New campaign', roster: 'Roster', channels: 'Channels', forms: 'Forms', policies: 'Patrol policy',
  incidents: 'Rules for incidents', daily: 'Rules for the report a day', keys: 'Keys', people: 'People and invitations', audit: 'Audit',
  area: 'City and province', lastSeason: 'The season before',
})
const roles: Role[] = ['campaignOffice', 'operator']

/** Everything that is set up before and during a campaign. */
export const setupRoutes: RouteRecordRaw[] = [
  { path: '/setup', component: () => import('../setup/SetupPage.vue'), meta: { roles, title: () => titles.setup } },
  { path: '/setup/new', component: () => import('../setup/CampaignPage.vue'), meta: { roles, anywhere: true, title: () => titles.new } },
  { path: '/setup/campaign', component: () => import('../setup/CampaignPage.vue'), meta: { roles, title: () => titles.campaign } },
  { path: '/setup/roster', component: () => import('../setup/RosterPage.vue'), meta: { roles, title: () => titles.roster } },
  { path: '/setup/channels', component: () => import('../setup/ChannelsPage.vue'), meta: { roles, title: () => titles.channels } },
  { path: '/setup/forms', component: () => import('../setup/FormsPage.vue'), meta: { roles, title: () => titles.forms } },
  { path: '/setup/policies', component: () => import('../setup/PoliciesPage.vue'), meta: { roles, title: () => titles.policies } },
  { path: '/setup/incident-rules', component: () => import('../setup/IncidentRulesPage.vue'), meta: { roles, title: () => titles.incidents } },
  { path: '/setup/daily-rules', component: () => import('../setup/DailyRulesPage.vue'), meta: { roles, title: () => titles.daily } },
  { path: '/setup/people', component: () => import('../setup/PeoplePage.vue'), meta: { roles, title: () => titles.people } },
  { path: '/setup/keys', component: () => import('../setup/KeysPage.vue'), meta: { roles, title: () => titles.keys } },
  { path: '/setup/area', component: () => import('../setup/AreaPage.vue'), meta: { roles, title: () => titles.area } },
  { path: '/setup/last-season', component: () => import('../setup/LastSeasonPage.vue'), meta: { roles, title: () => titles.lastSeason } },
  { path: '/setup/audit', component: () => import('../setup/AuditPage.vue'), meta: { roles, title: () => titles.audit } },
]
