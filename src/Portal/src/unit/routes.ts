import type { RouteRecordRaw } from 'vue-router'

const meta = { roles: ['unitReporter' as const] }

/** A unit's pages, made for a phone. */
export const unitRoutes: RouteRecordRaw[] = [
  { path: '/unit', name: 'unit', component: () => import('./UnitHome.vue'), meta },
]
