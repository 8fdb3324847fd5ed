"""Everybody: no violation that axe finds, keyboard alone, dark, Chinese, small."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import OUT, ask, begin, panel, settled
from playwright.sync_api import expect

PANELS = ("time", "patchify", "flatten", "projection", "body", "attention", "training", "tiles")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


def clean(page, where):
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, where + ": " + "; ".join(
        f"{one['id']} ({one['help']}): " + ", ".join(node["html"][:120] for node in one["nodes"][:3]) for one in found)


def shot(page, name):
    OUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUT / f"{name}.png")


@pytest.mark.parametrize("look", ["light", "dark", "phone", "chinese"])
def test_axe_finds_nothing(opened, look):
    # axe is put into the page from outside, which the page's own policy forbids: only here is it set aside.
    page = opened(bypass_csp=True, color_scheme="dark" if look == "dark" else "light", locale="zh-CN" if look == "chinese" else "en-GB",
                  reduced_motion="reduce", **({"viewport": {"width": 390, "height": 844}} if look == "phone" else {}))
    clean(page, "start")
    begin(page, "small" if look == "dark" else "describe")
    clean(page, "answer")
    shot(page, f"{look}-chat")
    if look == "phone":
        page.click("#view-sees")
    for name in PANELS:
        panel(page, name)
        if name == "projection":
            page.locator("[data-words]").first.click()
            page.locator(".cells li").first.wait_for()
            settled(page)
        clean(page, name)
        shot(page, f"{look}-{name}")
    if look == "phone":
        page.click("#view-chat")
    for button, dialog in (("#open-settings", "dialog.settings"), ("#open-history", "dialog.history"), ("[data-action=code]", "dialog.code")):
        page.click(button)
        page.locator(dialog).wait_for()
        clean(page, dialog)
        page.keyboard.press("Escape")
        expect(page.locator(dialog)).to_have_count(0)


def test_everything_by_keyboard_alone(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    for _ in range(60):
        if page.evaluate("() => document.activeElement.dataset?.scenario === 'describe'"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#chosen img").wait_for()
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".answer .actions").wait_for()
    page.locator("#question").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.role === 'tab'"):
            break
    for name in PANELS[1:]:
        page.keyboard.press("ArrowRight")
        expect(page.locator(f"#tab-{name}")).to_be_focused()
        page.locator(f".panel.{name}").wait_for()
        settled(page)
    page.keyboard.press("Home")
    expect(page.locator("#tab-time")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settled(page)
    expect(page.locator(".facts h3").first).to_contain_text("Patch 106")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.tagName === 'CANVAS'"):
            break
    page.keyboard.press("ArrowDown")
    expect(page.locator(".facts h3").first).to_have_text("Patch 120: column 8, row 9")


def test_chinese(page):
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("#send")).to_have_text("提问")
    expect(page.locator("#tab-attention")).to_have_text("注意力")
    begin(page, "describe")
    expect(page.locator(".card").first).to_contain_text("第一个词")
    for name in PANELS:
        words = panel(page, name).inner_text()
        assert "." + name not in words and "lead." not in words, "a text is missing"
    page.reload()
    expect(page.locator("#send")).to_have_text("提问")
    page.click("#language")
    expect(page.locator("#send")).to_have_text("Ask")


def test_both_languages_say_the_same_things(page):
    missing = page.evaluate("""async () => {
        const [en, zh] = await Promise.all(['en', 'zh'].map(async (name) => (await import(`/app/texts/${name}.js`)).default));
        const holes = (text) => [...text.matchAll(/\\{(\\w+)\\}/g)].map((hole) => hole[1]).sort().join();
        return [...Object.keys(en).filter((key) => !(key in zh)), ...Object.keys(zh).filter((key) => !(key in en) || holes(en[key]) !== holes(zh[key]))];
    }""")
    assert missing == []


def test_dark_as_the_system_has_it_and_as_the_reader_says(opened):
    page = opened(color_scheme="dark")
    dark = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.reload()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == light


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1440, 2560])
def test_nothing_is_wider_than_the_screen(opened, width):
    page = opened(viewport={"width": width, "height": 844})
    begin(page, "describe")
    wide = "() => document.scrollingElement.scrollWidth - innerWidth"
    assert page.evaluate(wide) <= 0
    if width < 960:
        expect(page.locator("#sees")).to_be_hidden()
        page.click("#view-sees")
        expect(page.locator("#chat")).to_be_hidden()
    for name in PANELS:
        panel(page, name)
        assert page.evaluate(wide) <= 0, name
        assert page.evaluate("() => { const box = document.querySelector('#panel'); return box.scrollWidth - box.clientWidth; }") <= 0, name
    ask(page, "Is there a dog in the picture?") if width >= 960 else None
