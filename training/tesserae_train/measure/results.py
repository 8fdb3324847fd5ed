"""What was asked, said and found right; the table; the report that stays with the model."""

import json
from pathlib import Path

from tesserae_export.manifest import write_manifest

from . import judges, tasks
from .asking import Question


def row(question: Question, answer: str) -> dict:
    """One question with its verdict."""
    kept = {"question": question.turns[-1], "expected": question.expected, "answer": answer,
            "right": judges.JUDGES[question.judge](answer, question.expected)}
    if len(question.turns) > 1:
        kept["before"] = question.turns[:-1]
    if question.about:
        kept["about"] = question.about
    if question.judge == "exact":
        kept["right_any_case"] = judges.exact_any_case(answer, question.expected)
    return kept


def share(rows: list[dict], key: str = "right") -> float:
    """Percent."""
    return 100 * sum(r[key] for r in rows) / len(rows)


def summary(title: str, rows: list[dict], floor: float | None) -> dict:
    found = {"title": title, "right": sum(r["right"] for r in rows), "of": len(rows), "percent": round(share(rows), 1), "floor": floor}
    if "right_any_case" in rows[0]:
        found["percent_any_case"] = round(share(rows, "right_any_case"), 1)
    if floor is not None:
        found["passes"] = share(rows) >= floor
    return found | {"answers": rows}


def tiles_gain(with_tiles: list[dict], without: list[dict]) -> dict:
    """By how many points tiles beat the overview alone at the same questions."""
    gain = share(with_tiles) - share(without)
    return {"title": "small print: points that tiles gain over the overview alone", "with_tiles": round(share(with_tiles), 1),
            "without": round(share(without), 1), "of": len(with_tiles), "points": round(gain, 1), "floor": tasks.TILES_GAIN, "passes": gain >= tasks.TILES_GAIN}


def perplexity_line(found: dict) -> dict:
    loss = 100 * (found["exported"] / found["own_at_same_precision"] - 1)
    return found | {"title": "perplexity on text above the brain's own at the same precision", "loss_percent": round(loss, 2), "ceiling": tasks.PERPLEXITY_LOSS,
                    "passes": loss <= tasks.PERPLEXITY_LOSS}


def verdict(found: dict) -> str:
    return {True: "pass", False: "FAIL", None: "–"}[found.get("passes")]


def table(report: dict) -> str:
    """For a terminal: task, figure, size, floor, verdict."""
    lines = [("task", "right", "of", "at least", "")]
    for found in report["tasks"].values():
        floor = "–" if found["floor"] is None else f"{found['floor']:g} %"
        lines.append((found["title"], f"{found['percent']:.1f} %", str(found["of"]), floor, verdict(found)))
        if "percent_any_case" in found:
            lines.append(("  the same, upper and lower case alike", f"{found['percent_any_case']:.1f} %", str(found["of"]), "–", "–"))
    if gain := report.get("tiles_gain"):
        lines.append((gain["title"], f"{gain['points']:+.1f}", str(gain["of"]), f"{gain['floor']:+d}", verdict(gain)))
    if text := report.get("perplexity"):
        lines.append((f"{text['title']} ({text['exported']:.3f} against {text['own_at_same_precision']:.3f})", f"{text['loss_percent']:+.1f} %",
                      f"{text['tokens']} tokens", f"≤ {text['ceiling']} %", verdict(text)))
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    return "\n".join("  ".join((line[0].ljust(widths[0]), *(line[i].rjust(widths[i]) for i in range(1, 5)))).rstrip() for line in lines)


def path(folder: Path, nerve: str | None) -> Path:
    """Where the report of the model's own nerve, or of another, is kept."""
    return folder / "training" / ("evaluation.json" if not nerve else f"evaluation-{nerve}.json")


def write(report: dict, folder: Path) -> Path:
    """Into the model's folder, one row a line, so that two versions can be compared; the manifest lists it."""
    kept = path(folder, report["nerve"])
    kept.parent.mkdir(exist_ok=True)
    text = json.dumps(report | {"tasks": {}}, indent=1, ensure_ascii=False)
    tasks_text = []
    for name, found in report["tasks"].items():
        rows = ",\n   ".join(json.dumps(r, ensure_ascii=False) for r in found["answers"])
        head = json.dumps({k: v for k, v in found.items() if k != "answers"}, ensure_ascii=False)
        tasks_text.append(f"  {json.dumps(name)}: {head[:-1]}, \"answers\": [\n   {rows}]}}")
    kept.write_text(text.replace('"tasks": {}', '"tasks": {\n' + ",\n".join(tasks_text) + "\n }") + "\n")
    seal(folder)
    return kept


def seal(folder: Path) -> None:
    """The manifest again over what the folder holds now."""
    manifest = json.loads((folder / "tesserae.json").read_text())
    write_manifest(folder, {k: v for k, v in manifest.items() if k not in ("format", "revision", "files")})
