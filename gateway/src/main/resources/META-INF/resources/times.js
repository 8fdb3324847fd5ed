// Where the time of one answer went.

const TITLES = {
  fetch: 'fetch', decode: 'decode', tile: 'tile', queue: 'wait', encode: 'eye', project: 'nerve',
  prefill: 'brain reads', decode_tokens: 'brain writes', transfer: 'transfer',
};

const millis = (ms) => (ms < 1 ? '<1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** Shows one part a stage, as wide as its share. Stages overlap, so shares are of their sum and not of the total. */
export function showTimes({ usage, timings }, figure, bar, legend, note) {
  const stages = Object.entries(timings.stages)
    .map(([key, ms]) => ({ stage: key.replace(/_ms$/, ''), ms }))
    .filter(({ ms }) => ms > 0);
  bar.replaceChildren(...stages.map(({ stage, ms }) => {
    const part = document.createElement('span');
    part.className = stage;
    part.style.flexGrow = ms;
    return part;
  }));
  bar.setAttribute('aria-label', stages.map(({ stage, ms }) => `${TITLES[stage] ?? stage} ${millis(ms)}`).join(', '));
  legend.replaceChildren(...stages.map(({ stage, ms }) => {
    const mark = document.createElement('i');
    mark.className = stage;
    const item = document.createElement('li');
    item.append(mark, `${TITLES[stage] ?? stage} ${millis(ms)}`);
    return item;
  }));
  const { prompt_tokens: prompt, completion_tokens: written, prompt_tokens_details: details } = usage;
  note.textContent = `first token after ${millis(timings.first_token_ms)}, whole answer after ${millis(timings.total_ms)} · `
    + `${prompt} tokens read (${details.image_tokens} of pictures, ${timings.tiles} ${timings.tiles === 1 ? 'tile' : 'tiles'}${timings.cached_tiles ? ', seen before' : ''}), ${written} written`;
  figure.hidden = false;
}
