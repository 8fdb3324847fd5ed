"""Every panel, and its numbers against the API's."""

import json

from conftest import EXAMPLES, ROOT, api, ask, begin, body, drop, panel, settled
from playwright.sync_api import expect

COFFEE = body("coffee.jpg", "What is in this picture?")


def latest():
    return api("/v1/explain/traces/" + api("/v1/explain/traces")["data"][0]["request_id"])


def number(box, key):
    return box.locator(f"[data-key={key}]").first.inner_text()


def test_time(page):
    begin(page, "describe")
    box = panel(page, "time")
    box.locator(".waterfall tr").first.wait_for()
    trace = latest()
    for key in ("prompt_tokens", "completion_tokens", "tiles", "cached_tokens"):
        assert number(box, key) == str(trace["usage"][key]), key
    shown = {row.get_attribute("data-stage"): row.locator(".ms").get_attribute("data-ms")
             for row in box.locator(".waterfall tr[data-stage]").all()}
    for stage in ("prefill", "decode_tokens"):
        assert abs(float(shown[stage]) - sum(span["end_ms"] - span["start_ms"] for span in trace["spans"] if span["stage"] == stage)) < 0.01
    assert set(shown) == {span["stage"] for span in trace["spans"]}
    expect(box.locator(".live tbody tr")).not_to_have_count(0)


def test_time_of_every_tile(page):
    begin(page, "small")
    box = panel(page, "time")
    trace = latest()
    tiles = {span["tile"] for span in trace["spans"] if span["stage"] == "encode"}
    expect(box.locator(".waterfall tr[data-stage=encode]")).to_have_count(len(tiles))
    assert trace["usage"]["tiles"] == trace["pictures"][0]["tiles"] > 1


def test_patches(page):
    begin(page, "describe")
    box = panel(page, "patchify")
    expect(box.locator(".say")).to_contain_text("14 × 14")
    expect(box.locator(".say")).to_contain_text("196 patches")
    box.get_by_text("3 Apart").click()
    expect(box.locator(".say")).to_contain_text("16 × 16 × 3 = 768")
    box.get_by_text("4 Sequence").click()
    expect(box.locator(".say")).to_contain_text("sequence of 196")
    box.locator("[data-value=own]").click()
    said = api("/v1/explain/patches", COFFEE)["patches"]
    expect(box.locator(".say")).to_contain_text(f"sequence of {said['columns'] * said['rows']}")
    expect(box.get_by_text("convolutional network")).to_be_visible()
    box.get_by_text("Play the steps").click()
    expect(box.locator(".say")).to_contain_text("sequence of 64")


def test_flatten(page):
    begin(page, "describe")
    box = panel(page, "flatten")
    expect(box.locator(".sum")).to_have_text("16 × 16 × 3 = 768")
    assert box.locator(".vector").first.get_attribute("data-count") == "768"
    box.locator("[data-value=own]").click()
    expect(box.locator(".sum")).to_have_text("48 × 48 × 3 = 6912")
    map_ = box.locator(".stage").bounding_box()
    box.locator(".stage").click(position={"x": map_["width"] * 2.5 / 8, "y": map_["height"] * 3.5 / 8})
    expect(box.locator(".facts h3").first).to_have_text("Patch 27: column 3, row 4")
    page.keyboard.press("ArrowRight")
    expect(box.locator(".facts h3").first).to_have_text("Patch 28: column 4, row 4")
    said = api("/v1/explain/patches", COFFEE, patch=27)["patch"]
    pixels, vector, feature = [json.loads(each.inner_text().split(", …")[0].rstrip("]") + "]") for each in box.locator(".vector").all()]
    assert pixels == said["pixels"][:len(pixels)] and len(pixels) == 768
    assert vector == said["vector"][:len(vector)]
    assert feature == said["feature"][:len(feature)]
    assert str(len(said["feature"])) in box.locator(".facts h3").nth(1).inner_text()


def test_projection(page):
    begin(page, "describe")
    box = panel(page, "projection")
    said = api("/v1/explain/projection", COFFEE)
    assert [nerve["name"] for nerve in said["nerves"]] == ["c-abstractor", "linear", "resampler"]
    for nerve in said["nerves"]:
        card = box.locator(f"[data-nerve={nerve['name']}]")
        assert number(card, "tokens") == str(nerve["tokens"])
        assert card.locator(".groups span").all_inner_texts() == [str(group["tokens"]) for group in nerve["groups"]]
    box.get_by_text("Ask all of them").click()
    for nerve in said["nerves"]:
        reply = box.locator(f"[data-nerve={nerve['name']}] .reply")
        expect(reply.locator("small")).to_contain_text("tokens read")
        answer = api("/v1/chat/completions", COFFEE | {"temperature": 0, "max_completion_tokens": 64, "tesserae": {"nerve": nerve["name"]}})
        assert answer["choices"][0]["message"]["content"] in reply.inner_text()
        assert f"{answer['usage']['prompt_tokens']} tokens read" in reply.inner_text()
    box.locator("[data-nerve=c-abstractor] [data-words]").click()
    expect(box.locator(".cells li")).to_have_count(16)
    words = api("/v1/explain/projection", COFFEE, nerve="c-abstractor", words=5)["nerves"][0]["words"]
    assert box.locator(".near li b").first.inner_text() == words[0][0]["text"].strip()
    assert any(word["text"].strip() in ("cup", "es", "coffee") for word in words[0] + words[2])


