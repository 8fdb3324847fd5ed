"""Puts the measured figures into the model's card: every block between <!-- NAME --> and <!-- /NAME --> is written from the reports beside it.

The rest of the card is written by hand and left alone.
"""

import json
import re
from pathlib import Path

from . import font_sources, sources

REPORT, GOLDEN, LOSS = "training/evaluation.json", "golden.json", "training/loss.json"
NERVES = ("linear", "resampler")
PHASES = {"eye": "the eye: characters and shapes", "reader": "the eye: the reader", "concepts": "the eye: names of drawn things", "stage-1": "stage one", "stage-2": "stage two",
          "stage-linear": "the linear nerve", "stage-resampler": "the resampler"}


def measure(out: str | Path) -> None:
    folder = Path(out)
    read = lambda name: json.loads((folder / name).read_text()) if (folder / name).exists() else None
    report, manifest = read(REPORT), read("tesserae.json")
    others = {name: found for name in NERVES if (found := read(f"training/evaluation-{name}.json"))}
    blocks = {
        "figures": figures(report), "nerves": nerves(report, others, manifest), "speed": speed(report), "examples": examples(read(GOLDEN)),
        "photographs": photographs(report), "training": training(read(LOSS)), "data": data(), "size": size(manifest),
    }
    card = folder / "README.md"
    text = card.read_text()
    for name, block in blocks.items():
        text, found = re.subn(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", lambda m: m[1] + block + "\n" + m[2], text, flags=re.S)
        if found != 1:
            raise ValueError(f"{card}: <!-- {name} --> … <!-- /{name} --> must stand in it once, but does {found} times")
    card.write_text(text)


def table(head: tuple, rows: list[tuple]) -> str:
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows))


def _held(found: dict) -> str:
    return "holds" if found["passes"] else "**missed**"


def _points(found: dict) -> str:
    return f"{found['points']:+.1f} points ({found['with_tiles']:.1f} % against {found['without']:.1f} %)"


def figures(report: dict) -> str:
    rows = []
    for found in report["tasks"].values():
        floor = "–" if found["floor"] is None else f"{found['floor']:g} %: " + _held(found)
        rows.append((found["title"], f"**{found['right']}** of {found['of']}", f"{found['percent']:.1f} %", floor))
        if "percent_any_case" in found:
            rows.append(("the same, upper and lower case alike", "", f"{found['percent_any_case']:.1f} %", "–"))
    gain, text = report["tiles_gain"], report["perplexity"]
    rows.append(("small print: tiles against the overview alone", "", _points(gain), f"{gain['floor']:+d} points: " + _held(gain)))
    rows.append((f"perplexity on English prose ({text['tokens']} tokens)", f"{text['exported']:.3f}; the brain's own {text['own_at_same_precision']:.3f}",
                 f"{text['loss_percent']:+.1f} %", f"≤ +{text['ceiling']} %: " + _held(text)))
    return table(("task", "right", "", "demanded"), rows)


def nerves(report: dict, others: dict[str, dict], manifest: dict) -> str:
    facts = {manifest["projector"]["kind"]: manifest["projector"]} | manifest["projector"].get("alternatives", {})
    reports = {manifest["projector"]["kind"]: report} | others
    rows = [("tokens a tile", *(facts[name]["tokens_per_tile"] for name in reports))]
    for task, found in report["tasks"].items():
        cells = [r["tasks"].get(task) for r in reports.values()]
        rows.append((found["title"], *(f"{c['percent']:.1f} % of {c['of']}" if c else "–" for c in cells)))
    rows.append(("small print: points that tiles gain", *(f"{r['tiles_gain']['points']:+.1f}" if "tiles_gain" in r else "–" for r in reports.values())))
    for detail, title in (("auto", "first token of a 1000 × 750 photograph, s"), ("high", "the same with tiles, s")):
        rows.append((title, *(f"{r['speed']['details'][detail]['first_token_s']:.2f}" if "speed" in r else "–" for r in reports.values())))
    return table(("", *reports), rows)


def speed(report: dict) -> str:
    found = report["speed"]
    rows = [(f"`{detail}`", r["tiles"], r["prompt_tokens"], f"{r['first_token_s']:.2f} s", f"{r['tokens_a_second']:.0f}") for detail, r in found["details"].items()]
    memory = f"\n\nResident memory of the whole system in one process: {found['resident_bytes']['most'] / 1e6:.0f} MB at most." if "resident_bytes" in found else ""
    return table(("detail", "tiles", "tokens of prompt", "first token", "tokens a second after it"), rows) + memory


def examples(golden: dict) -> str:
    rows = [(f"`{a['picture']}`" if a["picture"] else "(none)", a["detail"], a["question"], a["text"]) for a in golden["answers"] if a["nerve"] is None]
    return table(("picture", "detail", "question", "answer"), rows)


def photographs(report: dict) -> str:
    rows = [(r["about"], r["answer"], "yes" if r["right"] else "**no**")
            for task in ("photographs", "other-photographs") for r in report["tasks"][task]["answers"]]
    return table(("picture", "answer", "accepted"), rows)


def training(points: list[dict]) -> str:
    rows = []
    for phase, title in PHASES.items():
        mine = [p for p in points if p["phase"] == phase]
        if mine:
            last, loss = mine[-1], "loss" if "loss" in mine[-1] else "class"
            seen = last.get("samples", last.get("pictures", "–"))
            rows.append((title, last["step"], seen, f"{mine[0][loss]:.3f} → {last[loss]:.3f}", f"{last['seconds'] / 60:.0f} min"))
    return table(("", "steps", "samples", "loss", "time"), rows)


def data() -> str:
    """Every package that the recipe fetches; fonts by licence."""
    rows = [(f"`{name}`", "PyPI", use) for name, use in sources.PYPI.items()] + [(f"`{name}`", "npm", use) for name, use in sources.NPM.items()]
    rows += [(f"`{name}`", "Debian", use) for name, use in sources.DEBIAN.items()]
    rows += [("scikit-image, scikit-learn", "PyPI", "CC0-1.0, CC-BY-2.0, public domain; the motorcycle: Middlebury stereo benchmark: held-out photographs")]
    fonts: dict[str, int] = {}
    for use in (font_sources.debian() | font_sources.npm()).values():
        fonts[use] = fonts.get(use, 0) + 1
    rows += [(f"{count} packages of fonts", "Debian, npm", use) for use, count in fonts.items()]
    return table(("package", "from", "licence: use"), rows)


def size(manifest: dict) -> str:
    sizes = {f["path"]: f["bytes"] for f in manifest["files"] if f["path"] != "README.md"}
    of = lambda prefix: sum(s for path, s in sizes.items() if path.startswith(prefix)) / 1e6
    return (f"{sum(sizes.values()) / 1e6:.1f} MB in all (eye {of('vision/'):.1f}, nerves {of('projector/'):.1f}, brain {of('llm/'):.1f}), "
            f"the largest file {max(sizes.values()) / 1e6:.1f} MB.")
