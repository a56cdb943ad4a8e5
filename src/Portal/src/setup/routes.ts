import type { RouteRecordRaw } from 'vue-router'

/** Pages of the setup. */
export const setupRoutes: RouteRecordRaw[] = []
