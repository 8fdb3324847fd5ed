// The panels beside the chat: each shows one step of the picture's way, with numbers that are asked of the server when it is opened.

import * as api from './api.js';
import { make } from './dom.js';
import { Subject } from './subject.js';
import { mark, tabbed } from './tabs.js';
import { t } from './texts.js';

const PANELS = ['time', 'patchify', 'flatten', 'projection', 'body', 'attention', 'training', 'tiles'];
/** What can be shown before anything was asked. */
const ALONE = new Set(['training']);

export class Sees {
  #tabs;
  #box;
  #subject = null;
  #name = 'time';
  #close = null;
  #explains = null;

  constructor(tabs, box) {
    this.#tabs = tabs;
    this.#box = box;
    tabs.append(...PANELS.map((name, i) => make('button', {
      type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'panel', 'aria-selected': String(i === 0), tabindex: i === 0 ? '0' : '-1', 'data-panel': name,
    }, make('span', { 'data-t': `tab.${name}` }, name))));
    tabbed(tabs, (tab) => this.#choose(tab.dataset.panel));
    box.setAttribute('aria-labelledby', 'tab-time');
  }

  /** Shows the answer at that index. */
  about(conversation, index) {
    this.#subject = new Subject(conversation, index);
    this.#open();
  }

  nothing() {
    this.#subject = null;
    this.#open();
  }

  translate() {
    this.#open();
  }

  #choose(name) {
    this.#name = name;
    const tab = this.#tabs.querySelector(`[data-panel=${name}]`);
    mark(this.#tabs, tab);
    tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.#box.setAttribute('aria-labelledby', tab.id);
    this.#open();
  }

  async #open() {
    this.#close?.();
    this.#close = null;
    const box = make('div', { class: `panel ${this.#name}` });
    box.append(make('h2', {}, t(`tab.${this.#name}`)), make('p', { class: 'lead' }, t(`lead.${this.#name}`)));
    this.#box.replaceChildren(box);
    this.#box.scrollTop = 0;
    if (!this.#subject && !ALONE.has(this.#name)) {
      box.querySelector('.lead').after(make('p', { class: 'empty' }, t('askFirst')), this.#tour());
      return;
    }
    if (!await this.#allowed() && this.#name !== 'time') {
      box.append(make('p', { class: 'empty' }, t('explainOff')));
      return;
    }
    const content = make('div', { class: 'content' });
    box.append(content);
    await within(content, async () => {
      const panel = await import(`./panels/${box.classList[1]}.js`);
      if (!box.isConnected) return;
      this.#close = await panel.open(content, this.#subject, this.#explains);
    });
  }

  /** What there will be to see: the way of a picture, a panel a step. */
  #tour() {
    return make('ol', { class: 'tour' }, PANELS.filter((name) => name !== this.#name).map((name) => make('li', {},
      make('button', { type: 'button', class: 'plain', click: () => this.#choose(name) }, make('strong', {}, t(`tab.${name}`)), make('span', { class: 'quiet' }, t(`lead.${name}`))))));
  }

  /** Whether the server explains; asked once. */
  async #allowed() {
    if (this.#explains === null) {
      try { this.#explains = (await api.get('/v1/explain')).enabled; } catch { this.#explains = false; }
    }
    return this.#explains;
  }
}

/** Runs what fills a box; says in it that it is at work, and what went wrong. */
export async function within(box, work) {
  const waiting = make('p', { class: 'waiting', role: 'status' }, t('computing'));
  box.append(waiting);
  try {
    await work();
  } catch (trouble) {
    box.append(make('p', { class: 'wrong', role: 'alert' }, trouble.message));
  } finally {
    waiting.remove();
  }
}
