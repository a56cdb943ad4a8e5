import { createPinia } from 'pinia'
import { createApp } from 'vue'
import './base.css'
import App from './App.vue'
import { start } from '../api/start'
import { router } from './router'

createApp(App).use(createPinia()).use(router).mount('#app')

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Not before the page is there: the first opening has the line to itself.
  const loaded = new Promise((resolve) => window.addEventListener('load', resolve))
  Promise.all([loaded, start().catch(() => undefined)])
    .then(() => navigator.serviceWorker.register('/app/sw.js', { updateViaCache: 'none' })).catch(() => undefined)
}
