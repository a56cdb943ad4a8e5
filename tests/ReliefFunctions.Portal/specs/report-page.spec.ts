import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { NoLine } from '@/api/problem'
import { useSession } from '@/stores/session'
import type { LocalDraft } from '@/unit/drafts'

const stores = vi.hoisted(() => ({ kept: new Map<string, unknown>(), isBlocked: false }))
vi.mock('@/unit/shelf', () => {
  const blocked = async () => { if (stores.isBlocked) throw new Error('QuotaExceededError') }
  return {
    shelf: {
      get: async (store: string, key: string) => { await blocked(); return stores.kept.get(store + key) },
      put: async (store: string, key: string, value: unknown) => { await blocked(); stores.kept.set(store + key, structuredClone(value)) },
      delete: async (store: string, key: string) => { await blocked(); stores.kept.delete(store + key) },
      all: async (store: string) => { await blocked(); return [...stores.kept].filter(([key]) => key.startsWith(store)).map(([, value]) => value) },
    },
  }
})
const server = vi.hoisted(() => ({ entry: vi.fn(), saveDraft: vi.fn(), dropDraft: vi.fn(), submit: vi.fn() }))
vi.mock('@/unit/calls', () => ({ calls: server, addressOf: () => '/x' }))
vi.mock('@/unit/outbox', async (original) => ({ ...await original<object>(), wire: { submit: server.submit, attach: vi.fn(), report: vi.fn(), photo: vi.fn() } }))

import ReportPage from '@/unit/ReportPage.vue'

const field = (code: string) => ({ code, label: code, unit: '次', group: '巡查', aggregation: 'flow', appliesTo: [], required: false, prefilled: false, min: 0, max: 9 })
const entry = {
  week: { key: '2026W50', number: 2, first: '2026-12-07', last: '2026-12-13', due: '2026-12-14T09:00:00Z' }, unitName: '青岩镇',
  form: { version: 1, title: '表', fields: [field('A01'), field('A03')], rules: [] }, report: { version: 0, content: null, state: 'notReported' },
  draft: null, lastWeek: null, seasonBefore: {}, filledBy: '王芳', reviewedBy: '张华',
}
const receipt = { number: 'R-1', version: 1, receivedAt: '2026-12-14T02:00:00Z' }
const draftKey = 'drafts520111/2026-2027/2026W50/u1'
const kept = () => stores.kept.get(draftKey) as LocalDraft | undefined

const router = createRouter({
  history: createMemoryHistory(),
  routes: ['report', 'receipt', 'excel', 'versions', 'unit'].map((name) => ({ path: `/${name}/:week?/:version?`, name, component: { template: '<p/>' } })),
})
let pages: VueWrapper[] = []

async function openPage() {
  const page = mount(ReportPage, { props: { week: '2026W50' }, global: { plugins: [router] }, attachTo: document.body })
  pages.push(page)
  await settled()
  return page
}
const type = (page: VueWrapper, code: string, text: string) => page.find(`#f-${code}`).setValue(text)
/** Whatever was begun and waits for no clock is done. */
const settled = () => vi.advanceTimersByTimeAsync(1)
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-12-14T01:00:00Z') })
  stores.kept.clear()
  stores.isBlocked = false
  setActivePinia(createPinia())
  const session = useSession()
  session.me = { unit: 'u1', campaigns: [{ district: '520111', season: '2026-2027' }] } as never
  server.entry.mockReset().mockResolvedValue(entry)
  server.submit.mockReset().mockResolvedValue(receipt)
  let revision = 0
  server.saveDraft.mockReset().mockImplementation(async () => ({ revision: ++revision, savedAt: '2026-12-14T01:00:02Z', errors: [], warnings: [] }))
})
afterEach(() => {
  pages.forEach((page) => page.unmount())
  pages = []
  vi.useRealTimers()
})

describe('the form', () => {
  it('works in a browser that keeps nothing: says so, saves to the server, and submits once', async () => {
    stores.isBlocked = true
    const page = await openPage()
    await type(page, 'A01', '3')
    await pass(300)
    expect(page.find('.state').text()).toContain('没有存下来')
    await pass(1500)
    expect(page.find('.state').text()).toContain('已存到服务器')
    await page.find('form').trigger('submit')
    await settled()
    expect(server.submit).toHaveBeenCalledTimes(1)
    expect(router.currentRoute.value.name).toBe('receipt')
  })

  it('is submitted once when its button is tapped twice', async () => {
    const page = await openPage()
    await type(page, 'A01', '3')
    void page.find('form').trigger('submit')
    void page.find('form').trigger('submit')
    await settled()
    expect(server.submit).toHaveBeenCalledTimes(1)
  })

  it('leaves whoever went back while it was sent where they are, and keeps the receipt for them', async () => {
    const replace = vi.spyOn(router, 'replace')
    let answer = (_: unknown) => {}
    server.submit.mockImplementation(() => new Promise((resolve) => { answer = resolve }))
    const page = await openPage()
    await type(page, 'A01', '3')
    await page.find('form').trigger('submit')
    await settled()
    page.unmount()
    pages = []
    await settled()
    expect(kept()?.queuedAt).toBeTruthy()
    answer(receipt)
    await settled()
    expect(replace).not.toHaveBeenCalled()
    expect(kept()).toMatchObject({ queuedAt: null, receipt: { number: 'R-1' } })
  })

  it('is as it was when the page is gone in the middle of a word and opened again', async () => {
    const page = await openPage()
    await type(page, 'A01', '7')
    page.unmount()
    pages = []
    await settled()
    expect((await openPage()).find<HTMLInputElement>('#f-A01').element.value).toBe('7')
  })

  it.each([['本页', '4'], ['另一页', '3']])('open twice on one phone shows where they differ; of %s is chosen', async (which, stands) => {
    server.saveDraft.mockRejectedValue(new NoLine())
    const first = await openPage()
    const second = await openPage()
    await type(first, 'A01', '3')
    await pass(350)
    await type(second, 'A01', '4')
    await pass(300)
    expect(kept()?.typed.values.A01).toBe('3')
    expect(second.text()).toContain('另一个页面改动过')
    await second.findAll('button').find((button) => button.text().includes('用' + which))?.trigger('click')
    await pass(300)
    expect(second.find<HTMLInputElement>('#f-A01').element.value).toBe(stands)
    expect(kept()?.typed.values.A01).toBe(stands)
  })

  it('typed on a phone whose clock is years behind is neither older nor newer for it', async () => {
    vi.setSystemTime(new Date('2019-01-01T00:00:00Z'))
    const page = await openPage()
    await type(page, 'A01', '5')
    await pass(1600)
    expect(kept()).toMatchObject({ savedAt: '2026-12-14T01:00:02Z', serverRevision: 1 })
    page.unmount()
    pages = []
    server.entry.mockResolvedValue({ ...entry, draft: { revision: 2, baseVersion: 0, content: { values: { A01: 6 }, zeroReport: false }, entered: {}, savedAt: '2026-12-14T01:00:09Z', errors: [], warnings: [] } })
    // The other phone went on: the revision decides, not the time.
    expect((await openPage()).find<HTMLInputElement>('#f-A01').element.value).toBe('6')
  })
})
