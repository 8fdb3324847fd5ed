// Wires the page together: what was chosen, what was asked, what comes back, and what the panels show of it.

import * as api from './api.js';
import { Conversation } from './conversation.js';
import { byId, make } from './dom.js';
import * as keep from './keep.js';
import { Pictures, droppable } from './pictures.js';
import * as scenarios from './scenarios.js';
import * as settings from './settings.js';
import { Sees } from './sees.js';
import { current, speak, t, wanted } from './texts.js';
import * as theme from './theme.js';
import { Thread } from './thread.js';
import { Views } from './views.js';

const question = byId('question');
const pictures = new Pictures(byId('chosen'), byId('files'), (message) => say(message, true));
const views = new Views();
const sees = new Sees(byId('tabs'), byId('panel'));
const thread = new Thread(byId('thread'), {
  edit, regenerate,
  explain: (index) => { sees.about(conversation, index); views.show('sees'); },
  code: async (index) => (await import('./code.js')).open(
    [...(settings.options().system ? [{ role: 'system', text: settings.options().system }] : []), ...conversation.turns.slice(0, index)],
    { ...withoutSystem(settings.options()), model: models[0]?.id }, announce),
});
let conversation = new Conversation();
let models = [];
let running = null;

const withoutSystem = ({ system, ...rest }) => rest;

function say(text, wrong = false) {
  byId('status').textContent = text;
  byId('status').classList.toggle('wrong', wrong);
}

function announce(text) {
  byId('announce').textContent = '';
  requestAnimationFrame(() => { byId('announce').textContent = text; });
}

function draw() {
  thread.draw(conversation);
  byId('welcome').hidden = !conversation.empty;
  document.body.classList.toggle('begun', !conversation.empty);
}

async function showModel() {
  try {
    models = (await api.get('/v1/models')).data;
    const nerve = settings.options().nerve ?? models[0].projector?.nerve;
    byId('model-name').textContent = `${models[0].id}${nerve ? ` · ${nerve}` : ''}`;
    byId('model').classList.remove('wrong');
  } catch (trouble) {
    byId('model-name').textContent = `${t('noModel')}: ${trouble.message}`;
    byId('model').classList.add('wrong');
  }
}

function busy(controller) {
  running = controller;
  byId('send').hidden = controller !== null;
  byId('stop').hidden = controller === null;
}

function send(event) {
  event.preventDefault();
  if (running) return;
  const text = question.value.trim() || question.placeholder;
  const detail = new FormData(byId('ask')).get('detail');
  conversation.turns.push({ role: 'user', text, files: pictures.files, detail });
  pictures.clear();
  question.value = '';
  grow();
  answer();
}

async function answer() {
  const controller = new AbortController();
  const index = conversation.turns.length;
  const options = settings.options();
  const asked = { nerve: options.nerve ?? '' };
  const turn = { role: 'assistant', text: '', asked };
  busy(controller);
  draw();
  say('');
  const coming = thread.coming();
  try {
    Object.assign(asked, await api.ask(await conversation.body(index, options), controller.signal, (piece) => {
      turn.text += piece;
      coming.say(turn.text);
    }));
  } catch (trouble) {
    if (controller.signal.aborted) turn.stopped = true;
    else turn.failed = trouble.message;
  }
  busy(null);
  conversation.turns.push(turn);
  draw();
  announce(turn.failed ?? turn.text);
  await keep.put({ id: conversation.id, turns: conversation.turns });
  if (asked.id) sees.about(conversation, index);
}

function edit(index) {
  if (running) return;
  const turn = conversation.turns[index];
  conversation.cut(index);
  pictures.clear();
  pictures.add(turn.files);
  question.value = turn.text;
  for (const choice of document.getElementsByName('detail')) choice.checked = choice.value === turn.detail;
  draw();
  grow();
  question.focus();
}

function regenerate(index) {
  if (running) return;
  conversation.cut(index);
  answer();
}

function begin(fresh = new Conversation()) {
  running?.abort();
  conversation = fresh;
  pictures.clear();
  say('');
  draw();
  const last = conversation.turns.findLastIndex((turn) => turn.asked?.id);
  if (last >= 0) sees.about(conversation, last);
  else sees.nothing();
  views.show('chat');
}

async function history() {
  const kept = await keep.all();
  const dialog = make('dialog', { class: 'history', 'aria-labelledby': 'history-title' },
    make('h2', { id: 'history-title' }, t('history')),
    kept.length ? make('ul', {}, kept.map((one) => make('li', {},
      make('button', { type: 'button', class: 'plain', click: () => { dialog.close(); begin(new Conversation(one)); } },
        make('strong', {}, one.turns[0]?.text ?? ''), make('span', { class: 'quiet' }, new Date(one.updated).toLocaleString(current()))),
      make('button', { type: 'button', class: 'plain small', 'aria-label': t('forget', { name: one.turns[0]?.text ?? '' }),
        click: async (event) => { await keep.remove(one.id); event.target.closest('li').remove(); } }, '×'))))
      : make('p', { class: 'quiet' }, t('noHistory')),
    make('div', { class: 'buttons' }, make('button', { type: 'button', click: () => dialog.close() }, t('close'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function grow() {
  question.style.height = 'auto';
  question.style.height = `${Math.min(question.scrollHeight + 2, 240)}px`;
}

async function translate(name, kept = false) {
  await speak(name, kept);
  byId('language').textContent = name === 'zh' ? 'English' : '中文';
  byId('language').lang = name === 'zh' ? 'en' : 'zh';
  byId('language').setAttribute('aria-label', name === 'zh' ? 'Switch to English' : '切换到中文');
  scenarios.list(byId('scenarios'), async (files, text, detail) => {
    pictures.clear();
    pictures.add(files);
    question.value = text;
    for (const choice of document.getElementsByName('detail')) choice.checked = choice.value === detail;
    grow();
    question.focus();
  });
  draw();
  sees.translate();
}

byId('ask').addEventListener('submit', send);
byId('stop').addEventListener('click', () => running?.abort());
byId('new-chat').addEventListener('click', () => { begin(); question.focus(); });
byId('open-history').addEventListener('click', history);
byId('open-settings').addEventListener('click', () => settings.open(models, showModel));
byId('language').addEventListener('click', () => translate(current() === 'zh' ? 'en' : 'zh', true));
byId('theme').addEventListener('click', theme.turn);
byId('camera').addEventListener('click', async () => (await import('./camera.js')).photograph((file) => pictures.add([file]), (message) => say(message, true)));
question.addEventListener('input', grow);
question.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (!running) byId('ask').requestSubmit();
  }
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && running) running.abort(); });
droppable(byId('drop-here'), (files) => pictures.add(files));
theme.apply();
await translate(wanted());
showModel();
