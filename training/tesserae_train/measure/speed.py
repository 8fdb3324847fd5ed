"""How long a photograph takes, from outside, and how much memory the server holds."""

import statistics
from pathlib import Path

from PIL import Image

from .asking import Server, first_turn, saved

SIZE = (1000, 750)
TOKENS = 64
FIRST_TOKEN_SECONDS = 1.0
TOKENS_A_SECOND = 60
RESIDENT_BYTES = 1.2e9


def photograph(source: Path) -> Image.Image:
    with Image.open(source) as opened:
        return opened.convert("RGB").resize(SIZE, Image.BICUBIC)


def variant(picture: Image.Image, number: int) -> bytes:
    """The same photograph with a corner of another colour, large enough to outlast shrinking: no cache knows it."""
    changed = picture.copy()
    side = max(2, min(picture.size) // 16)
    changed.paste((number * 37 % 256, number * 91 % 256, number // 256 * 60), (0, 0, side, side))
    return saved(changed, "JPEG", quality=92, subsampling=0)


def one(server: Server, picture: bytes, detail: str) -> dict:
    """First token and speed after it, in seconds and tokens a second, as the client sees them."""
    times, usage = [], {}
    for seconds, event in server.stream([first_turn("What is in this picture?", [picture], detail)], TOKENS, ignore_eos=True):
        if event["choices"] and event["choices"][0]["delta"].get("content"):
            times.append(seconds)
        usage = event if event.get("usage") else usage
    rate = (usage["usage"]["completion_tokens"] - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0
    return {"first_token_s": times[0], "tokens_a_second": rate, "tiles": usage["timings"]["tiles"], "prompt_tokens": usage["usage"]["prompt_tokens"],
            "stages": usage["timings"]["stages"]}


def resident(pid: int) -> dict:
    """Bytes that a process holds in memory, now and at most so far (Linux)."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Vm"))
    return {name: int(lines[key].split()[0]) * 1024 for name, key in (("now", "VmRSS"), ("most", "VmHWM"))}


def measure(server: Server, source: Path, pid: int | None, runs: int = 5) -> dict:
    """Medians over so many runs, after one that is not counted, for each detail."""
    picture = photograph(source)
    report = {"photograph": f"{SIZE[0]} × {SIZE[1]}", "runs": runs, "details": {}}
    for number, detail in enumerate(("low", "auto", "high")):
        found = [one(server, variant(picture, 1000 * number + run), detail) for run in range(runs + 1)][1:]
        report["details"][detail] = {
            "first_token_s": round(statistics.median(f["first_token_s"] for f in found), 3),
            "tokens_a_second": round(statistics.median(f["tokens_a_second"] for f in found), 1),
            "tiles": found[0]["tiles"], "prompt_tokens": found[0]["prompt_tokens"],
            "stages_ms": {name: round(statistics.median(f["stages"].get(name, 0) for f in found), 1) for name in found[0]["stages"]},
        }
    if pid:
        report["resident_bytes"] = resident(pid)
    return report


def lines(report: dict) -> list[str]:
    """What of it is demanded, and whether it holds."""
    found = [f"{detail:>5}: first token {r['first_token_s']:.2f} s, then {r['tokens_a_second']:.0f} tokens/s ({r['tiles']} tiles, {r['prompt_tokens']} tokens of prompt)"
             for detail, r in report["details"].items()]
    auto = report["details"]["auto"]
    found.append(f"a photograph of {report['photograph']}: first token {auto['first_token_s']:.2f} s (under {FIRST_TOKEN_SECONDS:.0f} s: "
                 f"{'pass' if auto['first_token_s'] < FIRST_TOKEN_SECONDS else 'FAIL'}), {auto['tokens_a_second']:.0f} tokens/s (at least {TOKENS_A_SECOND}: "
                 f"{'pass' if auto['tokens_a_second'] >= TOKENS_A_SECOND else 'FAIL'})")
    if "resident_bytes" in report:
        most = report["resident_bytes"]["most"]
        found.append(f"resident memory: {report['resident_bytes']['now'] / 1e6:.0f} MB now, {most / 1e6:.0f} MB at most (under {RESIDENT_BYTES / 1e9:.1f} GB: "
                     f"{'pass' if most < RESIDENT_BYTES else 'FAIL'})")
    else:
        found.append("resident memory: not known, since the server was started by someone else")
    return found
