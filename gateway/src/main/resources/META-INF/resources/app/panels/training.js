// The stages that made the model: what was frozen, how the loss fell, and what was answered before and after.

import * as api from '../api.js';
import { draw, make } from '../dom.js';
import { t } from '../texts.js';

const W = 560;
const H = 190;

export async function open(box) {
  const { losses, stages } = await api.get('/v1/explain/training');
  if (!losses && !stages) return void box.append(make('p', { class: 'empty' }, t('noTraining')));
  if (stages?.stages) box.append(table(stages.stages));
  if (stages?.note) box.append(make('p', { class: 'quiet', lang: 'en' }, stages.note));
  const phases = new Map();
  for (const point of losses ?? []) {
    if (!phases.has(point.phase)) phases.set(point.phase, []);
    phases.get(point.phase).push(point);
  }
  box.append(make('h3', {}, t('losses')));
  box.append(make('div', { class: 'curves' }, [...phases].map(([phase, points]) => curve(phase, points))));
  if (stages?.examples) box.append(...examples(stages));
}

function table(stages) {
  return make('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('stageTitle') }, make('table', { class: 'numbers-table stages' }, make('thead', {}, make('tr', {}, ['stageTitle', 'trained', 'frozen', 'learns'].map((title) => make('th', { scope: 'col' }, t(title))))),
    make('tbody', { lang: 'en' }, stages.map((stage) => make('tr', {}, make('th', { scope: 'row' }, stage.name),
      make('td', { class: 'trained' }, stage.trained), make('td', { class: 'frozen' }, stage.frozen), make('td', {}, stage.learns))))));
}

/** The loss that a phase was judged by. */
const lossOf = (point) => point.loss ?? point.class;

function curve(phase, points) {
  const numbers = points.map(lossOf).filter(Number.isFinite);
  const most = Math.max(...numbers);
  const last = points.at(-1);
  const x = (point) => 46 + point.step / last.step * (W - 60);
  const y = (number) => 12 + (1 - number / most) * (H - 44);
  const svg = draw('svg', { viewBox: `0 0 ${W} ${H}`, class: 'curve', role: 'img',
    'aria-label': t('curveHow', { phase, from: numbers[0], to: numbers.at(-1), steps: last.step }) });
  for (const part of [0, 0.5, 1]) {
    svg.append(draw('line', { x1: 46, x2: W - 14, y1: y(most * part), y2: y(most * part), class: 'rule' }),
      draw('text', { x: 40, y: y(most * part) + 4, 'text-anchor': 'end' }, (most * part).toPrecision(2)));
  }
  svg.append(draw('path', { class: 'line', d: points.filter((point) => Number.isFinite(lossOf(point))).map((point, i) => `${i ? 'L' : 'M'}${x(point).toFixed(1)} ${y(lossOf(point)).toFixed(1)}`).join('') }),
    draw('text', { x: 46, y: H - 8 }, '0'), draw('text', { x: W - 14, y: H - 8, 'text-anchor': 'end' }, `${last.step}`), draw('text', { x: W / 2, y: H - 8, 'text-anchor': 'middle' }, t('steps')));
  return make('figure', { class: 'loss', 'data-phase': phase, 'data-points': String(points.length) }, make('figcaption', {}, make('b', {}, t(`phase.${phase}`)), ' ',
    make('span', { class: 'quiet' }, t('curveCaption', { from: numbers[0], to: numbers.at(-1), steps: last.step, minutes: Math.round(last.seconds / 60) }))), svg);
}

function examples(stages) {
  const columns = stages.columns ?? [];
  return [make('h3', {}, t('beforeAfter')), make('p', { class: 'quiet', lang: 'en' }, stages.how ?? ''),
    make('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('beforeAfter') }, make('table', { class: 'numbers-table examples', lang: 'en' },
      make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, t('question')), columns.map((column) => make('th', { scope: 'col' }, column.title)))),
      make('tbody', {}, stages.examples.map((example) => make('tr', {}, make('th', { scope: 'row' }, example.question, make('small', {}, example.picture ?? t('none'))),
        columns.map((column) => make('td', {}, example[column.name] ?? '–')))))))];
}
