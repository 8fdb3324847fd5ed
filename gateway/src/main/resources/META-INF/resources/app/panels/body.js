// The two ways into the brain, and the very sequence of tokens that it read for this answer.

import { draw, make } from '../dom.js';
import { t } from '../texts.js';
import { shown } from './projection.js';

const PARTS = ['special', 'template', 'system', 'user', 'assistant', 'image'];

export async function open(box, subject) {
  const said = await subject.explain('prompt');
  const counts = Object.fromEntries(PARTS.map((part) => [part, 0]));
  for (const token of said.tokens) counts[token.part] += token.count ?? 1;
  box.append(paths(said, subject),
    make('h3', {}, t('sequence', { n: said.prompt_tokens })),
    make('p', { class: 'quiet' }, t('sequenceHow', { context: said.context })),
    make('ul', { class: 'legend' }, PARTS.filter((part) => counts[part] > 0).map((part) => make('li', {},
      make('i', { class: `part ${part}` }), `${t(`part.${part}`)} `, make('b', { 'data-count': part }, String(counts[part]))))),
    make('ol', { class: 'tokens' }, said.tokens.map((token) => (token.part === 'image' ? slot(token) : word(token)))));
}

function word(token) {
  return make('li', { class: `part ${token.part}`, title: `${t('position', { n: token.position })} · ${t('tokenId', { id: token.id })} · ${t(`part.${token.part}`)}` },
    visible(token.text));
}

const visible = (text) => text.replace(/\n/g, '⏎').replace(/^ | $/g, '␣') || '∅';

function slot(token) {
  const tiles = token.tiles.map((tile) => (tile === 0 ? t('overview') : t('tileN', { n: tile }))).join(', ');
  return make('li', { class: 'part image slot', title: `${t('position', { n: token.position })}–${token.position + token.count - 1}` },
    make('b', {}, `${token.count} × `), t('slotOf', { picture: token.picture + 1, tiles }),
    make('span', { class: 'dots', 'aria-hidden': 'true' }, token.groups.map((group) => make('i', { class: group.kind, title: `${t(`group.${group.kind}`)}: ${group.tokens}` }, String(group.tokens)))));
}

/** Text goes by the table of embeddings, pictures by eye and nerve; both meet in one sequence. */
function paths(said, subject) {
  const svg = draw('svg', { viewBox: '0 0 640 190', class: 'paths', role: 'img', 'aria-label': t('pathsHow') });
  const box = (x, y, w, kind, first, second) => svg.append(draw('rect', { x, y, width: w, height: 44, rx: 8, class: `node ${kind}` }),
    text(x + w / 2, y + 19, first, 'name'), text(x + w / 2, y + 35, second, 'note'));
  const arrow = (x1, y1, x2, y2, dim) => svg.append(draw('path', { d: `M${x1} ${y1} C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2 - 6} ${y2}`, class: `way${dim ? ' dim' : ''}` }),
    draw('path', { d: `M${x2} ${y2} l-7 -4 v8z`, class: `head${dim ? ' dim' : ''}` }));
  const dim = !subject.sees;
  box(6, 14, 118, dim ? 'off' : 'image', t('pictures'), dim ? t('none') : String(subject.files.length));
  box(160, 14, 110, dim ? 'off' : 'image', t('eye'), t('features'));
  box(306, 14, 110, dim ? 'off' : 'image', t('nerve'), t('imageTokens', { n: said.image_tokens }));
  box(6, 128, 118, 'user', t('words'), '');
  box(160, 128, 256, 'user', t('table'), t('textTokens', { n: said.prompt_tokens - said.image_tokens }));
  box(486, 71, 148, 'brain', t('brain'), t('readsAll', { n: said.prompt_tokens }));
  for (const [x1, y1, x2, y2, off] of [[124, 36, 160, 36, dim], [270, 36, 306, 36, dim], [416, 36, 486, 85, dim], [124, 150, 160, 150], [416, 150, 486, 101]]) arrow(x1, y1, x2, y2, off);
  return svg;
}

function text(x, y, words, kind) {
  return draw('text', { x, y, class: kind, 'text-anchor': 'middle' }, words);
}

export { shown };
