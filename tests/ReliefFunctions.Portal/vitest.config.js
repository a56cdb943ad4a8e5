import { fileURLToPath } from 'node:url'
import vue from '../../src/Portal/node_modules/@vitejs/plugin-vue/dist/index.mjs'
import { defineConfig } from 'vitest/config'

const portal = fileURLToPath(new URL('../../src/Portal', import.meta.url))

export default defineConfig({
  plugins: [vue()],
  // One Vue and one Pinia: the portal's own.
  resolve: { alias: { '@': portal + '/src', pinia: portal + '/node_modules/pinia', vue: portal + '/node_modules/vue' } },
  server: { fs: { allow: ['..', portal] } },
  test: { environment: 'jsdom', environmentOptions: { jsdom: { url: 'http://127.0.0.1/app/' } }, include: ['specs/**/*.spec.ts'], dir: '.' },
})
