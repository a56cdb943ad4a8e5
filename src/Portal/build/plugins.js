import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** Pages that open without a line: a unit's. */
const offlineFolders = /\/src\/(app|unit)\/|\/src\/incidents\/(UnitIncidents|IncidentFields|DailyPage)\./

/** Writes the service worker with the list of what a unit's pages need: every chunk that they reach, and their styles. */
export function offline() {
  return {
    name: 'relief-offline',
    apply: 'build',
    // After the page's own entry was put into it, and is no file any more.
    enforce: 'post',
    generateBundle(_, bundle) {
      const needed = new Set()
      const take = (name) => {
        const chunk = bundle[name]
        if (needed.has(name) || chunk?.type !== 'chunk') return
        needed.add(name)
        chunk.imports.forEach(take)
        chunk.viteMetadata?.importedCss.forEach((css) => needed.add(css))
      }
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && (chunk.isEntry || offlineFolders.test(chunk.facadeModuleId ?? ''))) take(chunk.fileName)
      }
      const files = ['icon.svg', ...[...needed].sort()]
      const worker = readFileSync('src/sw.js', 'utf8')
      const version = createHash('sha256').update(worker).update(files.join()).digest('hex').slice(0, 12)
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: worker.replace("'__VERSION__'", JSON.stringify(version)).replace("['__FILES__']", JSON.stringify(files)),
      })
    },
  }
}

/** Packs every text file once, as small as it gets, so that no request waits for it. */
export function packed() {
  return {
    name: 'relief-packed',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(html|js|css|svg|webmanifest)$/.test(entry.name)) continue
        const file = join(entry.parentPath ?? entry.path, entry.name)
        const bytes = readFileSync(file)
        if (bytes.length < 600) continue
        writeFileSync(file + '.br', brotliCompressSync(bytes))
        writeFileSync(file + '.gz', gzipSync(bytes, { level: 9 }))
      }
    },
  }
}
