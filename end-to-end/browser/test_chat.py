"""The chat as a person uses it."""

import base64

from conftest import EXAMPLES, ask, begin, drop
from playwright.sync_api import expect


def test_a_dropped_picture_is_asked_about_and_the_answer_streams(page):
    drop(page, [("coffee.jpg", "image/jpeg", (EXAMPLES / "coffee.jpg").read_bytes())])
    expect(page.locator("#chosen img")).to_have_count(1)
    pieces = page.evaluate_handle("""() => {
        const seen = new Set();
        new MutationObserver(() => seen.add(document.querySelector('.answer .text')?.textContent ?? ''))
            .observe(document.querySelector('#thread'), { childList: true, subtree: true, characterData: true });
        return seen;
    }""")
    answer = ask(page, "What is in this picture?")
    assert "espresso" in answer or "cup" in answer
    assert pieces.evaluate("seen => seen.size") > 1, "the answer came in one piece"
    expect(page.locator(".question img")).to_have_attribute("alt", "coffee.jpg")
    expect(page.locator("#chosen img")).to_have_count(0)


def test_several_pictures_are_compared(page):
    begin(page, "compare")
    expect(page.locator(".question img")).to_have_count(2)
    assert "picture" in page.locator(".answer .text").inner_text()


def test_a_picture_is_pasted_and_removed(page):
    page.evaluate("""data => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], 'pasted.png', { type: 'image/png' }));
        document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
    }""", base64.b64encode((EXAMPLES / "stars.png").read_bytes()).decode())
    expect(page.locator("#chosen img")).to_have_attribute("alt", "pasted.png")
    page.click("#chosen .remove")
    expect(page.locator("#chosen img")).to_have_count(0)


def test_a_picture_is_picked_and_what_is_none_is_refused(page):
    page.set_input_files("#files", [EXAMPLES / "cat.jpg", EXAMPLES / "LICENCES.txt"])
    expect(page.locator("#chosen img")).to_have_count(1)
    expect(page.locator("#status")).to_contain_text("LICENCES.txt is not taken")


def test_a_photograph_is_taken(page):
    page.click("#camera")
    page.locator("dialog.camera video").wait_for()
    page.evaluate("() => new Promise(ready => { const video = document.querySelector('video');"
                  " video.videoWidth ? ready() : video.addEventListener('loadeddata', ready); })")
    page.get_by_role("button", name="Take the picture").click()
    expect(page.locator("#chosen img")).to_have_count(1)
    expect(page.locator("dialog.camera")).to_have_count(0)


def test_an_answer_is_stopped(page):
    page.click("#open-settings")
    page.fill("#set-max_completion_tokens", "4000")
    page.fill("#set-temperature", "1.5")
    page.get_by_role("button", name="Close").click()
    page.fill("#question", "Tell me a very long story about the sea, with many chapters.")
    page.press("#question", "Enter")
    page.locator(".answer .text").filter(has_text=" ").first.wait_for()
    page.click("#stop")
    expect(page.locator(".answer")).to_contain_text("Stopped.")
    expect(page.locator("#send")).to_be_visible()
    assert "capital" not in page.locator(".answer .text").inner_text()
    page.click("#new-chat")
    assert "Paris" in (begin(page, "free") or page.locator(".answer .text").inner_text())


def test_follow_ups_are_about_the_same_picture(page):
    begin(page, "find")
    assert "red" in ask(page, "What colour is the circle?")
    expect(page.locator(".question img")).to_have_count(1)
    expect(page.locator(".answer")).to_have_count(2)


def test_a_question_is_edited_and_an_answer_made_anew(page):
    begin(page, "describe")
    page.click("[data-action=regenerate]")
    page.locator(".answer .actions").wait_for()
    expect(page.locator(".answer")).to_have_count(1)
    page.click("[data-action=edit]")
    expect(page.locator("#question")).to_have_value("What is in this picture?")
    expect(page.locator("#chosen img")).to_have_count(1)
    expect(page.locator(".answer")).to_have_count(0)
    assert ask(page, "Is there a dog in the picture?").startswith(("No", "Yes"))
    expect(page.locator(".question")).to_have_count(1)


def test_chats_are_kept_in_this_browser_and_forgotten_on_request(page):
    begin(page, "count")
    answer = page.locator(".answer .text").inner_text()
    page.reload()
    page.click("#open-history")
    page.locator("dialog.history li").filter(has_text="How many stars").get_by_role("button").first.click()
    expect(page.locator(".answer .text")).to_have_text(answer)
    expect(page.locator(".question img")).to_have_count(1)
    page.click("#open-history")
    page.get_by_role("button", name="Forget").click()
    expect(page.locator("dialog.history li")).to_have_count(0)


def test_detail_nerve_and_sampling_go_into_the_request(page):
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.url.endswith("/chat/completions") else None)
    page.click("#open-settings")
    page.select_option("#set-nerve", "linear")
    page.fill("#set-temperature", "0")
    page.fill("#set-seed", "7")
    page.get_by_role("button", name="Close").click()
    page.click("[data-scenario=find]")
    page.locator("#chosen img").wait_for()
    page.check("input[name=detail][value=high]")
    ask(page)
    assert sent[-1]["tesserae"] == {"nerve": "linear"} and sent[-1]["temperature"] == 0 and sent[-1]["seed"] == 7
    assert sent[-1]["messages"][0]["content"][0]["image_url"]["detail"] == "high"
    expect(page.locator("#model-name")).to_contain_text("linear")


def test_the_question_is_shown_as_code_and_copied(page):
    begin(page, "describe")
    page.click("[data-action=code]")
    code = page.locator("dialog.code pre")
    for language, said in {"curl": "curl -N", "python": "openai.OpenAI(", "java": "OpenAIOkHttpClient"}.items():
        page.click(f"dialog.code [data-value={language}]")
        expect(code).to_contain_text(said)
        expect(code).to_contain_text("coffee.jpg")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("#announce")).to_have_text("Copied.")
    assert page.evaluate("() => navigator.clipboard.readText()") == code.inner_text()


def test_the_code_works_in_a_shell(page, tmp_path):
    import subprocess
    hostile = "it's $(touch owned) `touch owned` \"quoted\".jpg"
    (tmp_path / hostile).write_bytes((EXAMPLES / "coffee.jpg").read_bytes())
    drop(page, [(hostile, "image/jpeg", (EXAMPLES / "coffee.jpg").read_bytes())])
    ask(page, "What's in this \"picture\"? $(touch owned)")
    page.click("[data-action=code]")
    code = page.locator("dialog.code pre").inner_text()
    ran = subprocess.run(["bash", "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "data: [DONE]" in ran.stdout, ran.stdout[-500:] + ran.stderr[-500:]
    assert not (tmp_path / "owned").exists()
