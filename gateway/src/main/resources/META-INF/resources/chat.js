// Talks to the server as any OpenAI client does.

/**
 * Asks one question and calls onText with each piece of the answer.
 * Resolves to the last event ({ usage, timings }); rejects with the server's own message.
 */
export async function streamAnswer(content, signal, onText) {
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      messages: [{ role: 'user', content }],
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal,
  });
  if (!response.ok) throw new Error(await messageOf(response));
  let end = null;
  for await (const data of events(response.body)) {
    if (data === '[DONE]') return end;
    const chunk = JSON.parse(data);
    if (chunk.error) throw new Error(chunk.error.message);
    if (chunk.usage) end = chunk;
    const text = chunk.choices[0]?.delta.content;
    if (text) onText(text);
  }
  throw new Error('The answer broke off.');
}

async function messageOf(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return `The server answered with status ${response.status}.`;
  }
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
