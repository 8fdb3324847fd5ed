// What the panels are about: one answer, its question and its pictures.

import * as api from './api.js';
import * as settings from './settings.js';

export class Subject {
  #conversation;
  #answers = new Map();

  constructor(conversation, index) {
    this.#conversation = conversation;
    this.index = index;
    this.turns = conversation.turns.slice(0, index + 1);
    this.asked = conversation.turns[index].asked;
    this.files = conversation.filesFor(index - 1);
    this.question = conversation.turns[index - 1].text;
    this.answer = conversation.turns[index].text;
    const { system } = settings.options();
    this.#options = { ...(system ? { system } : {}), ...(this.asked.nerve ? { nerve: this.asked.nerve } : {}) };
  }

  #options;

  get sees() {
    return this.files.length > 0;
  }

  /** The body that was sent, less how the answer was chosen; with another detail or nerve where given. */
  body({ detail = null, nerve = null, ...more } = {}) {
    return this.#conversation.body.call({ turns: this.turns }, this.index, { ...this.#options, ...(nerve ? { nerve } : {}), ...more }, detail);
  }

  /** An explanation, asked for once. */
  explain(what, query = {}, change = {}) {
    const name = JSON.stringify([what, query, change]);
    if (!this.#answers.has(name)) {
      const answer = this.body(change).then((body) => api.explain(what, body, query));
      answer.catch(() => this.#answers.delete(name));
      this.#answers.set(name, answer);
    }
    return this.#answers.get(name);
  }

  /** A tile as an image that can be drawn. */
  async tile(picture, tile, change = {}) {
    return createImageBitmap(await this.explain('tile', { picture, tile }, change));
  }
}
