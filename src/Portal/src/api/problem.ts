import type { components } from './schema'

/** One thing that is wrong, where, and how to mend it, in the API's own words. */
export type ProblemError = components['schemas']['ProblemError']

/** A refusal of the API (`problem+json`). */
export class ApiProblem extends Error {
  readonly status: number
  /** Last part of the stable type, such as `report-invalid` or `stale`. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: ProblemError[]
  readonly correlationId: string
  /** Further members, such as what differs. */
  readonly more: Record<string, unknown>

  constructor(status: number, body: unknown) {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    const text = (name: string) => (typeof problem[name] === 'string' ? (problem[name] as string) : '')
    super(text('detail') || text('title') || `HTTP ${status}`)
    this.status = status
    this.code = text('type').split(':').pop() ?? ''
    this.title = text('title') || `HTTP ${status}`
    this.detail = text('detail')
    this.errors = Array.isArray(problem.errors) ? (problem.errors as ProblemError[]) : []
    this.correlationId = text('correlationId')
    this.more = problem
  }
}

/** The call did not come through: no line, or no answer in time. Nothing is known of what became of it. */
export class NoLine extends Error {}
