import { computed, ref, watchEffect } from 'vue'

/** Languages of the pages: Chinese unless a person chose English. */
export type Locale = 'zh' | 'en'

const kept = 'relief.language'

/** The language in use; calls of the API ask for the same. */
export const locale = ref<Locale>(read())

function read(): Locale {
  try {
    return localStorage.getItem(kept) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

watchEffect(() => {
  document.documentElement.lang = locale.value === 'en' ? 'en' : 'zh-CN'
  try {
    localStorage.setItem(kept, locale.value)
  } catch {
    // A browser that keeps nothing still shows the language for now.
  }
})

/** The other language. */
export function switchLanguage() {
  locale.value = locale.value === 'en' ? 'zh' : 'en'
}

/** For `Accept-Language`. */
export const acceptLanguage = computed(() => (locale.value === 'en' ? 'en, zh-CN;q=0.5' : 'zh-CN'))

/** Whether an answer in this language (`Content-Language`) is in the one in use. */
export function spokenNow(language: string | null) {
  return (language ?? 'zh').slice(0, 2) === locale.value
}

/** What a page says in both languages; reading a text in a template follows the language. English has every text that Chinese has. */
export function texts<T extends object>(zh: T, en: { [K in keyof T]: T[K] extends string ? string : T[K] }): T {
  return new Proxy(zh, { get: (_, name) => (locale.value === 'en' ? en : zh)[name as keyof T] })
}

/** Marks between pieces that a page joins: Chinese has its own, English a space behind. */
export const mark = texts({
  colon: '：', comma: '，', semi: '；', list: '、', stop: '。', open: '（', close: '）',
}, {
  colon: ': ', comma: ', ', semi: '; ', list: ', ', stop: '. ', open: ' (', close: ')',
})

/** So many of something, in English. */
export const counted = (n: number, one: string, many = one + 's') => `${n} ${n === 1 ? one : many}`
