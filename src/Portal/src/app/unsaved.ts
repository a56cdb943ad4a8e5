import { onScopeDispose } from 'vue'

const asks = new Set<() => boolean | Promise<boolean>>()

/** Has a page asked before it is left. */
export function askBeforeLeaving(ask: () => boolean | Promise<boolean>) {
  asks.add(ask)
  onScopeDispose(() => asks.delete(ask))
}

/** Whether the page at hand may be left: what was typed in it is saved, or the person gives it up. */
export async function mayLeave() {
  for (const ask of asks) if (!await ask()) return false
  return true
}
