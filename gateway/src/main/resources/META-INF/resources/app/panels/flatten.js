// One patch: its pixels, its numbers in a row, and what the eye makes of them.

import { choices, make } from '../dom.js';
import { t } from '../texts.js';
import { chooseTile } from './choosetile.js';

const SIDE = 480;

export async function open(box, subject) {
  if (!subject.sees) return void box.append(make('p', { class: 'empty' }, t('noPicture')));
  const state = { way: 'textbook', patch: 0 };
  const map = make('canvas', { class: 'stage clickable', width: SIDE, height: SIDE, tabindex: '0', role: 'application', 'aria-label': t('patchMap') });
  const facts = make('div', { class: 'facts', 'aria-live': 'polite' });
  const strip = make('div');
  box.append(strip);
  const grid = () => (state.way === 'textbook' ? { columns: 14, rows: 14 } : state.said.patches);
  const redraw = async () => {
    const { columns, rows } = grid();
    state.patch = Math.min(state.patch, columns * rows - 1);
    const own = state.way === 'own' ? (await subject.explain('patches', { picture: state.picture, tile: state.tile, patch: state.patch })).patch : null;
    drawMap(map, state.bitmap, columns, rows, state.patch, own?.likeness);
    const pixels = own ? own.pixels : textbookPixels(state.bitmap, state.patch);
    const [width, height] = own ? [state.said.patches.width, state.said.patches.height] : [16, 16];
    facts.replaceChildren(...patchFacts(state.patch, columns, width, height, pixels, own, state.said));
  };
  await chooseTile(strip, subject, async (picture, tile) => {
    Object.assign(state, { picture, tile, bitmap: await subject.tile(picture, tile), said: await subject.explain('patches', { picture, tile }) });
    if (state.patch === 0) state.patch = 7 * 14 + 7;
    if (map.isConnected) await redraw();
  });
  box.append(choices(t('whose'), [['textbook', t('textbook')], ['own', t('ownPatches', state.said.patches)]], state.way, (chosen) => {
    const before = grid();
    const [x, y] = [(state.patch % before.columns + 0.5) / before.columns, (Math.floor(state.patch / before.columns) + 0.5) / before.rows];
    state.way = chosen;
    state.patch = Math.floor(y * grid().rows) * grid().columns + Math.floor(x * grid().columns);
    redraw();
  }), make('p', { class: 'quiet' }, t('clickPatch')), make('div', { class: 'two' }, map, facts));
  map.addEventListener('click', (event) => {
    const place = map.getBoundingClientRect();
    const { columns, rows } = grid();
    state.patch = Math.floor((event.clientY - place.top) / place.height * rows) * columns + Math.floor((event.clientX - place.left) / place.width * columns);
    redraw();
  });
  map.addEventListener('keydown', (event) => {
    const { columns, rows } = grid();
    const to = state.patch + ({ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key] ?? NaN);
    if (Number.isNaN(to)) return;
    event.preventDefault();
    if (to >= 0 && to < columns * rows) { state.patch = to; redraw(); }
  });
  await redraw();
  return undefined;
}

/** The textbook's patch out of the tile at 224 × 224, red, green and blue of each pixel. */
function textbookPixels(bitmap, patch) {
  const canvas = make('canvas', { width: 224, height: 224 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, 224, 224);
  const { data } = context.getImageData(patch % 14 * 16, Math.floor(patch / 14) * 16, 16, 16);
  return [...data].filter((_, i) => i % 4 < 3);
}

function drawMap(map, bitmap, columns, rows, patch, likeness) {
  const context = map.getContext('2d');
  const [w, h] = [SIDE / columns, SIDE / rows];
  context.clearRect(0, 0, SIDE, SIDE);
  context.drawImage(bitmap, 0, 0, SIDE, SIDE);
  if (likeness) {
    const [least, most] = [Math.min(...likeness), Math.max(...likeness)];
    likeness.forEach((like, i) => {
      context.fillStyle = `rgb(10 20 30 / ${0.75 * (1 - (like - least) / (most - least || 1))})`;
      context.fillRect(i % columns * w, Math.floor(i / columns) * h, w, h);
    });
  }
  context.strokeStyle = 'rgb(255 255 255 / .35)';
  for (let i = 1; i < columns; i++) context.strokeRect(i * w, -1, 0, SIDE + 2);
  for (let i = 1; i < rows; i++) context.strokeRect(-1, i * h, SIDE + 2, 0);
  context.lineWidth = 4;
  context.strokeStyle = '#111';
  context.strokeRect(patch % columns * w, Math.floor(patch / columns) * h, w, h);
  context.lineWidth = 2;
  context.strokeStyle = '#ffd54a';
  context.strokeRect(patch % columns * w, Math.floor(patch / columns) * h, w, h);
  context.lineWidth = 1;
}

function patchFacts(patch, columns, width, height, pixels, own, said) {
  const facts = [
    make('h3', {}, t('patchAt', { n: patch + 1, column: patch % columns + 1, row: Math.floor(patch / columns) + 1 })),
    make('div', { class: 'channels' }, [null, 0, 1, 2].map((channel) => channelPicture(pixels, width, height, channel))),
    make('p', {}, make('strong', { class: 'sum' }, `${width} × ${height} × 3 = ${pixels.length}`), ` ${t('numbersInARow')}`),
    bars(pixels.map((number) => number / 255), (i) => ['#c33', '#2a2', '#36c'][i % 3], t('asNumbers')),
    listed(pixels, t('firstPixels'))];
  if (own) {
    if (own.vector) facts.push(make('p', {}, t('normalised')), listed(own.vector, t('vector')));
    const most = Math.max(...own.feature.map(Math.abs)) || 1;
    facts.push(make('h3', {}, t('featureOf', { n: own.feature.length, name: said.patches.feature })),
      bars(own.feature.map((number) => Math.abs(number) / most), () => '#5b7fc7', t('feature')),
      listed(own.feature, t('feature')), make('p', { class: 'quiet' }, t('likeness')));
  } else {
    facts.push(make('p', { class: 'quiet' }, t('textbookNoFeature')));
  }
  return facts;
}

function channelPicture(pixels, width, height, channel) {
  const canvas = make('canvas', { width, height, role: 'img', 'aria-label': channel === null ? t('patch') : t(`channel${channel}`) });
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = channel === null || channel === c ? pixels[3 * i + c] : 0;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Numbers from 0 to 1 as thin bars. */
function bars(numbers, colour, name) {
  const canvas = make('canvas', { class: 'bars', width: Math.min(numbers.length, 2400), height: 60, role: 'img', 'aria-label': name });
  const context = canvas.getContext('2d');
  numbers.slice(0, 2400).forEach((number, i) => {
    context.fillStyle = colour(i);
    context.fillRect(i, 60 - 60 * number, 1, 60 * number);
  });
  return canvas;
}

function listed(numbers, name) {
  return make('p', { class: 'vector', tabindex: '0', role: 'group', 'aria-label': name, 'data-count': String(numbers.length) },
    `[${numbers.slice(0, 768).join(', ')}${numbers.length > 768 ? `, … ${t('more', { n: numbers.length - 768 })}` : ''}]`);
}
