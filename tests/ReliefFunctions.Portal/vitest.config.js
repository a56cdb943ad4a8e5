import { fileURLToPath } from 'node:url'
import vue from '../../src/Portal/node_modules/@vitejs/plugin-vue/dist/index.mjs'
import { defineConfig } from 'vitest/config'

const portal = fileURLToPath(new URL('../../src/Portal', import.meta.url))

export default defineConfig({
  plugins: [vue()],
  resolve: {
    alias: {
      '@': portal + '/src',
      // One copy of each, the pages' own, for what mounts them too.
      ...Object.fromEntries(['vue', 'vue-router', 'pinia'].map((name) => [name, `${portal}/node_modules/${name}`])),
      '@vue/test-utils': fileURLToPath(new URL('node_modules/@vue/test-utils/dist/vue-test-utils.esm-bundler.mjs', import.meta.url)),
    },
  },
  server: { fs: { allow: ['..', portal] } },
  test: { environment: 'jsdom', environmentOptions: { jsdom: { url: 'http://127.0.0.1/app/' } }, include: ['specs/**/*.spec.ts'], dir: '.', server: { deps: { inline: [/vue/, /pinia/] } } },
})
