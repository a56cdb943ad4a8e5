import type { RouteRecordRaw } from 'vue-router'

/** Pages of the operator. */
export const operatorRoutes: RouteRecordRaw[] = []
