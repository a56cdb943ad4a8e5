import { createPinia } from 'pinia'
import { createApp } from 'vue'
import './base.css'
import App from './App.vue'
import { router } from './router'

createApp(App).use(createPinia()).use(router).mount('#app')

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Not before the page is there: the first opening has the line to itself.
  window.addEventListener('load', () => { navigator.serviceWorker.register('/app/sw.js').catch(() => undefined) })
}
