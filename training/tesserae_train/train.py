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
    rate_share: float = 1.0
    """Of both rates; less where a trained model goes on."""
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

    def __call__(self, step: int, seconds: float, spent: float, **values) -> None:
        runs.note(self.folder, self.phase, step, seconds, **values)
        self.bar.set_postfix_str(f"step {step}, loss {values['loss']:.3f}", refresh=False)
        self.bar.n = min(self.bar.total, round(spent))
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
    brain_part = adapters.adapt(teacher.brain) if plan.stage != "1" else {}
    saved, patches_alone = runs.resume(path), plan.stage not in ("1", "2")
    if patches_alone:  # the readouts and the brain are those of stage two
        done = torch.load(checkpoint("2"))
        nerve.load_state_dict({k: v for k, v in done["nerve"].items() if k.startswith("readouts.")}, strict=False)
        load_adapters(brain_part, done["brain"])
    elif plan.stage == "2" and not saved:
        nerve.load_state_dict(torch.load(checkpoint("1"))["nerve"])
    elif not saved:
        print(f"words read from their letters: {teacher.teach_spelling(nerve):.1%}", flush=True)
    trained, brain_trained = list(nerve.parameters()), list(brain_part.values())
    if patches_alone:
        nerve.readouts.requires_grad_(False)
        [p.requires_grad_(False) for p in brain_part.values()]
        trained, brain_trained = list(nerve.patches.parameters()), []
    groups = [{"params": trained, "most": plan.rate * plan.rate_share, "weight_decay": 0.01}]
    if brain_trained:
        groups.append({"params": brain_trained, "most": plan.brain_rate * plan.rate_share, "weight_decay": 0.0})
    optimizer = torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.98))
    if saved:
        kept = {k: v for k, v in saved["nerve"].items() if k.startswith("patches.")} if patches_alone else saved["nerve"]
        nerve.load_state_dict(kept, strict=not patches_alone)
        load_adapters(brain_part, {} if patches_alone else saved["brain"])
        if "optimizer" in saved:  # a published model has none
            optimizer.load_state_dict(saved["optimizer"])
        school.rng.seed(plan.seed * 1000 + saved["step"])
    begun = saved or runs.START
    step, seen, earlier = begun["step"], begun["samples"], begun["earlier"]
    prose = text_batches(teacher, plan.seed + step) if plan.stage == "2" else None
    log, budget, recent, apart = Log(path.parent, plan), runs.Budget(plan.minutes, begun["seconds"] - earlier["seconds"]), [], 0.0
    seconds = lambda: earlier["seconds"] + budget.seconds()

    def save():
        runs.save(path, nerve=nerve.state_dict(), brain={k: v.detach() for k, v in brain_part.items()}, optimizer=optimizer.state_dict(),
                  school=plan.school, step=step, seconds=seconds(), samples=seen, earlier=earlier)

    for lessons in school.batches(plan.batch, plan.tiled_batch, tiled=plan.tiled):
        if budget.progress() >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = group["most"] * budget.rate(step - earlier["step"], rise=10 if earlier["step"] else 30, least=0.02)
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
            log(step, seconds(), budget.seconds(), loss=sum(recent) / len(recent), samples=seen, **({"apart": apart} if prose is not None else {}))
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
    """The nerve of a stage; the other schools' readouts are always stage two's, whenever their patches were trained."""
    saved = torch.load(checkpoint(stage))
    nerve = Nerve(saved["school"], len(eye.names()))
    nerve.load_state_dict(saved["nerve"])
    if stage not in ("1", "2"):
        nerve.load_state_dict({k: v for k, v in torch.load(checkpoint("2"))["nerve"].items() if k.startswith("readouts.")}, strict=False)
    return nerve.eval()
