import { describe, expect, it } from 'vitest'
import { begin, body, differences, typedFrom, whole, type Entry, type LocalDraft, type Typed } from '@/unit/drafts'

const field = (code: string, more = {}) => ({ code, label: code, unit: '次', group: '巡查', aggregation: 'flow', appliesTo: [], required: false, prefilled: false, min: 0, max: 9, ...more })

const entry = (more: object = {}) => ({
  week: { key: '2026W50', number: 2 }, unitName: '青岩镇', form: { version: 1, title: '表', fields: [field('A01'), field('A05', { prefilled: true })] },
  report: { version: 0, content: null }, draft: null, lastWeek: { A01: 4, A05: 6 }, seasonBefore: {}, filledBy: '王芳', reviewedBy: null, ...more,
}) as unknown as Entry

const typed = (a01: string): Typed => ({ values: { A01: a01, A05: '6' }, zeroReport: false, filledBy: '王芳', reviewedBy: '', note: '' })

const local = (more: Partial<LocalDraft> = {}): LocalDraft => ({
  key: 'k', district: '520111', season: '2026-2027', week: '2026W50', weekNumber: 2, unit: '520111101', formVersion: 1, baseVersion: 0, typed: typed('3'),
  editedAt: '2026-12-14T02:00:00Z', serverRevision: 0, savedAt: null, queuedAt: null, refusal: null, receipt: null, ...more,
})

const draft = (revision: number, a01: string | number | null, entered = {}) => ({
  revision, baseVersion: null, latestVersion: 0, content: { values: { A01: a01, A05: 6 }, zeroReport: false, filledBy: '王芳', reviewedBy: null, note: null },
  entered, savedAt: '2026-12-14T01:00:00Z', savedBy: 'k', errors: [], warnings: [],
})

describe('how a form begins', () => {
  it('carries over the levels of last week that the form carries, and nothing else', () => {
    const start = begin(entry(), undefined)
    expect(start.kind === 'typed' && start.typed.values).toEqual({ A01: '', A05: '6' })
    expect(start.kind === 'typed' && start.typed.filledBy).toBe('王芳')
  })

  it('shows what could not be read as it was typed', () => {
    const start = begin(entry({ draft: draft(1, null, { A01: '约三十' }) }), undefined)
    expect(start).toMatchObject({ kind: 'typed', serverRevision: 1, typed: { values: { A01: '约三十' } } })
  })

  it('goes on with this device’s draft that the server has not seen', () => {
    expect(begin(entry({ draft: draft(2, 1) }), local({ serverRevision: 2 }))).toMatchObject({ kind: 'typed', typed: { values: { A01: '3' } }, serverRevision: 2 })
    expect(begin(entry(), local())).toMatchObject({ kind: 'typed', typed: { values: { A01: '3' } } })
  })

  it('takes the server’s when this device’s was saved there and somebody went on elsewhere', () => {
    expect(begin(entry({ draft: draft(3, 5) }), local({ serverRevision: 2, savedAt: '2026-12-14T02:00:00Z' }))).toMatchObject({ kind: 'typed', typed: { values: { A01: '5' } } })
  })

  it('shows both where both have something that the other has not', () => {
    expect(begin(entry({ draft: draft(3, 5) }), local({ serverRevision: 2 }))).toMatchObject({ kind: 'conflict', submitted: false, serverRevision: 3 })
    const submitted = entry({ report: { version: 1, content: { values: { A01: 8, A05: 6 }, zeroReport: false, filledBy: '王芳' } } })
    expect(begin(submitted, local())).toMatchObject({ kind: 'conflict', submitted: true })
  })

  it('has nothing to ask where both say the same', () => {
    expect(begin(entry({ draft: draft(3, 3) }), local({ serverRevision: 2 }))).toMatchObject({ kind: 'typed', serverRevision: 3, savedAt: '2026-12-14T01:00:00Z' })
  })

  it('only shows a draft on a form that has changed', () => {
    expect(begin(entry(), local({ formVersion: 2 }))).toMatchObject({ kind: 'misfit' })
  })

  it('forgets a draft whose receipt is there', () => {
    expect(begin(entry(), local({ receipt: { number: 'n', version: 1, receivedAt: '' } }))).toMatchObject({ kind: 'typed', typed: { values: { A01: '' } } })
  })
})

describe('what is sent', () => {
  it('is what was typed, and an emptied field is a blank and never zero', () => {
    const sent = body({ values: { A01: '', A03: ' ', A04: '0', B01: '1e', B02: '１２' }, zeroReport: false, filledBy: '', reviewedBy: '张', note: ' ' }, 0)
    expect(sent).toEqual({ values: { A01: null, A03: null, A04: '0', B01: '1e', B02: '１２' }, baseVersion: null, zeroReport: false, filledBy: null, reviewedBy: '张', note: null })
  })

  it.each([['12', 12], ['１２', 12], ['0', 0], ['', null], ['1e', null], ['-1', null], ['1.0', null], [' 7 ', 7], ['9999999999', null]])('counts “%s” as %s in sums', (text, number) => {
    expect(whole(text)).toBe(number)
  })

  it('differs where the words differ, not where spaces do', () => {
    const fields = entry().form.fields
    expect(differences(fields, typed('3'), typed(' 3 '))).toEqual([])
    expect(differences(fields, typed('3'), { ...typed('4'), zeroReport: true }).map((line) => line.code)).toEqual(['A01', 'zeroReport'])
    expect(typedFrom(entry(), { values: { A01: 0 }, zeroReport: false }).values.A01).toBe('0')
  })
})
