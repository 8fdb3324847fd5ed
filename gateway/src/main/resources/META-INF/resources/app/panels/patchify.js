// A picture cut into patches, step by step: the textbook's 16 × 16 of 224, and this model's own.

import { choices, make } from '../dom.js';
import { t } from '../texts.js';
import { chooseTile } from './choosetile.js';

const TEXTBOOK = { side: 224, patch: 16 };
const STEPS = ['original', 'grid', 'apart', 'sequence'];

export async function open(box, subject) {
  if (!subject.sees) return void box.append(make('p', { class: 'empty' }, t('noPicture')));
  let way = 'textbook';
  let step = 1;
  let cut = null;
  const canvas = make('canvas', { class: 'stage', width: 720, height: 720, role: 'img' });
  const say = make('p', { class: 'say', role: 'status' });
  const drawAll = () => {
    const grid = way === 'textbook' ? cut.textbook : cut.own;
    canvas.height = step === 3 ? sequenceHeight(grid) : 720;
    paint(canvas, grid, STEPS[step]);
    say.textContent = t(`step.${STEPS[step]}`, { ...grid, count: grid.columns * grid.rows, side: grid.image.width,
      numbers: grid.width * grid.height * 3 });
    canvas.setAttribute('aria-label', say.textContent);
    stepBar.querySelectorAll('button').forEach((one, i) => one.setAttribute('aria-pressed', String(i === step)));
  };
  const stepBar = choices(t('step'), STEPS.map((name, i) => [i, `${i + 1} ${t(`stepName.${name}`)}`]), step, (chosen) => { step = chosen; drawAll(); });
  const strip = make('div');
  box.append(strip);
  await chooseTile(strip, subject, async (picture, tile) => {
    const [bitmap, said] = await Promise.all([subject.tile(picture, tile), subject.explain('patches', { picture, tile })]);
    const small = make('canvas', { width: TEXTBOOK.side, height: TEXTBOOK.side });
    small.getContext('2d').drawImage(bitmap, 0, 0, TEXTBOOK.side, TEXTBOOK.side);
    const side = TEXTBOOK.side / TEXTBOOK.patch;
    cut = {
      textbook: { image: small, columns: side, rows: side, width: TEXTBOOK.patch, height: TEXTBOOK.patch },
      own: { image: bitmap, columns: said.patches.columns, rows: said.patches.rows, width: said.patches.width, height: said.patches.height },
      kind: said.patches.kind,
    };
    if (canvas.isConnected) drawAll();
  });
  box.append(
    choices(t('whose'), [['textbook', t('textbook')], ['own', t('ownPatches', { columns: cut.own.columns, rows: cut.own.rows })]], way,
      (chosen) => { way = chosen; note.hidden = way === 'textbook' || cut.kind === 'patches'; drawAll(); }),
    stepBar, say, canvas);
  const note = make('p', { class: 'quiet' }, t('cells'));
  note.hidden = true;
  box.append(note, make('p', { class: 'buttons' }, make('button', { type: 'button', class: 'plain', click: () => play() }, t('play'))));
  drawAll();
  let timer = null;
  function play() {
    clearInterval(timer);
    step = 0;
    drawAll();
    timer = setInterval(() => { if (step < 3) { step++; drawAll(); } else clearInterval(timer); }, 1200);
  }
  return () => clearInterval(timer);
}

function sequenceHeight(grid) {
  const across = Math.ceil(Math.sqrt(grid.columns * grid.rows * 2));
  return Math.ceil(grid.columns * grid.rows / across) * (720 / across) + 6;
}

function paint(canvas, grid, step) {
  const context = canvas.getContext('2d');
  const { columns, rows, width, height, image } = grid;
  const accent = getComputedStyle(canvas).getPropertyValue('--accent');
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = image.width > 300;
  const across = step === 'sequence' ? Math.ceil(Math.sqrt(columns * rows * 2)) : columns;
  const gap = step === 'apart' || step === 'sequence' ? 5 : 0;
  const cell = 720 / (step === 'sequence' ? across : Math.max(columns, rows));
  for (let i = 0; i < columns * rows; i++) {
    const [x, y] = [i % across * cell, Math.floor(i / across) * cell];
    context.drawImage(image, i % columns * width, Math.floor(i / columns) * height, width, height, x + gap / 2, y + gap / 2, cell - gap, cell - gap);
    if (step === 'grid') {
      context.strokeStyle = accent;
      context.lineWidth = 1.5;
      context.strokeRect(x, y, cell, cell);
    }
    if (step === 'sequence' && cell > 26) label(context, i, x + gap / 2, y + gap / 2);
  }
}

function label(context, number, x, y) {
  context.font = '600 11px system-ui, sans-serif';
  const text = String(number + 1);
  context.fillStyle = 'rgb(0 0 0 / .65)';
  context.fillRect(x, y, context.measureText(text).width + 6, 14);
  context.fillStyle = '#fff';
  context.fillText(text, x + 3, y + 11);
}
