// Wires the page together: what was chosen, what was asked, what comes back.

import { streamAnswer } from './chat.js';
import { Pictures } from './pictures.js';
import { showTimes } from './times.js';

const byId = (id) => document.getElementById(id);
const pictures = new Pictures(byId('drop'), byId('files'), byId('chosen'));
let running = null;

async function showModel() {
  try {
    const response = await fetch('/v1/models');
    const body = await response.json();
    if (!response.ok) throw new Error(body.error.message);
    const [model] = body.data;
    byId('model').textContent = `${model.id} · ${model.family} · ${model.context} tokens`;
  } catch (trouble) {
    byId('model').textContent = `no model: ${trouble.message}`;
  }
}

function say(text, wrong = false) {
  byId('status').textContent = text;
  byId('status').classList.toggle('wrong', wrong);
}

function busy(controller) {
  running = controller;
  byId('send').disabled = controller !== null;
  byId('stop').hidden = controller === null;
}

async function ask(event) {
  event.preventDefault();
  if (running) return;
  const question = byId('question').value.trim() || byId('question').placeholder;
  const detail = new FormData(byId('ask')).get('detail');
  const controller = new AbortController();
  busy(controller);
  byId('answer').textContent = '';
  byId('times').hidden = true;
  say(pictures.count ? 'Looking…' : 'Thinking…');
  try {
    const content = [...await pictures.parts(detail), { type: 'text', text: question }];
    const end = await streamAnswer(content, controller.signal, (text) => {
      say('');
      byId('answer').append(text);
    });
    say('');
    if (end) showTimes(end, byId('times'), byId('bar'), byId('legend'), byId('usage'));
  } catch (trouble) {
    say(controller.signal.aborted ? 'Stopped.' : trouble.message, !controller.signal.aborted);
  } finally {
    busy(null);
  }
}

byId('ask').addEventListener('submit', ask);
byId('stop').addEventListener('click', () => running?.abort());
byId('question').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) byId('ask').requestSubmit();
  else return;
  event.preventDefault();
});
showModel();
