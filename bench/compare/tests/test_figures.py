import json

import pytest

from compare.figures import row
from compare.figures.agreement import equal_parts
from compare.quiet import Gate
from compare.work import Work


def test_a_row_holds_where_its_figure_reaches_the_goal():
    assert row.at_most("a", 0.65, 0.65, "× theirs") == {"name": "a", "goal": "≤ 0.65 × theirs", "figure": 0.65, "holds": True, "measured": {}}
    assert not row.at_most("a", 0.65, 0.651, "")["holds"] and row.at_least("a", 1.6, 1.6, "")["holds"] and not row.at_least("a", 1.6, 1.59, "")["holds"]
    nobody = row.at_least("a", 1.0, None, "×", why="no peer")
    assert nobody["figure"] is None and not nobody["holds"] and nobody["measured"] == {"why": "no peer"}


def test_the_best_is_the_least_time_or_the_largest_rate():
    others = {"x": 2.0, "y": 4.0}
    assert row.ratio(1.0, others, least=True) == (0.5, "x") and row.ratio(1.0, others, least=False) == (0.25, "y")
    assert row.ratio(1.0, {}, least=True)[0] is None


def test_answers_agree_up_to_their_first_difference():
    wanted = [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert equal_parts([[1, 2, 9, 4], [5, 6, 7, 8]], wanted) == {"before_first_difference": 0.75, "first_token": 2}
    assert equal_parts([[9, 2, 3, 4], [5]], wanted) == {"before_first_difference": 0.125, "first_token": 1}


def test_a_measurement_is_made_once_and_again_for_more_repeats(tmp_path):
    calls = []

    def measure():
        calls.append(1)
        return {"rate": len(calls)}

    def work(repeats, threads=2, loud=False):
        return Work(tmp_path, repeats, threads, "int8", loud)

    assert work(5).measured("a b", measure) == work(5).measured("a b", measure) == work(3).measured("a b", measure) == {"rate": 1}
    assert work(7).measured("a b", measure) == {"rate": 2} and work(7, threads=1).measured("a b", measure) == {"rate": 3}
    work(1).forget(" b")
    assert work(1, loud=True).measured("a b", measure) == work(1, loud=True).measured("a b", measure) == {"rate": 4}
    assert work(1).measured("a b", measure) == {"rate": 5}  # what was measured on a busy machine counts there alone
    assert work(1, loud=True).measured("a b", measure) == {"rate": 5}


def test_a_failed_measurement_is_not_kept(tmp_path):
    work = Work(tmp_path, 1, 1, "int8")
    with pytest.raises(RuntimeError):
        work.measured("broken", lambda: (_ for _ in ()).throw(RuntimeError("no")))
    assert work.measured("broken", lambda: {"fine": 1}) == {"fine": 1}
    assert json.loads((tmp_path / "measured/broken.json").read_text())["result"] == {"fine": 1}


def test_the_gate_stays_shut_while_others_compute(monkeypatch):
    busy, waits = iter([0.0, 1.9, 0.0, 1.0, 0.0, 0.01]), []
    monkeypatch.setattr("compare.quiet.busy_seconds", lambda: next(busy))
    clock = iter(range(100))
    monkeypatch.setattr("compare.quiet.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("compare.quiet.time.sleep", waits.append)
    Gate(most=0.1, seconds=1.0).wait()
    assert waits == [1.0] * 3
    Gate(most=None).wait()
    assert len(waits) == 3


def test_what_the_measured_server_uses_itself_is_not_others(monkeypatch):
    busy, own = iter([10.0, 11.05]), iter([3.0, 4.0])
    monkeypatch.setattr("compare.quiet.busy_seconds", lambda: next(busy))
    monkeypatch.setattr("compare.quiet.time.sleep", lambda seconds: None)
    clock = iter(range(100))
    monkeypatch.setattr("compare.quiet.time.monotonic", lambda: next(clock))
    Gate(most=0.1, seconds=1.0).wait(lambda: next(own))  # 0.05 of a processor by others; no further look is asked for
