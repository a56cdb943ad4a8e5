// @vitest-environment node
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { parse } from 'acorn'
import { describe, expect, it } from 'vitest'

const dist = fileURLToPath(new URL('../../../src/Portal/dist/', import.meta.url))
const read = (file: string) => readFileSync(dist + file)
const worker = read('sw.js').toString()
const unit: string[] = JSON.parse(/const files = (\[.*?\])/s.exec(worker)?.[1] ?? '[]')
const scripts = readdirSync(dist + 'assets').filter((name) => name.endsWith('.js'))
const styles = readdirSync(dist + 'assets').filter((name) => name.endsWith('.css'))

/** Calls that a browser of the build's target (Chrome 87, iOS 14) has not; the language's own library is held by the compiler (`lib`). */
const newerCalls: [string, RegExp][] = [
  ['structuredClone', /\bstructuredClone\(/], ['Object.hasOwn', /\bObject\.hasOwn\(/], ['AbortSignal.timeout, any', /\bAbortSignal\.(timeout|any)\(/],
  ['crypto.randomUUID, missing on http too', /(?<!\?)crypto\.randomUUID\(\)/], ['BroadcastChannel', /\bBroadcastChannel\b/], ['showModal', /\.showModal\(/],
  ['requestSubmit', /\.requestSubmit\(/], ['URL.canParse', /\bURL\.canParse\(/], ['Intl newer than 2020', /\bIntl\.(Segmenter|ListFormat|DurationFormat|supportedValuesOf)\b/],
  ['dateStyle, timeStyle', /\b(date|time)Style\b/], ['Promise.withResolvers, try', /\bPromise\.(withResolvers|try)\(/], ['groupBy', /\b(Object|Map)\.groupBy\(/],
  ['Array.fromAsync', /\bArray\.fromAsync\(/], ['lookbehind', /\(\?<[=!]/], ['checkVisibility', /\.checkVisibility\(/],
]

/** Styles that such a browser drops, so that something would be hidden, cut or unreadable. */
const newerStyles: [string, RegExp][] = [
  [':has', /:has\(/], ['nesting', /[{;]\s*&/], ['dvh and its kin', /\d[dsl]v[hwib]\b/], ['inset', /[{;]inset(-\w+)*:/], [':is, :where', /:(is|where)\(/], ['aspect-ratio', /[{;]aspect-ratio:/],
  ['@layer, @container, @scope', /@(layer|container|scope)\b/], ['color-mix, oklch, lab', /\b(color-mix|oklch|oklab|lab|lch)\(/], ['accent-color', /[{;]accent-color:/],
  ['single transforms', /[{;](translate|rotate|scale):/], ['range queries', /@media[^{]*[<>]=?/], ['subgrid', /\bsubgrid\b/],
]

/** What one opening loads: a script and everything that it imports. */
function opening(...starts: string[]): string[] {
  const all = new Set<string>()
  const take = (name: string) => {
    if (all.has(name)) return
    all.add(name)
    for (const match of read('assets/' + name).toString().matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)) take(match[1] as string)
  }
  starts.forEach((start) => take(scripts.find((name) => name.startsWith(start + '-')) ?? start))
  return [...all]
}

const packed = (names: string[]) => names.reduce((sum, name) => {
  try {
    return sum + read(`assets/${name}.gz`).length
  } catch {
    return sum + read(`assets/${name}`).length
  }
}, 0)

describe('the build', () => {
  it('gives a unit’s home at most 120 KB of compressed script, and all of its pages together no more', () => {
    expect(packed(opening('base')) / 1024).toBeLessThan(120)
    expect(packed(unit.filter((name) => name.endsWith('.js')).map((name) => name.replace('assets/', ''))) / 1024).toBeLessThan(120)
  })

  it('opens a unit’s pages without a line: the service worker keeps every script that they reach', () => {
    const kept = unit.filter((name) => name.endsWith('.js')).map((name) => name.replace('assets/', ''))
    expect(opening('base', ...kept).filter((name) => !kept.includes(name))).toEqual([])
    const pages = ['ReportPage', 'UnitIncidents', 'DailyPage', 'WeeksPage', 'StagePage', 'ReceiptPage', 'VersionsPage', 'ExcelPage', 'SignInPage']
    expect(pages.filter((page) => !kept.some((name) => name.startsWith(page)))).toEqual([])
    expect(worker).not.toMatch(/__VERSION__|__FILES__/)
  })

  it.each(scripts)('is read by a browser of 2021: %s', (name) => {
    const text = read('assets/' + name).toString()
    expect(() => parse(text, { ecmaVersion: 2021, sourceType: 'module' })).not.toThrow()
    expect(newerCalls.filter(([, call]) => call.test(text)).map(([what]) => what)).toEqual([])
  })

  it.each(styles)('is shown by a browser of 2021: %s', (name) => {
    const text = read('assets/' + name).toString()
    expect(newerStyles.filter(([, style]) => style.test(text)).map(([what]) => what)).toEqual([])
  })

  it('says so where the browser is too old even for that, without any script', () => {
    expect(read('index.html').toString()).toMatch(/class="opening late">[^<]*浏览器太旧/)
    expect(styles.map((name) => read('assets/' + name).toString()).join()).toMatch(/\.opening\.late\{[^}]*visibility:hidden[^}]*animation:[^}]*12s/)
  })

  it('is packed: what unpacks is what was packed', () => {
    const name = scripts.find((each) => each.startsWith('base-')) as string
    const plain = read('assets/' + name)
    expect(brotliDecompressSync(read(`assets/${name}.br`)).equals(plain) && gunzipSync(read(`assets/${name}.gz`)).equals(plain)).toBe(true)
  })

  it('has no script in the page, and no address of another host', () => {
    const page = read('index.html').toString()
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|https?:\/\//)
    expect(page).toContain('format-detection')
  })

  it('names no registry in its locks', () => {
    for (const lock of ['../../../src/Portal/package-lock.json', '../package-lock.json', '../../ReliefFunctions.Browser/old-chromium/package-lock.json']) {
      expect(readFileSync(fileURLToPath(new URL(lock, import.meta.url))).toString()).not.toContain('"resolved"')
    }
  })
})
