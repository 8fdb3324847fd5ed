"""openai-python: chat completions, whole and streamed."""

from conftest import MODEL


def test_whole_and_streamed_say_the_same(client, picture_url):
    asked = dict(model=MODEL, temperature=0, max_tokens=16, messages=[{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": picture_url}}, {"type": "text", "text": "What is in this picture?"}]}])
    whole = client.chat.completions.create(**asked)
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    assert whole.choices[0].message.content.strip()
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole.choices[0].message.content
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens
