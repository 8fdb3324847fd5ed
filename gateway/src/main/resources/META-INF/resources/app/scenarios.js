// Ways to begin, each with an example picture of our own and a question that the default model was taught.

import { make } from './dom.js';
import { t } from './texts.js';

const SCENARIOS = [
  ['describe', ['coffee.jpg'], 'What is in this picture?', 'auto'],
  ['read', ['sign.png'], 'What does it say?', 'auto'],
  ['count', ['stars.png'], 'How many stars are there?', 'auto'],
  ['find', ['circle.png'], 'Where is the circle?', 'low'],
  ['compare', ['circle.png', 'stars.png'], 'Which picture shows the circle, the first or the second?', 'low'],
  ['small', ['receipt.png'], 'What is the Soup?', 'high'],
  ['free', [], 'What is the capital of France?', 'auto'],
];

async function file(name) {
  const response = await fetch(`examples/${name}`);
  return new File([await response.blob()], name, { type: name.endsWith('.png') ? 'image/png' : 'image/jpeg' });
}

/** Fills a list with the scenarios; begin(files, question, detail) for the one that is taken. */
export function list(into, begin) {
  into.replaceChildren(...SCENARIOS.map(([name, pictures, question, detail]) => make('li', {},
    make('button', { type: 'button', 'data-scenario': name, click: async () => begin(await Promise.all(pictures.map(file)), question, detail) },
      make('span', { class: 'thumbs', 'aria-hidden': 'true' }, pictures.map((picture) => make('img',
        { src: `examples/thumbs/${picture.replace(/\.\w+$/, '')}.webp`, alt: '', width: '72', height: '72' })),
      pictures.length ? [] : [make('span', { class: 'glyph' }, '“ ”')]),
      make('strong', {}, t(`scenario.${name}`)),
      make('span', { class: 'quiet', lang: 'en' }, question)))));
}
