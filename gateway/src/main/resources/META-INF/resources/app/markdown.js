// An answer's Markdown as elements. A model's words are a stranger's words: no script, no form, no picture from elsewhere, no style comes through.

import { marked } from '../vendor/marked-18.2.1.js';
import '../vendor/purify-3.4.18.js';

const purify = globalThis.DOMPurify;
const TAGS = ['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr',
  'table', 'thead', 'tbody', 'tr', 'th', 'td'];

purify.addHook('afterSanitizeAttributes', (element) => {
  if (element.tagName === 'A') {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer nofollow');
  }
  // The page has its own headings; an answer's stand below them.
  if (/^H[1-6]$/.test(element.tagName)) element.setAttribute('class', 'heading');
});

/** Puts a text's Markdown in place of what an element holds. */
export function show(element, text) {
  const fragment = purify.sanitize(marked.parse(text, { gfm: true, breaks: true, async: false }), {
    ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ['href', 'start', 'align', 'class', 'target', 'rel'], ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    RETURN_DOM_FRAGMENT: true,
  });
  element.replaceChildren(fragment);
  for (const table of element.querySelectorAll('table')) table.tabIndex = 0;
}
