"""A browser on the page, and the API beside it to compare with. No request of the page may go anywhere but to the server."""

import base64
import json
import os
import pathlib
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "models" / "tesserae-135m" / "examples"
URL = os.environ.get("TESSERAE_PAGE_URL", "http://localhost:8080").rstrip("/")
OUT = pathlib.Path(os.environ.get("TESSERAE_BROWSER_OUT", "/tmp/tesserae-browser"))
PATIENCE = 120_000
"""Milliseconds: long, for machines with other work; nothing here measures time by it."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESSERAE_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium):
    """opened(**options of the context): the page in a browser that knows nothing of it yet."""
    contexts = []

    def opened(**options):
        options = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", "permissions": ["camera", "clipboard-read", "clipboard-write"]} | options
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.errors, page.elsewhere = [], []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("request", lambda request: page.elsewhere.append(request.url)
                if not request.url.startswith((URL, "data:", "blob:")) else None)
        page.goto(URL + "/")
        page.locator("#scenarios button").first.wait_for()
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            assert getattr(page, "errors", []) == []
            assert getattr(page, "elsewhere", []) == [], "the page asked somebody else"
        context.close()


@pytest.fixture
def page(opened):
    return opened()


def begin(page, scenario):
    """Takes a scenario and asks its question."""
    page.click(f"[data-scenario={scenario}]")
    page.locator("#chosen img").first.wait_for() if scenario != "free" else None
    ask(page)


def ask(page, text=None):
    """Asks and waits for the whole answer; returns its text."""
    answers = page.locator(".answer").count()
    if text is not None:
        page.fill("#question", text)
    page.click("#send")
    answer = page.locator(".answer").nth(answers)
    answer.locator(".actions").wait_for()
    return answer.locator(".text").inner_text()


def panel(page, name):
    """Opens a panel and waits until it has asked all it needs."""
    page.click(f"#tab-{name}")
    page.locator(f".panel.{name} :is(.content, .empty)").first.wait_for(state="attached")
    settled(page)
    return page.locator(f".panel.{name}")


def settled(page):
    page.locator("#panel .waiting").first.wait_for(state="detached")


def body(picture, question, detail="auto", **more):
    kind = "png" if picture.endswith("png") else "jpeg"
    url = f"data:image/{kind};base64," + base64.b64encode((EXAMPLES / picture).read_bytes()).decode()
    return {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url, "detail": detail}},
                                                      {"type": "text", "text": question}]}]} | more


def api(path, data=None, **query):
    """JSON of the API, asked beside the page."""
    address = URL + path + ("?" + urllib.parse.urlencode(query) if query else "")
    request = urllib.request.Request(address, None if data is None else json.dumps(data).encode(), {"content-type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE / 1000) as response:
                return json.load(response)
        except urllib.error.HTTPError as refused:
            # The page beside this test may be asking as much as the server takes.
            if refused.code != 429:
                raise
            time.sleep(0.3)


def drop(page, files, target="#thread"):
    """Drops files: [(name, kind, bytes)]."""
    transfer = page.evaluate_handle("""files => {
        const transfer = new DataTransfer();
        for (const [name, type, text] of files) {
            transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name, { type }));
        }
        return transfer;
    }""", [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files])
    page.dispatch_event("body", "dragenter", {"dataTransfer": transfer})
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})
