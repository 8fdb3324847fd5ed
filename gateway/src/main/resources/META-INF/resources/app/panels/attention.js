// For each word of the answer, where the brain looked while it chose it: drawn on the tiles, and in numbers beside them.

import { make } from '../dom.js';
import { within } from '../sees.js';
import { t } from '../texts.js';
import { fit } from './choosetile.js';
import { shown } from './projection.js';

const SIZE = 300;

export async function open(box, subject) {
  if (!subject.asked.tokens?.length) return void box.append(make('p', { class: 'empty' }, t('noTokens')));
  const content = make('div');
  const select = make('select', { id: 'layers', change: () => load(select.value) }, make('option', { value: '' }, t('allLayers')));
  box.append(make('p', { class: 'inline' }, make('label', { for: 'layers' }, t('layers')), select), content);
  const load = async (layers) => {
    content.replaceChildren();
    await within(content, async () => {
      const said = await subject.explain('attention', { token_ids: subject.asked.tokens.slice(0, 128).join(','), ...(layers ? { layers } : {}) });
      if (select.length === 1) for (let i = 0; i < said.layers; i++) select.append(make('option', { value: String(i) }, t('layerN', { n: i + 1 })));
      content.replaceChildren(...await show(said, subject));
    });
  };
  await load('');
}

async function show(said, subject) {
  const slots = said.tokens.filter((token) => token.part === 'image');
  const tiles = await Promise.all(slots.map(async (slot) => ({ slot, image: await subject.tile(slot.picture, slot.tiles[0]).catch(() => null) })));
  const maps = make('div', { class: 'maps' });
  const facts = make('div', { class: 'facts', 'aria-live': 'polite' });
  const choose = (i) => {
    for (const [j, button] of [...words.children].entries()) button.setAttribute('aria-pressed', String(j === i));
    const one = said.answer[i];
    const most = Math.max(1e-9, ...tiles.flatMap(({ slot }) => placed(slot, one.weights)));
    maps.replaceChildren(...tiles.map(({ slot, image }) => map(slot, image, one.weights, most)));
    facts.replaceChildren(...factsOf(one, said, i));
  };
  const words = make('div', { class: 'choices answer-words', role: 'group', 'aria-label': t('answerWords') }, said.answer.map((token, i) => make('button', {
    type: 'button', 'aria-pressed': 'false', click: () => choose(i) }, shown(token.text))));
  // The word that looked most at the pictures is the one to begin with.
  const first = said.answer.reduce((best, token, i) => (token.share.image > said.answer[best].share.image ? i : best), 0);
  choose(first);
  return [make('p', { class: 'quiet' }, t('pickWord')), words, maps, facts, make('p', { class: 'quiet' }, t('attentionHow', { layers: said.averaged.length }))];
}

/** Weights of those tokens of a slot that have a place in its tile. */
function placed(slot, weights) {
  let at = slot.position;
  for (const group of slot.groups) {
    if (group.columns) return weights.slice(at, at + group.tokens);
    at += group.tokens;
  }
  return [];
}

function map(slot, image, weights, most) {
  const numbers = placed(slot, weights);
  const grid = slot.groups.find((group) => group.columns);
  const canvas = make('canvas', { width: SIZE, height: SIZE, role: 'img', 'aria-label': t('mapOf', { tiles: slot.tiles.join(', ') }) });
  const context = canvas.getContext('2d');
  if (image) fit(canvas, image);
  const [w, h] = grid ? [SIZE / grid.columns, SIZE / grid.rows] : [0, 0];
  numbers.forEach((weight, i) => {
    context.fillStyle = `rgb(8 14 22 / ${0.78 * (1 - weight / most)})`;
    context.fillRect(i % grid.columns * w, Math.floor(i / grid.columns) * h, w + 0.5, h + 0.5);
  });
  const sum = weights.slice(slot.position, slot.position + slot.count).reduce((a, b) => a + b, 0);
  let at = slot.position;
  const groups = slot.groups.map((group) => {
    const share = weights.slice(at, at + group.tokens).reduce((a, b) => a + b, 0);
    at += group.tokens;
    return make('li', {}, make('i', { class: `part ${group.kind}` }), `${t(`group.${group.kind}`)} ${percent(share)}`);
  });
  return make('figure', { 'data-slot': String(slot.slot) }, canvas, make('figcaption', {},
    `${slot.tiles[0] === 0 ? t('overview') : t('tileN', { n: slot.tiles[0] })}: ${percent(sum)}`, grid ? null : make('small', {}, t('noPlaces')),
    make('ul', { class: 'legend' }, groups)));
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;

function factsOf(one, said, index) {
  const bar = make('p', { class: 'groups', role: 'img', 'aria-label': ['image', 'text', 'answer'].map((part) => `${t(`share.${part}`)} ${percent(one.share[part])}`).join(', ') },
    ['image', 'text', 'answer'].map((part) => {
      const piece = make('span', { class: `share-${part}`, title: `${t(`share.${part}`)} ${percent(one.share[part])}` }, one.share[part] > 0.08 ? percent(one.share[part]) : '');
      piece.style.flexGrow = one.share[part];
      return piece;
    }));
  const texts = said.tokens.filter((token) => token.part !== 'image' && token.position > 0).map((token) => ({ ...token, weight: one.weights[token.position] }))
    .sort((a, b) => b.weight - a.weight).slice(0, 8);
  return [make('h3', {}, t('lookedFor', { word: shown(one.text), n: index + 1 })), bar,
    make('ul', { class: 'legend' }, ['image', 'text', 'answer'].map((part) => make('li', {}, make('i', { class: `share-${part}` }), `${t(`share.${part}`)} `, make('b', { 'data-share': part }, percent(one.share[part]))))),
    make('p', { class: 'quiet' }, t('textLooked')),
    make('p', { class: 'tokens' }, texts.map((token) => make('span', { class: `part ${token.part}` }, `${shown(token.text)} ${percent(token.weight)}`)))];
}
