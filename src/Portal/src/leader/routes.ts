import type { RouteRecordRaw } from 'vue-router'

/** Pages of the leader. */
export const leaderRoutes: RouteRecordRaw[] = []
