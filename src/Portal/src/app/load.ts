import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue'

/** Something that a page reads from the API: what it shows, why it cannot, and whether it is on its way. What was read stays while it is read anew. */
export function useLoad<T>(load: () => Promise<T>, again?: WatchSource) {
  const data = shallowRef<T>()
  const error = shallowRef<unknown>()
  const loading = ref(false)
  let turn = 0
  async function reload() {
    const mine = ++turn
    loading.value = true
    try {
      const read = await load()
      if (mine !== turn) return
      data.value = read
      error.value = undefined
    } catch (e) {
      if (mine === turn) error.value = e
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  onScopeDispose(() => turn++)
  if (again) watch(again, reload)
  void reload()
  return { data, error, loading, reload }
}
