"""One figure: what was asked of it, what it is, and whether it holds; beside it what it was made from."""

from __future__ import annotations


def at_most(name: str, goal: float, figure: float | None, against: str, **measured) -> dict:
    return _row(name, f"≤ {goal:g} {against}".strip(), figure, figure is not None and figure <= goal, measured)


def at_least(name: str, goal: float, figure: float | None, against: str, **measured) -> dict:
    return _row(name, f"≥ {goal:g} {against}".strip(), figure, figure is not None and figure >= goal, measured)


def failed(name: str, goal: str, why: Exception | str) -> dict:
    return _row(name, goal, None, False, {"why": str(why)[:1000]})


def _row(name: str, goal: str, figure: float | None, holds: bool, measured: dict) -> dict:
    return {"name": name, "goal": goal, "figure": None if figure is None else round(figure, 4), "holds": bool(holds), "measured": measured}


def ratio(ours: float, others: dict[str, float], least: bool) -> tuple[float | None, str]:
    """Ours over the best of theirs (the least, or the largest), and whose that is; none where no peer was measured."""
    if not others:
        return None, "no peer was measured"
    best = (min if least else max)(others, key=others.get)
    return ours / others[best], best
