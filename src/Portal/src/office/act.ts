import { ref, shallowRef } from 'vue'
import { ApiProblem } from '../api/problem'

/**
 * Something that a person does: whether it is on its way, why it was refused, what came of it. `look` reads anew what is shown, for what was refused may have
 * been done by somebody else meanwhile.
 */
export function useAct(look?: () => unknown) {
  const busy = ref(false)
  const error = shallowRef<unknown>()
  const done = ref('')
  /** Does it; true when it was done. */
  async function act(what: () => Promise<unknown>, said?: string | (() => string)): Promise<boolean> {
    busy.value = true
    error.value = undefined
    done.value = ''
    try {
      await what()
      done.value = typeof said === 'function' ? said() : said ?? ''
      return true
    } catch (e) {
      error.value = e
      if (e instanceof ApiProblem) void look?.()
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, error, done, act }
}
