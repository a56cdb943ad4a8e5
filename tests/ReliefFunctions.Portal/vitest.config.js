import { fileURLToPath } from 'node:url'
import vue from '../../src/Portal/node_modules/@vitejs/plugin-vue/dist/index.mjs'
import { defineConfig } from 'vitest/config'

const portal = fileURLToPath(new URL('../../src/Portal', import.meta.url))

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': portal + '/src' } },
  server: { fs: { allow: ['..', portal] } },
  test: { environment: 'jsdom', environmentOptions: { jsdom: { url: 'http://127.0.0.1/app/' } }, include: ['specs/**/*.spec.ts'], dir: '.' },
})
