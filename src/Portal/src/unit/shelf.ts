/** What this device keeps (IndexedDB). Access keys and sessions are never among it. */
export interface Shelf {
  get<T>(store: Store, key: string): Promise<T | undefined>
  put(store: Store, key: string, value: unknown): Promise<void>
  delete(store: Store, key: string): Promise<void>
  all<T>(store: Store): Promise<T[]>
}

/** `drafts`, `stages`, `scans` and `incidents` are a unit's own words, papers and photos; `kept` is what was read, to be seen without a line. */
export type Store = 'drafts' | 'stages' | 'scans' | 'incidents' | 'kept'

const stores: Store[] = ['drafts', 'stages', 'scans', 'incidents', 'kept']
/** Safari 14 leaves the first opening of a page unanswered now and then: whoever waits goes on without, and the next one asks anew. */
const patienceMs = 8_000

let opening: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('relief', 2)
    request.onupgradeneeded = () => stores.filter((store) => !request.result.objectStoreNames.contains(store))
      .forEach((store) => request.result.createObjectStore(store))
    request.onsuccess = () => {
      // A newer page in another tab wants to add a store: it need not wait for this one.
      request.result.onversionchange = () => {
        request.result.close()
        opening = undefined
      }
      resolve(request.result)
    }
    request.onblocked = () => reject(new Error('IndexedDB'))
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
    setTimeout(() => reject(new Error('IndexedDB')), patienceMs)
  }).catch((error: unknown) => {
    opening = undefined
    throw error
  })
  return opening
}

async function run<T>(store: Store, mode: IDBTransactionMode, act: (objects: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction(store, mode)
  const request = act(transaction.objectStore(store))
  return new Promise((resolve, reject) => {
    // Kept means that the transaction is over, and not that the request was taken.
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'))
  })
}

/** The browser's own. */
export const shelf: Shelf = {
  get: (store, key) => run(store, 'readonly', (objects) => objects.get(key)),
  put: async (store, key, value) => { await run(store, 'readwrite', (objects) => objects.put(value, key)) },
  delete: async (store, key) => { await run(store, 'readwrite', (objects) => objects.delete(key)) },
  all: (store) => run(store, 'readonly', (objects) => objects.getAll()),
}

/** After signing out what was read is nobody's any more; what was written stays for whoever of the unit comes next. */
export async function forgetWhatWasRead() {
  await run('kept', 'readwrite', (objects) => objects.clear())
}
