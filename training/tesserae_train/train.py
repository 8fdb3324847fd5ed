"""Stage one of the recipe: eye and brain frozen, the nerve learns to say what the eye sees.

Before it, a short warm-up without the brain: the nerve's tokens are drawn towards the brain's own embeddings of the words that
name the picture, which costs a hundredth of a full step and lets the brain read something from the first step on.
"""

import json
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from transformers import DynamicCache

from . import brain as brains
from . import prompt
from .data.imagenet import names
from .eye import Eye
from .lessons import Lesson, School
from .nerve import GIST, Nerve, class_embeddings
from .workspace import run_folder


@dataclass
class Plan:
    """What is trained and for how long; a run stops at `steps` or `minutes`, whichever comes first."""

    name: str = "stage-1"
    steps: int = 2400
    minutes: float = 60
    batch: int = 16
    tiled_batch: int = 5
    rate: float = 1e-3
    warm_up_steps: int = 700
    warm_up_batch: int = 64
    pull: float = 0.2
    """Weight of the warm-up's loss beside the brain's in stage one, on pictures of its own."""
    pull_batch: int = 64
    seed: int = 1
    threads: int = 2


class Teacher:
    """The frozen brain in bfloat16, with the constant head of every prompt computed once."""

    def __init__(self):
        self.tokenizer = prompt.with_image_token(brains.load_tokenizer())
        self.brain = brains.load(torch.bfloat16)
        self.table = self.brain.get_input_embeddings().weight.detach()
        head = self.tokenizer(prompt.HEAD, return_tensors="pt", add_special_tokens=False).input_ids
        with torch.no_grad():
            cache = self.brain.model(input_ids=head, use_cache=True).past_key_values
        self.head = [(layer.keys, layer.values) for layer in cache.layers]  # each [1, kv_head, head, head_dim]
        self.head_length = head.shape[1]

    def loss(self, nerve: Nerve, lessons: list[Lesson]) -> torch.Tensor:
        """Mean cross entropy over the answers' tokens."""
        encoded = [prompt.encode(self.tokenizer, l.grid, l.turns, l.picture_last) for l in lessons]
        longest = -(-max(len(ids) for ids, _ in encoded) // 16) * 16  # few distinct shapes: kernels are made once a shape
        ids = torch.full((len(lessons), longest), prompt.END_ID)
        targets = torch.full((len(lessons), longest), -100)
        for row, (i, t) in enumerate(encoded):
            ids[row, :len(i)], targets[row, :len(t)] = torch.tensor(i), torch.tensor(t)
        holes = ids == prompt.IMAGE_ID
        tokens = _see(nerve, lessons).to(self.table.dtype)  # [slot, token, width]
        embeds = F.embedding(ids.masked_fill(holes, 0), self.table)
        embeds = embeds.masked_scatter(holes.unsqueeze(-1), tokens)
        states = self.brain.model(
            inputs_embeds=embeds, past_key_values=self._cache(len(lessons)), use_cache=True,
            attention_mask=torch.ones(len(lessons), self.head_length + longest, dtype=torch.long),
            position_ids=torch.arange(self.head_length, self.head_length + longest).expand(len(lessons), -1),
        ).last_hidden_state
        said = targets != -100
        logits = states[said] @ self.table.T
        return F.cross_entropy(logits.float(), targets[said])

    def _cache(self, rows: int) -> DynamicCache:
        cache = DynamicCache()
        for layer, (keys, values) in enumerate(self.head):
            cache.update(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), layer)
        return cache

    def new_nerve(self) -> Nerve:
        table = self.table.float()
        return Nerve(class_embeddings=class_embeddings(self.tokenizer, table, names()), token_scale=float(table.pow(2).mean().sqrt()))


def _see(nerve: Nerve, lessons: list[Lesson]) -> torch.Tensor:
    features = torch.from_numpy(np.concatenate([l.features for l in lessons])).float()
    classes = torch.from_numpy(np.concatenate([l.classes for l in lessons]))
    with torch.autocast("cpu", torch.bfloat16):
        return nerve(features, classes)


