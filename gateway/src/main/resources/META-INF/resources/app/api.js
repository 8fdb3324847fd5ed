// Talks to the server as any OpenAI client does, and asks /v1/explain what the panels show.

const KEY = 'tesserae.key';

export const key = {
  get: () => sessionStorage.getItem(KEY) ?? '',
  set: (value) => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY)),
};

function headers(more = {}) {
  return key.get() ? { ...more, authorization: `Bearer ${key.get()}` } : more;
}

async function checked(response) {
  if (response.ok) return response;
  let message = `The server answered with status ${response.status}.`;
  let code = null;
  try {
    ({ message, code } = (await response.json()).error);
  } catch { /* not in the API's form */ }
  throw Object.assign(new Error(message), { status: response.status, code });
}

export const get = async (path) => (await checked(await fetch(path, { headers: headers() }))).json();

const post = async (path, body, signal) => checked(await fetch(path, {
  method: 'POST', headers: headers({ 'content-type': 'application/json' }), body: JSON.stringify(body), signal,
}));

/** The server computes few explanations at once and refuses the rest: so many are asked for at a time, and the refused again a little later. */
const AT_ONCE = 2;
const TRIES = 60;
const waiting = [];
let asking = 0;

async function turn() {
  if (asking >= AT_ONCE) await new Promise((resolve) => { waiting.push(resolve); });
  else asking++;
}

function next() {
  if (waiting.length) waiting.shift()();
  else asking--;
}

/** An explanation of a request's body; what is wanted of it goes into the query. */
export async function explain(what, body, query = {}) {
  const wanted = new URLSearchParams(query).toString();
  await turn();
  try {
    for (let tries = 1; ; tries++) {
      try {
        const response = await post(`/v1/explain/${what}${wanted ? `?${wanted}` : ''}`, body);
        return await (what === 'tile' ? response.blob() : response.json());
      } catch (trouble) {
        if (trouble.status !== 429 || tries === TRIES) throw trouble;
        await new Promise((resolve) => { setTimeout(resolve, 300 + 20 * tries); });
      }
    }
  } finally {
    next();
  }
}

/**
 * Asks, and calls onPiece(text) as the answer comes. Resolves to { id, usage, timings, tokens }, where id is the request's and tokens the ids of the
 * answer; rejects with the server's own message.
 */
export async function ask(body, signal, onPiece) {
  const response = await post('/v1/chat/completions',
    { ...body, stream: true, stream_options: { include_usage: true }, return_token_ids: true }, signal);
  const id = response.headers.get('x-request-id');
  const tokens = [];
  let end = null;
  for await (const data of events(response.body)) {
    if (data === '[DONE]') return { id, tokens, usage: end?.usage, timings: end?.timings };
    const chunk = JSON.parse(data);
    if (chunk.error) throw new Error(chunk.error.message);
    if (chunk.usage) end = chunk;
    const [choice] = chunk.choices;
    if (choice?.token_ids) tokens.push(...choice.token_ids);
    if (choice?.delta.content) onPiece(choice.delta.content);
  }
  throw new Error('The answer broke off.');
}

/** Data of each server-sent event. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const parts = rest.split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      if (part.startsWith('data: ')) yield part.slice(6);
    }
  }
}
