// The same question from a shell, from Python or from Java. Names of files are a stranger's words: each language has its own way of quoting them.

import { choices, make } from './dom.js';
import { t } from './texts.js';

const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
const mime = (file) => file.type || 'image/jpeg';

/** turns of the question: { text, files, detail } and answers; options as they are sent. */
export function curl(turns, options, origin) {
  const hole = crypto.randomUUID?.() ?? String(Math.random());
  let holes = 0;
  const messages = turns.map((turn) => ({ role: turn.role, content: turn.files?.length
    ? [...turn.files.map(() => ({ type: 'image_url', image_url: { url: `@${hole}-${holes++}@`, detail: turn.detail } })), { type: 'text', text: turn.text }]
    : turn.text }));
  const files = turns.flatMap((turn) => turn.files ?? []);
  const { nerve, ...rest } = options;
  const body = JSON.stringify({ stream: true, messages, ...rest, ...(nerve ? { tesserae: { nerve } } : {}) }, null, 1);
  const filled = files.reduce((text, file, i) => text.replace(`@${hole}-${i}@`,
    () => `data:${mime(file)};base64,'"$(base64 -w0 -- ${shell(file.name)})"'`), body.replaceAll("'", "'\\''"));
  return `curl -N ${shell(`${origin}/v1/chat/completions`)} -H 'content-type: application/json' -d @- <<< '${filled}'`;
}

export function python(turns, options, origin) {
  const content = (turn) => (turn.files?.length
    ? `[\n${turn.files.map((file) => `        {"type": "image_url", "image_url": {"url": picture(${quoted(file.name)}, ${quoted(mime(file))}), "detail": ${quoted(turn.detail)}}},\n`).join('')}`
      + `        {"type": "text", "text": ${quoted(turn.text)}}]`
    : quoted(turn.text));
  const { nerve, system, top_k, min_p, repetition_penalty, model, ...known } = options;
  const extra = Object.entries({ top_k, min_p, repetition_penalty }).filter(([, value]) => value !== undefined);
  const body = [...extra.map(([name, value]) => `${quoted(name)}: ${value}`), ...(nerve ? [`"tesserae": {"nerve": ${quoted(nerve)}}`] : [])];
  return `import base64, openai

def picture(name, kind):
    return f"data:{kind};base64," + base64.b64encode(open(name, "rb").read()).decode()

client = openai.OpenAI(base_url=${quoted(`${origin}/v1`)}, api_key="not-needed")
stream = client.chat.completions.create(
    model=${quoted(model ?? '')}, stream=True,${Object.entries(known).map(([name, value]) => ` ${name}=${value},`).join('')}${body.length ? ` extra_body={${body.join(', ')}},` : ''}
    messages=[
${turns.map((turn) => `      {"role": ${quoted(turn.role)}, "content": ${content(turn)}}`).join(',\n')}])
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
`;
}

export function java(turns, options, origin) {
  const message = (turn) => (turn.role === 'assistant' ? `.addAssistantMessage(${quoted(turn.text)})`
    : turn.role === 'system' ? `.addSystemMessage(${quoted(turn.text)})`
      : !turn.files?.length ? `.addUserMessage(${quoted(turn.text)})`
        : `.addUserMessageOfArrayOfContentParts(List.of(\n${turn.files.map((file) => `                picture(${quoted(file.name)}, ${quoted(mime(file))}),\n`).join('')}`
          + `                ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder().text(${quoted(turn.text)}).build())))`);
  const { model, temperature, seed, nerve } = options;
  return `OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(${quoted(`${origin}/v1`)}).apiKey("not-needed").build();
ChatCompletion answer = client.chat().completions().create(ChatCompletionCreateParams.builder()
        .model(${quoted(model ?? '')})${temperature !== undefined ? `.temperature(${Number(temperature).toFixed(2)})` : ''}${seed !== undefined ? `.seed(${seed}L)` : ''}${nerve ? `
        .putAdditionalBodyProperty("tesserae", JsonValue.from(Map.of("nerve", ${quoted(nerve)})))` : ''}
        ${turns.map(message).join('\n        ')}
        .build());
System.out.println(answer.choices().get(0).message().content().orElseThrow());

static ChatCompletionContentPart picture(String file, String kind) throws IOException {
    String data = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file)));
    return ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder().imageUrl(
            ChatCompletionContentPartImage.ImageUrl.builder().url("data:" + kind + ";base64," + data).build()).build());
}
`;
}

/** Shows the question as code, to be copied. */
export function open(turns, options, announce) {
  const languages = { curl, python, java };
  const text = make('pre', { tabindex: '0', 'aria-label': t('code') });
  const say = (language) => { text.textContent = languages[language](turns, options, location.origin); };
  const dialog = make('dialog', { class: 'code', 'aria-labelledby': 'code-title' },
    make('h2', { id: 'code-title' }, t('codeTitle')),
    choices(t('code'), [['curl', 'curl'], ['python', 'Python'], ['java', 'Java']], 'curl', say), text,
    make('div', { class: 'buttons' },
      make('button', { type: 'button', class: 'plain', click: () => dialog.close() }, t('close')),
      make('button', { type: 'button', click: async () => { await navigator.clipboard.writeText(text.textContent); announce(t('copied')); } }, t('copy'))));
  say('curl');
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
