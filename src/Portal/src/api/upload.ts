import { acceptLanguage } from '../i18n'
import { ApiProblem, NoLine } from './problem'

/** What an upload answered. */
export interface Uploaded {
  status: number
  etag: string | null
  /** JSON, unless a file was asked for and given. */
  json?: unknown
  file?: Blob
}

/** Sends a file with progress (0 to 1), which `fetch` does not tell. A file in the answer is given as it is. */
export function upload(method: 'PUT' | 'POST', address: string, file: Blob, options: {
  type: string
  headers?: Record<string, string>
  progress?: (share: number) => void
}): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, address)
    request.responseType = 'blob'
    request.setRequestHeader('Accept', 'application/json, application/problem+json, */*;q=0.5')
    request.setRequestHeader('Accept-Language', acceptLanguage.value)
    request.setRequestHeader('X-Relief-Client', 'portal')
    request.setRequestHeader('Content-Type', options.type)
    for (const [name, value] of Object.entries(options.headers ?? {})) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => event.lengthComputable && options.progress?.(event.loaded / event.total)
    request.onerror = request.onabort = request.ontimeout = () => reject(new NoLine('no line'))
    request.onload = () => {
      const blob = request.response as Blob
      const etag = request.getResponseHeader('ETag')
      const isJson = (request.getResponseHeader('Content-Type') ?? '').includes('json')
      if (!isJson) {
        if (request.status < 400 || blob.type.includes('spreadsheet')) resolve({ status: request.status, etag, file: blob })
        else reject(new ApiProblem(request.status, null))
        return
      }
      blob.text().then((text) => {
        const json: unknown = JSON.parse(text)
        if (request.status >= 400) reject(new ApiProblem(request.status, json))
        else resolve({ status: request.status, etag, json })
      }).catch(() => reject(new ApiProblem(request.status, null)))
    }
    request.send(file)
  })
}
