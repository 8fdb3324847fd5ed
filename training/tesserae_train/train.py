"""The two stages. One: eye and brain frozen, the nerve learns to say what the eye sees. Two: nerve and adapters of the brain, in conversation.

Each stage is resumable and keeps its loss curve as JSON lines; the other schools of nerve are trained after stage two with everything
else frozen, from the same readouts.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from . import adapters, eye, runs
from .lessons import School
from .nerve import Nerve
from .teacher import Teacher
from .workspace import run_folder


@dataclass
class Plan:
    """What is trained and for how long; the budget in minutes sets the cosine."""

    stage: str
    minutes: float
    batch: int = 6
    tiled_batch: int = 1
    tiled: float = 0.2
    rate: float = 2.4e-3
    brain_rate: float = 1e-3
    keep: float = 3.0
    """Weight of staying close to the plain brain on plain text, every fourth step of stage two."""
    school: str = "c-abstractor"
    seed: int = 1
    threads: int = 2


class Log:
    """Shows a bar and keeps the loss curve."""

    def __init__(self, folder: Path, plan: Plan):
        self.folder, self.phase = folder, f"stage-{plan.stage}"
        self.bar = tqdm(total=round(plan.minutes * 60), unit="s", desc=f"stage {plan.stage}", mininterval=5)

    def __call__(self, step: int, seconds: float, **values) -> None:
        runs.note(self.folder, self.phase, step, seconds, **values)
        self.bar.set_postfix_str(f"step {step}, loss {values['loss']:.3f}", refresh=False)
        self.bar.n = min(self.bar.total, round(seconds))
        self.bar.refresh()


def checkpoint(stage: str) -> Path:
    return run_folder(f"stage-{stage}") / "checkpoint.pt"


def text_batches(teacher: Teacher, seed: int, size: int = 4, length: int = 192):
    """Endless [size, length] token ids of prose that the evaluation does not read."""
    from .data import prose

    rng = random.Random(seed)
    ids = [i for text in prose.conversations() for i in teacher.tokenizer(text, add_special_tokens=False).input_ids]
    while True:
        starts = [rng.randrange(len(ids) - length) for _ in range(size)]
        yield torch.tensor([ids[s:s + length] for s in starts])


def run(plan: Plan, features: str = "features") -> Path:
    """Stages: "1", "2", and "linear" or "resampler" for the other schools."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    path = checkpoint(plan.stage)
    school = School(eye.Eye().net._fc.weight.numpy(), features, plan.seed)
    teacher = Teacher(cached_head=plan.stage == "1")
    nerve = teacher.new_nerve(plan.school, eye.names())
    before = {"1": None, "2": "1"}.get(plan.stage, "2")
    brain_part = adapters.adapt(teacher.brain) if plan.stage != "1" else {}
    if not before and not path.exists():
        print(f"words read from their letters: {teacher.teach_spelling(nerve):.1%}", flush=True)
    if before:
        saved = torch.load(checkpoint(before))
        kept = saved["nerve"] if plan.stage == "2" else {k: v for k, v in saved["nerve"].items() if k.startswith("readouts.")}
        nerve.load_state_dict(kept, strict=plan.stage == "2")
        load_adapters(brain_part, saved["brain"])  # none after stage one
    trained = list(nerve.parameters())
    if plan.stage not in ("1", "2"):
        nerve.readouts.requires_grad_(False)
        [p.requires_grad_(False) for p in brain_part.values()]
        trained, brain_trained = list(nerve.patches.parameters()), []
    else:
        brain_trained = list(brain_part.values())
    groups = [{"params": trained, "most": plan.rate, "weight_decay": 0.01}]
    if brain_trained:
        groups.append({"params": brain_trained, "most": plan.brain_rate, "weight_decay": 0.0})
    optimizer = torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.98))
    step, spent, seen = 0, 0.0, 0
    if saved := runs.resume(path):
        nerve.load_state_dict(saved["nerve"])
        load_adapters(brain_part, saved["brain"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent, seen = saved["step"], saved["seconds"], saved["samples"]
        school.rng.seed(plan.seed * 1000 + step)
    prose = text_batches(teacher, plan.seed + step) if plan.stage == "2" else None
    log, budget, recent, apart = Log(path.parent, plan), runs.Budget(plan.minutes, spent), [], 0.0

    def save():
        runs.save(path, nerve=nerve.state_dict(), brain={k: v.detach() for k, v in brain_part.items()}, optimizer=optimizer.state_dict(),
                  school=plan.school, step=step, seconds=budget.seconds(), samples=seen)

    for lessons in school.batches(plan.batch, plan.tiled_batch, tiled=plan.tiled):
        if budget.progress() >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = group["most"] * budget.rate(step, rise=30, least=0.02)
        loss = teacher.loss(nerve, lessons)
        loss.backward()
        if prose is not None and step % 4 == 0:
            divergence = plan.keep * teacher.keep(next(prose), adapters.switch)
            divergence.backward()
            apart = float(divergence.detach())
        torch.nn.utils.clip_grad_norm_(trained + brain_trained, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step, seen = step + 1, seen + len(lessons)
        recent.append(float(loss.detach()))
        if step % 10 == 0:
            log(step, budget.seconds(), loss=sum(recent) / len(recent), samples=seen, **({"apart": apart} if prose is not None else {}))
            recent = []
        if step % 50 == 0:
            save()
    save()
    return path


def load_adapters(part: dict, saved: dict) -> None:
    with torch.no_grad():
        for name, value in saved.items():
            part[name].copy_(value)


def load_nerve(stage: str) -> Nerve:
    saved = torch.load(checkpoint(stage))
    nerve = Nerve(saved["school"], len(eye.names()))
    nerve.load_state_dict(saved["nerve"])
    return nerve.eval()
