// Opens the unit's pages without a line, and at once with one. It keeps the portal's own files and nothing else: what people read and wrote is kept by the
// pages themselves (IndexedDB), and calls of the API never pass through here.
const version = '__VERSION__'
const files = ['__FILES__']
const cacheName = 'portal-' + version
const page = '/app/'

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName)
    .then((cache) => cache.addAll([new Request(page, { cache: 'no-cache' }), ...files.map((file) => page + file)]))
    .then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith('portal-') && name !== cacheName).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate' && url.pathname.startsWith(page)) {
    // At once as it was kept, with its files, which are all here. A newer one is looked for by the browser on the way, put here whole, and taken at the
    // next step from page to page.
    event.respondWith(caches.match(page).then((kept) => kept || fetch(request)))
  } else if (files.includes(url.pathname.slice(page.length))) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)))
  }
})
