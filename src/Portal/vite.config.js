import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { offline, packed } from './build/plugins.js'

/** The host that `npm run dev` hands calls of the API to. */
const host = process.env.RELIEF_URL ?? 'http://127.0.0.1:7071'

export default defineConfig({
  base: '/app/',
  plugins: [
    vue(),
    offline(),
    packed(),
  ],
  build: {
    // What in-app browsers of chat apps on old phones still are.
    target: ['chrome87', 'ios14'],
    // A data: address would need an exception in the page's security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every opening needs is one file: on a slow line each further one waits for a connection.
        codeSplitting: {
          groups: [{ name: 'base', test: /node_modules[\\/](vue|@vue|vue-router|pinia|openapi-fetch)[\\/]|[\\/]src[\\/](api|components|i18n|stores)[\\/]|[\\/]src[\\/](app|unit)[\\/](?!(?!Inbox)\w*Page)/ }],
        },
      },
    },
    chunkSizeWarningLimit: 1000,
    reportCompressedSize: false,
  },
  server: {
    proxy: Object.fromEntries(['/api', '/n', '/f'].map((path) => [path, {
      target: host,
      changeOrigin: true,
      // The host takes changes from its own pages only.
      configure: (proxy) => proxy.on('proxyReq', (request) => request.getHeader('origin') && request.setHeader('origin', host)),
    }])),
  },
})
