"""python -m tesserae_train.evaluate: what a running server can do, on pictures that no training sample holds.

Everything is asked through /v1/chat/completions, greedy; the table says for each task how much was right of how many and what is demanded.
"""

import argparse
import json
import random
import sys
from pathlib import Path

from .measure import results, speed, tasks
from .measure.asking import Server
from .measure.kept import Kept
from .workspace import work_folder

SEED = 20261124
MODEL = Path(__file__).parents[2] / "models" / "tesserae-135m"
NAMES = (*tasks.TASKS, "perplexity", "speed")


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tesserae eval", description=__doc__.split("\n")[2])
    parser.add_argument("--task", action="append", choices=NAMES, metavar="TASK", help=f"only this one; may be given again. One of: {', '.join(NAMES)}")
    parser.add_argument("--count", type=int, help="questions a task (default: each task's own)")
    parser.add_argument("--url", default="http://localhost:8080", help="a running server")
    parser.add_argument("--detail", choices=("auto", "low", "high"), help="for every picture (default: auto, and both low and high for small print)")
    parser.add_argument("--nerve", help="ask for this nerve of the model (default: the model's own)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--at-once", type=int, default=2, help="questions asked at once")
    parser.add_argument("--resume", action="store_true", help="keep each answer in the work folder as it comes, and ask nothing again that this revision of the model has answered")
    parser.add_argument("--speed", action="store_true", help="also time a photograph of 1000 × 750 pixels and look at the server's memory, as --task speed does alone")
    parser.add_argument("--write-sample", action="store_true", help="only choose the fixed sample that './tesserae test' asks, ask it, and keep what must hold")
    parser.add_argument("--model", type=Path, default=MODEL, help="the model's folder, where the report is kept")
    parser.add_argument("--pid", type=int, help="process of the server, for its memory")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    return parser.parse_args(arguments)


def ask(server: Server, name: str, wanted: argparse.Namespace) -> list[dict]:
    """One task, with a random stream of its own, so that a task alone asks what it asks among all."""
    task = tasks.TASKS[name]
    questions = task.make(random.Random(f"evaluation {name} {wanted.seed}"), wanted.count or task.count)
    for question in questions:
        question.detail = wanted.detail or question.detail
    kept = Kept(work_folder() / "answers", server.model()["revision"], wanted.nerve) if wanted.resume else None
    return asked(server, questions, wanted.at_once, kept)


def asked(server: Server, questions: list, at_once: int, kept: Kept | None = None) -> list[dict]:
    """Each question with its answer and verdict; those that are kept are not asked again."""
    known = [kept.answer(question) if kept else None for question in questions]
    answers = server.ask_all([question for question, answer in zip(questions, known) if answer is None], at_once)
    rows = []
    for question, answer in zip(questions, known):
        if answer is None:
            answer = next(answers)
            if kept:
                kept.add(question, answer)
        rows.append(results.row(question, answer))
        if sys.stderr.isatty():
            print(f"\r{question.task}: {sum(r['right'] for r in rows)} of {len(rows)} ", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return rows


def prepare(names: list[str]) -> None:
    """Fetches what pictures are made from, and unpacks the brain as it came; what is there already is left alone."""
    if set(names) - {"speed"}:
        from . import brain, sources

        sources.fetch()
        brain.convert()


def measure(wanted: argparse.Namespace) -> dict:
    server = Server(wanted.url, wanted.nerve)
    model = server.model()
    report = {"made_by": "./tesserae eval", "model": model["id"], "revision_asked": model["revision"], "nerve": wanted.nerve, "seed": wanted.seed,
              "how": "asked over HTTP, greedy, 32 tokens at most; judges are in training/tesserae_train/measure/judges.py", "tasks": {}}
    prepare(wanted.task or NAMES)
    for name in wanted.task or NAMES[:-1]:
        if name == "speed":
            continue
        if name == "perplexity":
            from . import perplexity

            report["perplexity"] = results.perplexity_line(perplexity.measure(wanted.model, keep=False))
            continue
        rows = ask(server, name, wanted)
        task = tasks.TASKS[name]
        report["tasks"][name] = results.summary(task.title, rows, task.floor)
        print(f"{task.title}: {report['tasks'][name]['right']} of {len(rows)}", flush=True)
        if name == "small-print" and not wanted.detail:
            without = ask(server, name, argparse.Namespace(**vars(wanted) | {"detail": "low"}))
            report["tasks"]["small-print, overview alone"] = results.summary("the same with the overview alone", without, None)
            report["tiles_gain"] = results.tiles_gain(rows, without)
    if wanted.speed or "speed" in (wanted.task or ()):
        report["speed"] = speed.measure(server, wanted.model / "examples" / "coffee.jpg", wanted.pid)
    return report


def main() -> None:
    wanted = options()
    if wanted.write_sample:
        from .measure import sample

        prepare(list(NAMES))
        sample.write(Server(wanted.url, wanted.nerve), wanted.model, wanted.at_once)
        return
    report = measure(wanted)
    if report["tasks"] or "perplexity" in report:
        print("\n" + results.table(report))
    if "speed" in report:
        print("\n" + "\n".join(speed.lines(report["speed"])))
    whole = not (wanted.task or wanted.detail or (wanted.count and not wanted.nerve))  # another nerve may be compared on fewer questions
    if whole and not wanted.dry_run:
        print(f"\nevery question, answer and verdict: {results.write(report, wanted.model)}")
    kept = results.path(wanted.model, wanted.nerve)
    if wanted.task == ["speed"] and not wanted.dry_run and kept.exists():
        results.write(json.loads(kept.read_text()) | {"speed": report["speed"]}, wanted.model)
        print(f"\nput into {kept}")
    failed = [found["title"] for found in (*report["tasks"].values(), report.get("tiles_gain", {}), report.get("perplexity", {})) if found.get("passes") is False]
    sys.exit(f"below what is demanded: {'; '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
