import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { nextTick, shallowRef } from 'vue'
import { NoLine } from '../api/problem'
import type { Role } from '../api/session'
import { common } from '../i18n/common'
import { useSession } from '../stores/session'
import { forgetLoading, isMissing, loadAnew, reachable } from './recover'
import { mayLeave } from './unsaved'
import { deskRoutes } from '../office/routes'
import { unitRoutes } from '../unit/routes'

declare module 'vue-router' {
  interface RouteMeta {
    /** Who opens it; without any, everybody, signed in or not. */
    roles?: Role[]
    /** Shown in the browser's tab. */
    title?: () => string
    /** Opens without a campaign. */
    anywhere?: boolean
    /** Leads to the same page of the campaign at hand. */
    atHand?: boolean
  }
}

/** Where each role's work begins; a role without pages of its own yet is greeted. */
const homes: Partial<Record<Role, string>> = { unitReporter: '/unit', campaignOffice: '/office', operator: '/operator', leader: '/leader' }

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('./GreetingPage.vue'), meta: { roles: ['unitReporter', 'campaignOffice', 'leader', 'operator'] } },
  { path: '/sign-in', name: 'sign-in', component: () => import('./SignInPage.vue') },
  ...unitRoutes,
  ...deskRoutes,
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./NowherePage.vue') },
]

export const router = createRouter({
  history: createWebHistory('/app/'),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? {} : { top: 0 }),
})

// Whoever is not known any more has to go; what was typed is kept for when they are back.
router.beforeEach((to, from) => to.name === 'sign-in' || to.fullPath.split('#')[0] === from.fullPath.split('#')[0] || mayLeave())

// The page opens as it was kept; once a newer one has come meanwhile, the next step goes there.
let isOld = false
if ('serviceWorker' in navigator && navigator.serviceWorker.controller) {
  navigator.serviceWorker.addEventListener('controllerchange', () => { isOld = true })
}

router.beforeEach(async (to, from) => {
  if (isOld && from.matched.length > 0 && to.path !== from.path) {
    location.assign('/app' + to.fullPath)
    return false
  }
  if (!to.meta.roles) return true
  const session = useSession()
  const me = await session.load()
  if (!me) return { name: 'sign-in', query: to.path === '/' ? {} : { to: to.fullPath }, replace: true }
  // Where there is no campaign yet, making one comes first.
  const begins = me.campaigns.length === 0 && (me.role === 'operator' || me.role === 'campaignOffice')
  if (to.name === 'home' && homes[me.role]) return { path: begins ? '/setup/new' : homes[me.role], replace: true }
  // What is another role's, or a campaign of others', does not exist for this one; the API says the same.
  const { district, season } = to.params as Record<string, string | undefined>
  const named = !district || !season || session.choose(district, season) || (await session.known(), session.choose(district, season))
  if (!to.meta.roles.includes(me.role) || !named) {
    return { name: 'nowhere', params: { rest: to.path.slice(1).split('/') }, replace: true }
  }
  const here = session.place
  return to.meta.atHand && here ? { path: `/${here.district}/${here.season}${to.path}`, query: to.query, hash: to.hash, replace: true } : true
})

router.afterEach(async (to, from, failure) => {
  if (failure) return
  unopened.value = undefined
  forgetLoading()
  document.title = [to.meta.title?.(), common.product].filter(Boolean).join(' · ')
  if (from.matched.length === 0 || from.path === to.path) return
  await nextTick()
  // Whoever listens to the page hears where they are.
  document.querySelector<HTMLElement>('main h1')?.focus()
})

/** A page that did not open, and why. */
export const unopened = shallowRef<{ path: string, error: unknown }>()

// What opens a page may not come: without a line, or after an update, when what is not loaded yet has other names. The page itself is loaded anew, once;
// where that does not help the person is told.
// A page that fails while the frame around it is still on its way is told by the router, too, once that has come.
window.addEventListener('unhandledrejection', (event) => isMissing(event.reason) && event.preventDefault())
router.onError(async (error: unknown, to) => {
  const path = to.fullPath
  if (!isMissing(error)) unopened.value = { path, error }
  else if (!await reachable()) unopened.value = { path, error: new NoLine('no line') }
  else if (!await loadAnew(path, true)) unopened.value = { path, error }
})
