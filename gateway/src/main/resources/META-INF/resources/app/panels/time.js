// Where the time went: one request's stages and tiles on one axis, and how long each stage took over the last requests.

import * as api from '../api.js';
import { make, millis } from '../dom.js';
import { t } from '../texts.js';

const ORDER = ['queue', 'fetch', 'decode', 'tile', 'transfer', 'encode', 'project', 'prefill', 'decode_tokens'];
const EVERY = 4000;

export async function open(box, subject, explains) {
  if (explains) {
    try {
      box.append(...waterfall(await api.get(`/v1/explain/traces/${encodeURIComponent(subject.asked.id)}`)));
    } catch (trouble) {
      if (trouble.status !== 404) throw trouble;
      box.append(make('p', { class: 'quiet' }, t('traceGone')), ...sums(subject.asked));
    }
  } else {
    box.append(make('p', { class: 'quiet' }, t('explainOff')), ...sums(subject.asked));
    return undefined;
  }
  const live = make('section', { class: 'live' });
  box.append(live);
  const refresh = async () => {
    try { live.replaceChildren(...latencies(await api.get('/v1/explain/stages'))); } catch { /* the next time */ }
  };
  await refresh();
  const timer = setInterval(refresh, EVERY);
  return () => clearInterval(timer);
}

/** The account that every answer carries: stages without their beginnings. */
function sums({ usage, timings }) {
  const trace = { total_ms: timings.total_ms, first_token_ms: timings.first_token_ms, usage: flat(usage, timings) };
  return [cards(trace, timings.stages.decode_tokens_ms), make('table', { class: 'numbers-table' }, make('tbody', {},
    Object.entries(timings.stages).map(([stage, ms]) => make('tr', {},
      make('th', { scope: 'row' }, t(`stage.${stage.replace(/_ms$/, '')}`)), make('td', {}, `${ms} ms`)))))];
}

const flat = (usage, timings) => ({ ...usage, image_tokens: usage.prompt_tokens_details.image_tokens,
  cached_tokens: usage.prompt_tokens_details.cached_tokens, tiles: timings.tiles, cached_tiles: timings.cached_tiles });

/** Spans of one kind and tile in one row, the rows in the order of the journey. */
function rowsOf(trace) {
  const rows = new Map();
  for (const span of trace.spans) {
    // The way there and back is many short pieces: one row for all of it.
    const where = ['transfer', 'queue'].includes(span.stage) ? '' : `${span.picture ?? ''}/${span.tile ?? ''}`;
    const key = `${span.stage} ${where}`;
    if (!rows.has(key)) rows.set(key, { stage: span.stage, picture: where && span.picture, tile: where && span.tile, spans: [], replica: span.replica, batch: span.batch });
    rows.get(key).spans.push(span);
  }
  return [...rows.values()].sort((a, b) => ORDER.indexOf(a.stage) - ORDER.indexOf(b.stage)
    || (a.picture ?? -1) - (b.picture ?? -1) || (a.tile ?? -1) - (b.tile ?? -1));
}

function name(row, pictures) {
  const picture = pictures > 1 && Number.isInteger(row.picture) ? ` ${t('pictureN', { n: row.picture + 1 })}` : '';
  const tile = Number.isInteger(row.tile) ? ` ${row.tile === 0 ? t('overview') : t('tileN', { n: row.tile })}` : '';
  return `${t(`stage.${row.stage}`)}${picture}${tile}`;
}

