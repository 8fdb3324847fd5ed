"""How fast the page is painted and how still it stands. Times are told, not judged: they are the machine's as much as the page's."""

import gzip
import json

from conftest import OUT, URL, begin, panel

WATCH = """() => {
    window.shifts = 0; window.largest = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts += one.value; }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => { window.largest = list.getEntries().at(-1).startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
}"""


def measured(page, slowdown):
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.context.add_init_script(f"({WATCH})()")
    page.reload()
    page.locator("#scenarios button").first.wait_for()
    page.locator("#model-name").filter(has_text="tesserae").wait_for()
    page.wait_for_timeout(500)
    start = page.evaluate("() => ({ largest_paint_ms: Math.round(window.largest), layout_shift: window.shifts })")
    begin(page, "describe")
    panel(page, "patchify")
    panel(page, "time")
    return start | {"layout_shift_while_used": page.evaluate("() => window.shifts"), "cpu_slowdown": slowdown}


def test_paint_and_shift_as_they_are_and_four_times_slower(opened):
    figures = [measured(opened(), slowdown) for slowdown in (1, 4)]
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "paint.json").write_text(json.dumps(figures, indent=1))
    print(figures)
    for figure in figures:
        assert figure["largest_paint_ms"] > 0
        assert figure["layout_shift"] < 0.05 and figure["layout_shift_while_used"] < 0.05, figure


def test_a_first_visit_is_light(opened):
    page = opened()
    loaded = []
    page.on("response", lambda response: loaded.append(response))
    page.reload()
    page.locator("#scenarios button").first.wait_for()
    page.wait_for_load_state("networkidle")
    bodies = {response.url: response.body() for response in loaded if response.url.startswith(URL) and response.status == 200}
    plain, packed = sum(map(len, bodies.values())), sum(len(gzip.compress(each)) for each in bodies.values())
    print({"files": len(bodies), "bytes": plain, "gzipped": packed})
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "first-load.json").write_text(json.dumps({"files": len(bodies), "bytes": plain, "gzipped": packed}))
    assert packed < 300_000
