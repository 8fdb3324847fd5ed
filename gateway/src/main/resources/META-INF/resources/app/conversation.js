// A conversation: what was asked with which pictures, what was answered, and what is sent of it.

import { dataUrl } from './pictures.js';

const urls = new WeakMap();

async function urlOf(file) {
  if (!urls.has(file)) urls.set(file, dataUrl(file));
  return urls.get(file);
}

export class Conversation {
  constructor(kept = null) {
    this.id = kept?.id ?? crypto.randomUUID?.() ?? String(Date.now() + Math.random());
    /** { role: 'user', text, files, detail } or { role: 'assistant', text, stopped, failed, asked: { nerve, id, tokens, usage, timings } } */
    this.turns = kept?.turns ?? [];
  }

  get title() {
    return this.turns[0]?.text ?? '';
  }

  get empty() {
    return this.turns.length === 0;
  }

  /** Forgets that turn and all after it. */
  cut(index) {
    this.turns.length = index;
  }

  /** The pictures that the answer at that index is about: those of its own question, or of the nearest question before that shows any. */
  filesFor(index) {
    for (let i = index; i >= 0; i--) if (this.turns[i].files?.length) return this.turns[i].files;
    return [];
  }

  /** The body of a request for the answer at that index; `detail` in place of the one that was asked with. */
  async body(index, options = {}, detail = null) {
    const messages = [];
    if (options.system) messages.push({ role: 'system', content: options.system });
    for (const turn of this.turns.slice(0, index)) {
      if (turn.role === 'assistant') {
        if (turn.text) messages.push({ role: 'assistant', content: turn.text });
        continue;
      }
      const pictures = await Promise.all(turn.files.map(async (file) => (
        { type: 'image_url', image_url: { url: await urlOf(file), detail: detail ?? turn.detail } })));
      messages.push({ role: 'user', content: pictures.length ? [...pictures, { type: 'text', text: turn.text }] : turn.text });
    }
    const { system, nerve, ...sampling } = options;
    const body = { messages, ...sampling };
    if (nerve) body.tesserae = { nerve };
    return body;
  }
}
