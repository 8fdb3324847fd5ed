// How the picture is cut at each detail, what each tile costs, and the same question at low and at high detail.

import * as api from '../api.js';
import { make, millis } from '../dom.js';
import { t } from '../texts.js';
import { fit } from './choosetile.js';

export async function open(box, subject) {
  if (!subject.sees) return void box.append(make('p', { class: 'empty' }, t('noPicture')));
  const stop = new AbortController();
  const plan = await subject.explain('plan');
  const trace = await api.get(`/v1/explain/traces/${encodeURIComponent(subject.asked.id)}`).catch(() => null);
  for (const picture of plan.pictures) box.append(...onePicture(plan, picture, subject, trace));
  const sides = make('div', { class: 'sides' }, ['low', 'high'].map((detail) => make('section', { 'data-detail': detail, 'aria-label': t(detail) },
    make('h3', {}, t('atDetail', { detail: t(detail) })), make('p', { class: 'reply', 'aria-live': 'polite' }, '–'))));
  const button = make('button', { type: 'button', click: async () => {
    button.disabled = true;
    // One after the other, so that neither waits for the other.
    for (const side of sides.children) await askSide(side, subject, stop.signal);
    button.disabled = false;
  } }, t('askBoth'));
  box.append(make('h3', {}, t('sideBySide')), make('p', { class: 'quiet' }, `“${subject.question}”`), make('p', { class: 'buttons' }, button), sides);
  return () => stop.abort();
}

function onePicture(plan, picture, subject, trace) {
  const tokens = new Map();
  for (const piece of picture.layout) for (const tile of piece.tiles ?? []) tokens.set(tile, piece.tokens);
  const heading = t('planned', { width: picture.width, height: picture.height, detail: t(picture.detail), tiles: picture.tiles, tokens: picture.image_tokens });
  return [make('h3', {}, plan.pictures.length > 1 ? `${t('pictureN', { n: picture.picture + 1 })}: ${heading}` : heading),
    make('table', { class: 'numbers-table' },
      make('thead', {}, make('tr', {}, ['detail', 'tiles', 'imageTokensTitle'].map((title) => make('th', { scope: 'col' }, t(title))))),
      make('tbody', {}, Object.entries(picture.at).map(([detail, cost]) => make('tr', { 'data-detail': detail, class: detail === picture.detail ? 'used' : null },
        make('th', { scope: 'row' }, t(detail)), make('td', { 'data-key': 'tiles' }, String(cost.tiles ?? '–')), make('td', { 'data-key': 'image_tokens' }, String(cost.image_tokens ?? cost.refused)))))),
    rowsOf(picture).map((row) => make('div', { class: 'tilerow' }, row.map((tile) => figure(picture, tile, tokens.get(tile), subject, trace))))].flat();
}

/** Tiles row by row, as the prompt breaks them into lines; overview and rows are told apart by the texts between them. */
function rowsOf(picture) {
  const rows = [[]];
  for (const piece of picture.layout) {
    if (piece.text?.includes('\n')) rows.push([]);
    else if (piece.tiles) rows.at(-1).push(...piece.tiles);
  }
  return rows.filter((row) => row.length > 0);
}

function figure(picture, tile, tokens, subject, trace) {
  const canvas = make('canvas', { width: 180, height: 180, role: 'img', 'aria-label': tile === 0 ? t('overview') : t('tileN', { n: tile }) });
  subject.tile(picture.picture, tile).then((bitmap) => fit(canvas, bitmap), () => {});
  const spent = (stage) => (trace?.spans ?? []).filter((span) => span.stage === stage && span.tile === tile && span.picture === picture.picture)
    .reduce((sum, span) => sum + span.end_ms - span.start_ms, 0);
  const time = spent('encode') ? `${t('stage.encode')} ${millis(spent('encode'))}, ${t('stage.project')} ${millis(spent('project'))}` : t('notEncoded');
  return make('figure', { 'data-tile': String(tile) }, canvas, make('figcaption', {}, tile === 0 ? t('overview') : t('tileN', { n: tile }),
    make('small', {}, t('tokensN', { n: tokens })), make('small', {}, time)));
}

async function askSide(side, subject, signal) {
  const reply = side.querySelector('.reply');
  let text = '';
  reply.textContent = t('looking');
  try {
    const end = await api.ask({ ...await subject.body({ detail: side.dataset.detail }), temperature: 0, max_completion_tokens: 64 }, signal, (piece) => {
      text += piece;
      reply.textContent = text;
    });
    reply.append(make('small', {}, t('sideCost', { tiles: end.timings.tiles, tokens: end.usage.prompt_tokens_details.image_tokens,
      first: millis(end.timings.first_token_ms), total: millis(end.timings.total_ms) })));
  } catch (trouble) {
    if (!signal.aborted) reply.textContent = trouble.message;
  }
}
