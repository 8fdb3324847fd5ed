// The eye's features through each of the model's nerves: tokens in and out, time, the answer that each gives, and the words that image tokens are near to.

import * as api from '../api.js';
import { make, millis } from '../dom.js';
import { within } from '../sees.js';
import { t } from '../texts.js';
import { chooseTile } from './choosetile.js';

const WORDS = 5;

export async function open(box, subject) {
  if (!subject.sees) return void box.append(make('p', { class: 'empty' }, t('noPicture')));
  const stop = new AbortController();
  const strip = make('div');
  const cards = make('div', { class: 'nerves' });
  const words = make('div', { class: 'words' });
  box.append(strip);
  await chooseTile(strip, subject, async (picture, tile) => {
    words.replaceChildren();
    const said = await subject.explain('projection', { picture, tile });
    const heading = make('p', {}, t('projected', { patches: said.patches, hidden: said.hidden, time: millis(said.encode_ms) }));
    cards.replaceChildren(heading, ...said.nerves.map((nerve) => card(nerve, said, subject, stop.signal, () => showWords(words, subject, picture, tile, nerve.name))));
  });
  box.append(cards, make('p', { class: 'buttons' }, make('button', { type: 'button', click: () => {
    for (const button of cards.querySelectorAll('[data-ask]')) button.click();
  } }, t('askAll'))), words);
  return () => stop.abort();
}

function card(nerve, said, subject, signal, showTheWords) {
  const answer = make('p', { class: 'reply', 'aria-live': 'polite' });
  return make('section', { class: 'nerve', 'data-nerve': nerve.name, 'aria-label': nerve.name },
    make('h3', {}, nerve.name, make('small', {}, t(`kind.${nerve.kind}`))),
    make('p', { class: 'inout' }, make('b', {}, String(said.patches)), ' × ', String(said.hidden), ' → ',
      make('b', { 'data-key': 'tokens' }, String(nerve.tokens)), ' × ', String(nerve.width)),
    groupBar(nerve.groups, nerve.tokens),
    make('p', { class: 'quiet' }, t('projectTime', { time: millis(nerve.project_ms) })), answer,
    make('p', { class: 'buttons' },
      make('button', { type: 'button', class: 'plain small', 'data-ask': '', click: (event) => ask(event.currentTarget, answer, subject, nerve.name, signal) }, t('askIt')),
      make('button', { type: 'button', class: 'plain small', 'data-words': '', click: showTheWords }, t('showWords'))));
}

/** Parts of a tile's tokens side by side, as long as they are many. */
export function groupBar(groups, tokens) {
  return make('p', { class: 'groups' }, groups.map((group) => {
    const part = make('span', { class: group.kind, title: `${t(`group.${group.kind}`)}: ${group.tokens}` }, String(group.tokens));
    part.style.flexGrow = group.tokens / tokens;
    return part;
  }));
}

async function ask(button, answer, subject, nerve, signal) {
  button.disabled = true;
  answer.textContent = t('looking');
  let text = '';
  try {
    const begun = performance.now();
    const end = await api.ask({ ...await subject.body({ nerve }), temperature: 0, max_completion_tokens: 64 }, signal, (piece) => {
      text += piece;
      answer.textContent = text;
    });
    answer.append(make('small', {}, t('tookAll', { time: millis(end.timings?.total_ms ?? performance.now() - begun), n: end.usage.prompt_tokens })));
  } catch (trouble) {
    if (!signal.aborted) answer.textContent = trouble.message;
  }
  button.disabled = false;
}

async function showWords(box, subject, picture, tile, nerve) {
  box.replaceChildren(make('h3', {}, t('nearWords', { nerve })), make('p', { class: 'quiet' }, t('nearWordsHow')));
  await within(box, async () => {
    const said = await subject.explain('projection', { picture, tile, nerve, words: WORDS });
    const [one] = said.nerves;
    const image = await subject.tile(picture, tile);
    let at = 0;
    for (const group of one.groups) {
      const tokens = one.words.slice(at, at + group.tokens);
      box.append(make('h4', {}, `${t(`group.${group.kind}`)} · ${group.tokens}`), make('p', { class: 'quiet' }, t(`groupHow.${group.kind}`)),
        group.columns ? grid(tokens, group, image, at) : list(tokens, at));
      at += group.tokens;
    }
  });
}

const title = (words, number) => `${t('tokenN', { n: number + 1 })}: ${words.map((word) => `${word.text} ${word.similarity.toFixed(2)}`).join(', ')}`;

function list(tokens, first) {
  return make('ol', { class: 'near', tabindex: '0', start: String(first + 1) }, tokens.map((words, i) => make('li', { title: title(words, first + i) },
    make('b', {}, shown(words[0].text)), make('small', {}, ` ${words[0].similarity.toFixed(2)}`),
    make('span', { class: 'quiet' }, ` ${words.slice(1, 3).map((word) => shown(word.text)).join(', ')}`))));
}

/** Words where their tokens lie in the picture. */
function grid(tokens, { columns, rows }, image, first) {
  const canvas = make('canvas', { width: 480, height: 480, 'aria-hidden': 'true' });
  canvas.getContext('2d').drawImage(image, 0, 0, 480, 480);
  const cells = make('ol', { class: 'cells', start: String(first + 1) }, tokens.map((words, i) => make('li', { title: title(words, first + i) },
    make('b', {}, shown(words[0].text)), make('span', {}, shown(words[1]?.text ?? '')))));
  cells.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
  cells.style.gridTemplateRows = `repeat(${rows}, 1fr)`;
  return make('div', { class: 'overlay' }, canvas, cells);
}

/** Blanks are part of a token and would not be seen. */
export const shown = (text) => (text.trim() === '' ? text.replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥') || '∅' : text.replace(/^ /, ''));
