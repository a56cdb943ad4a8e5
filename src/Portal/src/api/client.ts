import createClient from 'openapi-fetch'
import { acceptLanguage } from '../i18n'
import { ApiProblem, NoLine } from './problem'
import type { paths } from './schema'

/** Longer than any answer takes, shorter than a person's patience. */
const patienceMs = 30_000

const unauthenticated = new Set<() => void>()

/** Called when the API no longer knows who calls. */
export function onUnauthenticated(then: () => void) {
  unauthenticated.add(then)
}

/** How often somebody signed in: what was asked before says nothing of the session that is there now. */
let signedIn = 0
const askedIn = new WeakMap<Response, number>()

/** From now on the calls are those of another session. */
export function sessionBegins() {
  signedIn++
}

/** Sends it, and keeps in which session it was asked. */
export async function sent(send: () => Promise<Response>): Promise<Response> {
  const mine = signedIn
  const response = await send()
  askedIn.set(response, mine)
  return response
}

/** `fetch` with the manners of every call: the language, the header that shows a page of ours, an end to waiting. */
export async function call(request: Request): Promise<Response> {
  request.headers.set('Accept-Language', acceptLanguage.value)
  request.headers.set('X-Relief-Client', 'portal')
  const end = new AbortController()
  const timer = setTimeout(() => end.abort(), patienceMs)
  try {
    return await sent(() => fetch(new Request(request, { signal: end.signal, credentials: 'same-origin' })))
  } catch {
    throw new NoLine('no line')
  } finally {
    clearTimeout(timer)
  }
}

/** The API, typed by its document. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: call })

type Raw<T> = { data?: T, error?: unknown, response: Response }

/** The JSON of an answer; pages and files of the same address are the browser's own to fetch. */
type Json<T> = Exclude<T, string>

/** What a call answered; an {@link ApiProblem} when it was refused. */
export async function answer<T>(raw: Promise<Raw<T>>): Promise<Json<T>> {
  return (await answered(raw)).data
}

/** The same with the answer's status and version, to be named by the next change. */
export async function answered<T>(raw: Promise<Raw<T>>): Promise<{ data: Json<T>, status: number, etag: string | null }> {
  const { data, error, response } = await raw
  if (!response.ok) throw refusal(response, error)
  return { data: data as Json<T>, status: response.status, etag: response.headers.get('ETag') }
}

/** The problem of an answer that is none; whoever is not known any more is told so everywhere, unless they have signed in since it was asked. */
export function refusal(response: Response, body: unknown): ApiProblem {
  if (response.status === 401 && (askedIn.get(response) ?? signedIn) === signedIn) unauthenticated.forEach((then) => then())
  return new ApiProblem(response.status, body)
}
