"""The simulation against what queueing theory says, and against itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from capacity import Load, Times, first_token, plan, simulate  # noqa: E402

INSTANT = dict(eye_run=0.0, nerve_tile=1e-6, prefill_token=1e-9, decode_step=1e-6, decode_answer=0.0, gateway=0.0)
ONE = {"eye": 1, "nerve": 1, "brain": 1}


def mean_wait(rate, tile, eyes=1):
    times = Times(**INSTANT, eye_tile=tile, eye_batch=1)
    questions = simulate(times, Load(rate=rate, tiles=1, answer=1, seconds=200), {**ONE, "eye": eyes}, None)
    return sum(question.first - question.arrival for question in questions) / len(questions) - tile


def test_one_eye_waits_as_pollaczek_and_khinchine_say():
    rate, tile = 7.0, 0.1
    use = rate * tile
    assert abs(mean_wait(rate, tile) - use * tile / (2 * (1 - use))) < 0.05


def test_more_replicas_wait_less_and_a_plan_meets_its_goal():
    assert mean_wait(7.0, 0.1, eyes=2) < mean_wait(7.0, 0.1) / 3
    times, load = Times(), Load(rate=6, tiles=3, seconds=20)
    replicas, reached = plan(times, load, goal=1.5, part=0.95, most=40)
    assert reached <= 1.5
    fewer = {**replicas, "brain": replicas["brain"] - 1} if replicas["brain"] > 1 else {**replicas, "eye": max(1, replicas["eye"] - 1)}
    assert sum(fewer.values()) == sum(replicas.values()) or first_token(simulate(times, load, fewer, None), 0.95) > reached


def test_shared_processors_slow_everything():
    load = Load(rate=3, tiles=1, seconds=20)
    assert first_token(simulate(Times(), load, ONE, 1), 0.5) > first_token(simulate(Times(), load, ONE, None), 0.5)


def test_batches_share_a_run():
    alone = Times(**{**INSTANT, "eye_run": 0.1}, eye_tile=0.001, eye_batch=1)
    batched = Times(**{**INSTANT, "eye_run": 0.1}, eye_tile=0.001, eye_batch=8)
    load = Load(rate=9, tiles=4, answer=1, seconds=30)
    assert first_token(simulate(batched, load, ONE, None), 0.5) < first_token(simulate(alone, load, ONE, None), 0.5) / 4