function waterfall(trace) {
  const decode = trace.spans.filter((span) => span.stage === 'decode_tokens').reduce((sum, span) => sum + span.end_ms - span.start_ms, 0);
  const share = (ms) => `${Math.max(0, ms) / trace.total_ms * 100}%`;
  const table = make('table', { class: 'waterfall' },
    make('caption', {}, t('waterfall')),
    make('colgroup', {}, make('col', { class: 'named' }), make('col'), make('col', { class: 'timed' })),
    make('thead', { class: 'hidden' }, make('tr', {}, [t('stage'), t('when'), t('howLong')].map((title) => make('th', { scope: 'col' }, title)))),
    make('tbody', {}, rowsOf(trace).map((row) => {
      const spent = row.spans.reduce((sum, span) => sum + span.end_ms - span.start_ms, 0);
      const lane = make('td', { class: 'lane' });
      for (const span of row.spans) {
        const bar = make('span', { class: `bar ${row.stage}`, title: `${span.start_ms} – ${span.end_ms} ms` });
        bar.style.left = share(span.start_ms);
        bar.style.width = `max(2px, ${share(span.end_ms - span.start_ms)})`;
        lane.append(bar);
      }
      const mark = make('i', { class: 'first' });
      mark.style.left = share(trace.first_token_ms);
      lane.append(mark);
      const by = [row.replica ? t('by', { replica: row.replica }) : '', row.batch > 1 ? t('batchOf', { n: row.batch }) : ''].filter(Boolean).join(', ');
      return make('tr', { 'data-stage': row.stage, 'data-tile': String(row.tile ?? '') },
        make('th', { scope: 'row' }, name(row, trace.pictures.length), by ? make('small', {}, by) : null), lane,
        make('td', { class: 'ms', 'data-ms': spent.toFixed(3) }, millis(spent)));
    })));
  const axis = make('p', { class: 'axis quiet', 'aria-hidden': 'true' }, make('span', {}, '0'), make('span', {}, millis(trace.total_ms / 2)), make('span', {}, millis(trace.total_ms)));
  return [cards(trace, decode), table, axis, make('p', { class: 'quiet' }, t('waterfallHow'))];
}

function cards(trace, decodeMs) {
  const { usage } = trace;
  const card = (title, value, note, key) => make('div', { class: 'card' }, make('span', { class: 'quiet' }, title), make('b', { 'data-key': key }, value), make('small', {}, note));
  if (!usage) return make('p', { class: 'wrong' }, trace.failure);
  const rate = usage.completion_tokens > 1 && decodeMs > 0 ? ((usage.completion_tokens - 1) / decodeMs * 1000).toFixed(1) : '–';
  return make('div', { class: 'cards' },
    card(t('firstTokenCard'), millis(trace.first_token_ms), t('ofTotal', { time: millis(trace.total_ms) }), 'first_token_ms'),
    card(t('rateCard'), rate, t('tokensASecond'), 'rate'),
    card(t('read'), String(usage.prompt_tokens), t('ofPictures', { n: usage.image_tokens }), 'prompt_tokens'),
    card(t('wrote'), String(usage.completion_tokens), t('tokens'), 'completion_tokens'),
    card(t('tilesCard'), String(usage.tiles), t('cachedTiles', { n: usage.cached_tiles }), 'tiles'),
    card(t('cachedCard'), String(usage.cached_tokens), t('cachedTokens'), 'cached_tokens'));
}

function latencies(stages) {
  const most = Math.max(1, ...stages.stages.map((stage) => stage.p95_ms));
  const bar = (ms, kind) => {
    const one = make('span', { class: `bar ${kind}` });
    one.style.width = `${Math.max(1, ms / most * 100)}%`;
    return one;
  };
  return [make('h3', {}, t('live')), make('p', { class: 'quiet' }, t('liveHow', { n: stages.requests })),
    make('table', { class: 'numbers-table' },
      make('thead', {}, make('tr', {}, ['stage', 'spread', 'p50', 'p95', 'last'].map((title) => make('th', { scope: 'col' }, t(title))))),
      make('tbody', {}, [...stages.stages].sort((a, b) => ORDER.indexOf(a.stage) - ORDER.indexOf(b.stage)).map((stage) => make('tr', {},
        make('th', { scope: 'row' }, t(`stage.${stage.stage}`)),
        make('td', { class: 'spread' }, bar(stage.p95_ms, `${stage.stage} faint`), bar(stage.p50_ms, stage.stage)),
        make('td', {}, millis(stage.p50_ms)), make('td', {}, millis(stage.p95_ms)), make('td', {}, millis(stage.last_ms))))))];
}