def test_body(page):
    begin(page, "describe")
    box = panel(page, "body")
    usage = latest()["usage"]
    counts = {each.get_attribute("data-count"): int(each.inner_text()) for each in box.locator("[data-count]").all()}
    assert sum(counts.values()) == usage["prompt_tokens"] and counts["image"] == usage["image_tokens"]
    expect(box.locator(".slot")).to_contain_text(f"{usage['image_tokens']} ×")
    words = "".join(each.inner_text() for each in box.locator(".tokens .user").all()).replace("␣", " ")
    assert words.strip() == "What is in this picture?"


def test_body_without_a_picture(page):
    begin(page, "free")
    box = panel(page, "body")
    expect(box.locator(".slot")).to_have_count(0)
    expect(box.locator(".paths")).to_contain_text("none")
    expect(panel(page, "patchify").locator(".empty")).to_be_visible()


def test_attention(page):
    begin(page, "describe")
    box = panel(page, "attention")
    box.locator(".answer-words button").first.wait_for()
    said = api("/v1/explain/attention", COFFEE, token_ids="504,4177,2744,253,7118")
    picture = "".join(box.locator(".answer-words button").all_inner_texts())
    assert "espresso" in picture or "cup" in picture
    box.locator(".answer-words button").first.click()
    first = said["answer"][0]
    if box.locator(".answer-words button").first.inner_text() == first["text"]:
        assert box.locator("[data-share=image]").inner_text() == f"{first['share']['image'] * 100:.1f} %"
    shares = [float(box.locator(f"[data-share={part}]").inner_text().rstrip(" %")) for part in ("image", "text", "answer")]
    assert abs(sum(shares) - 100) < 0.3
    expect(box.locator(".maps canvas")).to_have_count(1)
    before = box.locator("[data-share=image]").inner_text()
    page.select_option("#layers", "20")
    settled(page)
    box.locator(".answer-words button").first.click()
    expect(box.locator("[data-share=image]")).not_to_have_text(before)


def test_training(page):
    box = panel(page, "training")
    losses = json.loads((ROOT / "models/tesserae-135m/training/loss.json").read_text())
    phases = list(dict.fromkeys(point["phase"] for point in losses))
    assert [curve.get_attribute("data-phase") for curve in box.locator(".loss").all()] == phases
    for phase in phases:
        assert box.locator(f"[data-phase={phase}]").get_attribute("data-points") == str(sum(point["phase"] == phase for point in losses))
    stages = json.loads((ROOT / "models/tesserae-135m/training/stages.json").read_text())
    expect(box.locator(".stages tbody tr")).to_have_count(len(stages["stages"]))
    expect(box.locator(".examples tbody tr")).to_have_count(len(stages["examples"]))


def test_tiles(page):
    begin(page, "small")
    box = panel(page, "tiles")
    plan = api("/v1/explain/plan", body("receipt.png", "What is the Soup?", "high"))["pictures"][0]
    for detail, cost in plan["at"].items():
        row = box.locator(f"tr[data-detail={detail}]")
        assert number(row, "tiles") == str(cost["tiles"]) and number(row, "image_tokens") == str(cost["image_tokens"])
    expect(box.locator("figure[data-tile]")).to_have_count(plan["tiles"])
    box.get_by_text("Ask at both").click()
    expect(box.locator("section[data-detail=low] small")).to_contain_text(f"tiles {plan['at']['low']['tiles']}, image tokens {plan['at']['low']['image_tokens']}")
    expect(box.locator("section[data-detail=high] small")).to_contain_text(f"image tokens {plan['at']['high']['image_tokens']}")
    assert "218" in box.locator("section[data-detail=high]").inner_text()
    assert "218" not in box.locator("section[data-detail=low]").inner_text()


def test_panels_follow_the_answer_that_is_asked_for(page):
    begin(page, "find")
    drop(page, [("stars.png", "image/png", (EXAMPLES / "stars.png").read_bytes())])
    ask(page, "How many stars are there?")
    box = panel(page, "tiles")
    expect(box.locator("h3").first).to_contain_text("1800 × 1000")
    expect(box.locator("h3").nth(1)).to_contain_text("420 × 240")
    page.locator(".answer [data-action=explain]").first.click()
    settled(page)
    expect(page.locator(".panel.tiles h3").first).to_contain_text("1800 × 1000")
    expect(page.locator(".panel.tiles table")).to_have_count(1)
