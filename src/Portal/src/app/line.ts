import { ref } from 'vue'

/** Whether the device believes that it has a line. That a call came through is known only from its answer. */
export const online = ref(navigator.onLine)

window.addEventListener('online', () => { online.value = true })
window.addEventListener('offline', () => { online.value = false })
