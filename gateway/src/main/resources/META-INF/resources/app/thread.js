// The conversation as it is shown: questions with their pictures, answers as they come, and what can be done with each.

import { make, millis } from './dom.js';
import { show } from './markdown.js';
import { t } from './texts.js';

export class Thread {
  #box;
  #actions;

  /** actions: edit(index), regenerate(index), code(index), explain(index). */
  constructor(box, actions) {
    this.#box = box;
    this.#actions = actions;
  }

  draw(conversation) {
    this.#box.replaceChildren(...conversation.turns.map((turn, index) => this.#turn(turn, index, conversation)));
    this.#box.hidden = conversation.empty;
    this.end();
  }

  /** A place for an answer that is coming; returns what to tell it. */
  coming() {
    const text = make('div', { class: 'text' });
    const article = make('article', { class: 'answer', 'aria-busy': 'true' }, make('p', { class: 'waiting' }, t('looking')), text);
    this.#box.append(article);
    this.#box.hidden = false;
    this.end();
    let latest = '';
    let asked = false;
    return {
      say: (whole) => {
        latest = whole;
        if (asked) return;
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          article.querySelector('.waiting')?.remove();
          const below = this.#below();
          show(text, latest);
          if (below) this.end();
        });
      },
    };
  }

  #below() {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < 80;
  }

  end() {
    this.#box.scrollTop = this.#box.scrollHeight;
  }

  #turn(turn, index, conversation) {
    return turn.role === 'user' ? this.#question(turn, index) : this.#answer(turn, index, conversation);
  }

  #question(turn, index) {
    return make('article', { class: 'question', 'aria-label': t('youAsked') },
      turn.files.length ? make('div', { class: 'shown' }, turn.files.map((file) => make('img', { src: URL.createObjectURL(file), alt: file.name }))) : null,
      make('p', {}, turn.text),
      make('div', { class: 'actions' }, this.#action('edit', index)));
  }

  #answer(turn, index, conversation) {
    const text = make('div', { class: 'text' });
    if (turn.text) show(text, turn.text);
    const last = index === conversation.turns.length - 1;
    return make('article', { class: 'answer', 'aria-label': t('answered') }, text,
      turn.stopped ? make('p', { class: 'quiet' }, t('stopped')) : null,
      turn.failed ? make('p', { class: 'wrong' }, turn.failed) : null,
      turn.asked?.usage ? this.#numbers(turn.asked) : null,
      make('div', { class: 'actions' }, turn.asked?.id ? this.#action('explain', index) : null, last ? this.#action('regenerate', index) : null,
        this.#action('code', index)));
  }

  #numbers({ usage, timings, nerve }) {
    const rate = usage.completion_tokens > 1 && timings.stages.decode_tokens_ms > 0
      ? ` · ${t('rate', { n: ((usage.completion_tokens - 1) / timings.stages.decode_tokens_ms * 1000).toFixed(0) })}` : '';
    const { image_tokens: image } = usage.prompt_tokens_details;
    return make('p', { class: 'quiet numbers' },
      `${t('firstToken', { time: millis(timings.first_token_ms) })} · ${t('readTokens', { n: usage.prompt_tokens, image })}`
      + ` · ${t('wroteTokens', { n: usage.completion_tokens })}${rate}${timings.cached_tiles ? ` · ${t('seenBefore')}` : ''}${nerve ? ` · ${nerve}` : ''}`);
  }

  #action(name, index) {
    return make('button', { type: 'button', class: 'plain small', 'data-action': name, click: () => this.#actions[name](index) }, t(`do.${name}`));
  }
}
