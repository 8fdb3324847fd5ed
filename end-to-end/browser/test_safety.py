"""A stranger's names and a model's words are text and nothing else."""

import json

from conftest import EXAMPLES, URL, ask, begin, drop, panel
from playwright.sync_api import expect

TRICKS = """| a | b |
|---|---|
| 1 | <b onmouseover="window.hacked=1">2</b> |

Hello <script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"> **bold**
<svg onload="window.hacked = 1"><animate onbegin="window.hacked = 1"></svg> <iframe srcdoc="<script>parent.hacked = 1</script>"></iframe>
[link](javascript:window.hacked=1) [other](data:text/html,<script>1</script>) [good](https://example.org/)
![picture](https://elsewhere.example/pixel.png) <style>body { display: none }</style> <form action="https://elsewhere.example"><input name=a></form>
<a href="https://example.org" style="position:fixed;inset:0" onclick="window.hacked=1" id="send">over all</a>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.hacked=1&gt;">
"""


def answering(page, text):
    """Has the server's answer be this one."""
    head = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    events = [head | {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in (text[:40], text[40:])]
    page.route("**/v1/chat/completions", lambda route: route.fulfill(
        status=200, content_type="text/event-stream", body="".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"))


def harmless(page):
    assert page.evaluate("() => window.hacked") is None
    assert page.locator("#thread :is(script, iframe, style, form, input, object, embed, svg, math)").count() == 0


def test_tricks_in_an_answer_do_nothing(page):
    answering(page, TRICKS)
    ask(page, "Say something.")
    answer = page.locator(".answer .text")
    expect(answer.locator("strong")).to_have_text("bold")
    expect(answer.locator("td").first).to_have_text("1")
    assert answer.locator("img").count() == 0
    for link in answer.locator("a").all():
        address = link.get_attribute("href")
        assert address is None or address.startswith(("https://", "http://", "mailto:")), address
        assert link.get_attribute("style") is None and link.get_attribute("onclick") is None and link.get_attribute("id") is None
        assert "noopener" in link.get_attribute("rel")
    harmless(page)


def test_a_name_with_a_script_is_a_name(page):
    for name in ("<script>window.hacked=1</script>.jpg", "<img src=x onerror=window.hacked=1>.jpg", '"><svg onload=window.hacked=1>.jpg'):
        drop(page, [(name, "image/jpeg", (EXAMPLES / "coffee.jpg").read_bytes())])
        expect(page.locator("#chosen img").last).to_have_attribute("alt", name)
    ask(page, "<img src=x onerror=window.hacked=1> What is this?")
    expect(page.locator(".question p")).to_have_text("<img src=x onerror=window.hacked=1> What is this?")
    for each in ("time", "tiles", "body", "attention"):
        panel(page, each)
    page.click("[data-action=code]")
    page.keyboard.press("Escape")
    page.click("#open-history")
    harmless(page)


def test_no_script_but_the_pages_own_runs(page):
    policy = page.request.get(URL + "/").headers["content-security-policy"]
    for said in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src" if "object-src" in policy else "default-src 'none'",
                 "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"):
        assert said in policy
    assert "unsafe" not in policy and "http" not in policy.replace("https:", "")
    blocked = page.evaluate("""() => {
        const script = document.createElement('script');
        try { script.textContent = 'window.hacked = 1'; } catch { return 'TypeError'; }
        document.body.append(script);
        return window.hacked ?? 'blocked';
    }""")
    assert blocked in ("TypeError", "blocked")


def test_a_failure_is_told_in_words(page):
    drop(page, [("broken.png", "image/png", b"\\x89PNG\\r\\n\\x1a\\nno picture")])
    page.fill("#question", "What is this?")
    page.click("#send")
    expect(page.locator(".answer .wrong")).not_to_be_empty()
    expect(page.locator("#send")).to_be_visible()
    page.click("#new-chat")
    begin(page, "free")
    assert "Paris" in page.locator(".answer .text").inner_text()
