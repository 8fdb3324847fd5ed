// openai-node, unchanged.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import OpenAI from 'openai';

const MODEL = 'tesserae-135m';
const client = new OpenAI({ baseURL: `${process.env.TESSERAE_API_URL}/v1`, apiKey: 'not-needed', maxRetries: 0, timeout: 240_000 });
const picture = 'data:image/jpeg;base64,' + readFileSync(process.env.TESSERAE_API_PICTURE).toString('base64');
const about = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: picture, detail: 'low' } }, { type: 'text', text: 'What is in this picture?' }] }];

function seen(feature) {
  mkdirSync(process.env.TESSERAE_API_FEATURES, { recursive: true });
  writeFileSync(`${process.env.TESSERAE_API_FEATURES}/openai-node__${feature.replaceAll(' ', '_')}`, '');
}

test('whole and streamed say the same', async () => {
  const asked = { model: MODEL, temperature: 0, max_tokens: 16, messages: about };
  const whole = await client.chat.completions.create(asked);
  assert.ok(whole.choices[0].message.content.trim());
  seen('chat');
  let text = '';
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  assert.equal(text, whole.choices[0].message.content);
  seen('streaming');
  seen('pictures');
});

test('structured output', async () => {
  const schema = { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } }, required: ['name', 'age'], additionalProperties: false };
  const answer = await client.chat.completions.create({
    model: MODEL, temperature: 0, max_tokens: 60, messages: [{ role: 'user', content: 'Make up a person.' }],
    response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } } });
  assert.equal(typeof JSON.parse(answer.choices[0].message.content).age, 'number');
  seen('structured output');
});

test('tools are run by the client itself', async () => {
  let asked = null;
  const runner = client.chat.completions.runTools({
    model: MODEL, temperature: 0, max_tokens: 60, messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    tools: [{ type: 'function', function: { name: 'weather', parse: JSON.parse, function: (call) => { asked = call; return 'rain'; },
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }] }, { maxChatCompletions: 2 });
  await runner.done();
  assert.equal(typeof asked.city, 'string');
  seen('tools');
});

test('responses', async () => {
  const asked = { model: MODEL, temperature: 0, max_output_tokens: 12, input: 'What is the capital of France?' };
  const whole = await client.responses.create(asked);
  assert.match(whole.output_text, /Paris/);
  const types = [];
  let text = '';
  for await (const event of await client.responses.create({ ...asked, stream: true })) {
    types.push(event.type);
    text += event.type === 'response.output_text.delta' ? event.delta : '';
  }
  assert.equal(text, whole.output_text);
  assert.equal(types[0], 'response.created');
  seen('responses');
});

test('several answers and how likely they are', async () => {
  const answer = await client.chat.completions.create({ model: MODEL, n: 2, temperature: 1, max_tokens: 6, logprobs: true, messages: [{ role: 'user', content: 'Name a colour.' }] });
  assert.equal(answer.choices.length, 2);
  seen('several answers');
  assert.ok(answer.choices[1].logprobs.content[0].logprob <= 0);
  seen('log-probabilities');
});

test('models and errors', async () => {
  const models = await client.models.list();
  assert.equal(models.data[0].id, MODEL);
  seen('models');
  await assert.rejects(client.chat.completions.create({ model: MODEL, messages: [] }), (refused) => refused.status === 400 && refused.param === 'messages');
  seen('errors');
});
