// Words of the page in the reader's language. English is in the page itself and in texts/en.js; another language comes when it is wanted.

import en from './texts/en.js';

const KEPT = 'tesserae.language';
let words = en;
let language = 'en';

/** The text of that name, with {what} is given put in. */
export function t(name, values = {}) {
  const text = words[name] ?? en[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export const current = () => language;

/** The language that was chosen, or the browser's. */
export function wanted() {
  let kept = null;
  try { kept = localStorage.getItem(KEPT); } catch { /* nothing is kept here */ }
  return kept ?? (navigator.language?.startsWith('zh') ? 'zh' : 'en');
}

/** Changes every text that is in the page now. */
export async function speak(name, keep = false) {
  words = name === 'zh' ? (await import('./texts/zh.js')).default : en;
  language = name;
  if (keep) {
    try { localStorage.setItem(KEPT, name); } catch { /* nothing is kept here */ }
  }
  document.documentElement.lang = name === 'zh' ? 'zh-Hans' : 'en';
  for (const element of document.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', t(element.dataset.tLabel));
}
