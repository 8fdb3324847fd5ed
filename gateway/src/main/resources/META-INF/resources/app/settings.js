// How answers are chosen: the sampling settings, the nerve, and the server's key. Kept in this browser; an empty field leaves it to the model.

import { key } from './api.js';
import { make } from './dom.js';
import { t } from './texts.js';

const KEPT = 'tesserae.settings';
const NUMBERS = [
  ['temperature', 0, 2, 0.1], ['top_p', 0.01, 1, 0.01], ['top_k', 0, 1000, 1], ['min_p', 0, 1, 0.01], ['repetition_penalty', 0.1, 10, 0.1],
  ['frequency_penalty', -2, 2, 0.1], ['presence_penalty', -2, 2, 0.1], ['seed', 0, Number.MAX_SAFE_INTEGER, 1], ['max_completion_tokens', 1, 8192, 1]];

function read() {
  try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return {}; }
}

let settings = read();

/** What goes into a request's body. */
export const options = () => ({ ...settings });

function set(name, value) {
  if (value === '' || value === null || Number.isNaN(value)) delete settings[name];
  else settings[name] = value;
  try { localStorage.setItem(KEPT, JSON.stringify(settings)); } catch { /* nothing is kept here */ }
}

function number([name, least, most, step]) {
  const input = make('input', { type: 'number', id: `set-${name}`, name, min: String(least), max: String(most), step: String(step),
    placeholder: t('modelsOwn'), value: String(settings[name] ?? '') });
  input.addEventListener('change', () => { if (input.reportValidity()) set(name, input.value === '' ? '' : Number(input.value)); });
  return make('p', {}, make('label', { for: `set-${name}` }, t(name)), input);
}

function chooser(model) {
  const nerves = model?.projector?.nerves ?? [];
  const select = make('select', { id: 'set-nerve', change: () => set('nerve', select.value) },
    make('option', { value: '' }, t('modelsOwn')),
    nerves.map((nerve) => make('option', { value: nerve.name, selected: settings.nerve === nerve.name },
      `${nerve.name} (${nerve.kind}, ${t('tokensATile', { n: nerve.tokens_per_tile })})`)));
  return make('p', {}, make('label', { for: 'set-nerve' }, t('nerve')), select);
}

/** Models that can be asked: one, on a server of one model. */
function modelChooser(models) {
  const select = make('select', { id: 'set-model', change: () => set('model', select.value) },
    models.map((model) => make('option', { value: model.id }, `${model.id} · ${model.family}`)));
  return make('p', {}, make('label', { for: 'set-model' }, t('model')), select);
}

/** Opens the dialog; changed() when it closes. */
export function open(models, changed) {
  if (settings.nerve && !models[0]?.projector?.nerves?.some((nerve) => nerve.name === settings.nerve)) set('nerve', '');
  const system = make('textarea', { id: 'set-system', rows: '2', change: () => set('system', system.value.trim()) });
  system.value = settings.system ?? '';
  const keyField = make('input', { type: 'password', id: 'set-key', autocomplete: 'off', value: key.get(), change: () => key.set(keyField.value.trim()) });
  const dialog = make('dialog', { class: 'settings', 'aria-labelledby': 'settings-title' },
    make('h2', { id: 'settings-title' }, t('settings')),
    modelChooser(models), chooser(models[0]),
    make('p', { class: 'quiet' }, t('settingsHow')),
    make('div', { class: 'fields' }, NUMBERS.map(number)),
    make('p', {}, make('label', { for: 'set-system' }, t('system')), system),
    make('p', {}, make('label', { for: 'set-key' }, t('key')), keyField),
    make('div', { class: 'buttons' },
      make('button', { type: 'button', class: 'plain', click: () => { settings = {}; set('nerve', ''); key.set(''); dialog.close(); } }, t('reset')),
      make('button', { type: 'button', click: () => dialog.close() }, t('close'))));
  dialog.addEventListener('close', () => { dialog.remove(); changed(); });
  document.body.append(dialog);
  dialog.showModal();
}