class WordPull:
    """Pulls the patch tokens towards the brain's embeddings of the words that are true of a picture: a bag of words, no brain.

    Only drawn pictures serve: a made-up posterior says nothing about the ground it stands on.
    """

    def __init__(self, teacher: Teacher, school: School, seed: int, scale: float = 12.0):
        self.pictures = [r for kind in ("emoji", "shapes") for r in school.records[kind]]
        self.rng, self.scale = random.Random(seed), scale
        self.words = [sorted(set(teacher.tokenizer(" " + _saying(r.facts), add_special_tokens=False).input_ids)) for r in self.pictures]
        vocabulary = sorted({word for row in self.words for word in row})
        self.column = {word: c for c, word in enumerate(vocabulary)}
        self.rows = F.normalize(teacher.table.float()[vocabulary], dim=-1)  # [word, width]

    def loss(self, nerve: Nerve, size: int) -> torch.Tensor:
        """Cross entropy between each picture's words and the words its tokens lie nearest to."""
        chosen = self.rng.sample(range(len(self.pictures)), size)
        wanted = torch.zeros(size, len(self.rows))
        for row, c in enumerate(chosen):
            wanted[row, [self.column[word] for word in self.words[c]]] = 1 / len(self.words[c])
        lessons = [Lesson(self.pictures[c].features, self.pictures[c].classes.astype(np.float32), None, []) for c in chosen]
        patches = F.normalize(_see(nerve, lessons)[:, GIST:].float(), dim=-1)  # [picture, PATCH_TOKENS, width]
        nearness = torch.logsumexp(2 * self.scale * patches @ self.rows.T, 1) / 2  # [picture, word]
        return -(wanted * F.log_softmax(nearness, -1)).sum(1).mean()


def warm_up(nerve: Nerve, pull: WordPull, plan: Plan, note) -> None:
    """Costs a hundredth of stage one a picture, and leaves tokens that the brain can read from its first step on."""
    optimizer = torch.optim.AdamW([p for n, p in nerve.named_parameters() if "gist" not in n], lr=plan.rate, weight_decay=0.05)
    for step in range(plan.warm_up_steps):
        _set_rate(optimizer, plan.rate, step / plan.warm_up_steps, step)
        loss = pull.loss(nerve, plan.warm_up_batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(nerve.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 49:
            note("warm-up", step + 1, float(loss.detach()))


def _saying(facts: dict) -> str:
    if "name" in facts:
        return facts["name"]
    if "left" in facts:
        return " ".join(f"{colour} {shape}" for shape, colour in (facts["left"], facts["right"]))
    return f"{facts['colour']} {facts['shape']}"


def _set_rate(optimizer, rate: float, progress: float, step: int, rise: int = 50) -> None:
    """A short linear rise, then a cosine down to a fiftieth; progress from 0 to 1."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(1, progress)))
    for group in optimizer.param_groups:
        group["lr"] = rate * min(1, (step + 1) / rise) * (0.02 + 0.98 * cosine)


class Log:
    """Prints progress and keeps the loss curve as JSON lines."""

    def __init__(self, folder: Path):
        self.path, self.start = folder / "loss.jsonl", time.time()

    def __call__(self, phase: str, step: int, loss: float, **more) -> None:
        entry = {"phase": phase, "step": step, "loss": round(loss, 4), "seconds": round(time.time() - self.start, 1), **more}
        with self.path.open("a") as out:
            out.write(json.dumps(entry) + "\n")
        print(entry, flush=True)


def stage_one(plan: Plan) -> Path:
    """Train until the plan ends; goes on from the last checkpoint of the same name."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    folder = run_folder(plan.name)
    note = Log(folder)
    school = School(Eye().net._fc.weight.numpy(), seed=plan.seed)
    teacher = Teacher()
    nerve = teacher.new_nerve()
    pull = WordPull(teacher, school, plan.seed)
    checkpoint = folder / "checkpoint.pt"
    step, spent, seen = 0, 0.0, 0
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        nerve.load_state_dict(saved["nerve"])
        step, spent, seen = saved["step"], saved["seconds"], saved["samples"]
        note.start -= spent
    else:
        warm_up(nerve, pull, plan, note)
    optimizer = torch.optim.AdamW(nerve.parameters(), lr=plan.rate, weight_decay=0.02, betas=(0.9, 0.98))
    if checkpoint.exists():
        optimizer.load_state_dict(saved["optimizer"])
        school.rng.seed(plan.seed * 1000 + step)
        pull.rng.seed(plan.seed * 1000 + step)
    started, recent = time.time() - spent, []
    for lessons in school.batches(plan.batch, plan.tiled_batch):
        seconds = time.time() - started
        progress = max(step / plan.steps, seconds / (plan.minutes * 60))
        if progress >= 1:
            break
        _set_rate(optimizer, plan.rate, progress, step)
        loss = teacher.loss(nerve, lessons)
        optimizer.zero_grad()
        (loss + plan.pull * pull.loss(nerve, plan.pull_batch)).backward()
        torch.nn.utils.clip_grad_norm_(nerve.parameters(), 1.0)
        optimizer.step()
        step, seen = step + 1, seen + len(lessons)
        recent.append(float(loss.detach()))
        if step % 20 == 0:
            note("stage-1", step, sum(recent) / len(recent), samples=seen)
            recent = []
        if step % 50 == 0:
            save(checkpoint, nerve, optimizer, step, seconds, seen)
    save(checkpoint, nerve, optimizer, step, time.time() - started, seen)
    return checkpoint


def save(path: Path, nerve: Nerve, optimizer, step: int, seconds: float, samples: int) -> None:
    part = path.with_suffix(".part")
    torch.save({"nerve": nerve.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seconds": seconds, "samples": samples}, part)
    part.replace(path)
