"""A conversation about one picture as token ids with holes where the slots' embeddings go."""

import re
from dataclasses import dataclass

from . import pixels
from .nerve import tokens as tokens_of

IMAGE = "<image>"
IMAGE_ID = 49152
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
HEAD = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n"
END_ID = 2


def expanded(columns_rows: tuple[int, int] | None, tokens: int = tokens_of()) -> str:
    """One picture's part of the prompt: the nerve's image tokens for each slot, and the line breaks between rows."""
    return "".join(part if isinstance(part, str) else IMAGE * tokens for part in pixels.layout(columns_rows))


def with_image_token(tokenizer):
    """The brain's tokenizer with the one special token that marks a picture's place."""
    tokenizer.add_special_tokens({"additional_special_tokens": [IMAGE]})
    assert tokenizer.convert_tokens_to_ids(IMAGE) == IMAGE_ID
    return tokenizer


def spelled(tokenizer, text: str) -> list[int]:
    """Token ids of an answer; what stands between « and » is taken character by character, as the eye's reading tokens come."""
    ids: list[int] = []
    for number, piece in enumerate(re.split("[«»]", text)):
        pieces = [piece] if number % 2 == 0 else list(piece)
        for part in pieces:
            ids += tokenizer(part, add_special_tokens=False).input_ids if part else []
    return ids


def encode(tokenizer, grids: list, turns: list[tuple[str, str]], image_last: bool = False, tokens: int = tokens_of()) -> tuple[list[int], list[int]]:
    """(ids after HEAD, targets): target[i] is the id to be predicted at i, −100 where nothing is asked of the model.

    grids: one entry a picture, its tiles' (columns, rows) or None.
    """
    pictures = "".join(expanded(grid, tokens) for grid in grids)
    ids: list[int] = []
    answered: list[bool] = []
    for number, (question, answer) in enumerate(turns):
        before = "" if number == 0 else "<|im_start|>user\n"
        if number == 0 and pictures:
            question = question + "\n" + pictures if image_last else pictures + question
        asked = tokenizer(f"{before}{question}<|im_end|>\n<|im_start|>assistant\n", add_special_tokens=False).input_ids
        said = [*spelled(tokenizer, answer), END_ID]
        between = [] if number + 1 == len(turns) else tokenizer("\n", add_special_tokens=False).input_ids
        ids += asked + said + between
        answered += [False] * len(asked) + [True] * len(said) + [False] * len(between)
    targets = [ids[i + 1] if i + 1 < len(ids) and answered[i + 1] else -100 for i in range(len(ids))]
    return ids, targets


@dataclass
class Encoded:
    """A lesson's token ids after HEAD, each with its target, its branch and its position."""

    ids: list[int]
    targets: list[int]
    branches: list[int]
    """0 for what all questions share; questions asked apart see nothing of each other."""
    positions: list[int]


def after(head: list[int], lesson: Encoded) -> Encoded:
    """The same with the prompt's head before it."""
    n = len(head)
    return Encoded(head + lesson.ids, [-100] * n + lesson.targets, [0] * n + lesson.branches, [*range(n), *(p + n for p in lesson.positions)])


def encode_lesson(tokenizer, lesson, tokens: int = tokens_of()) -> Encoded:
    """A conversation; or, of a lesson whose questions are apart, the picture once and after it each question as if it were the first."""
    if not lesson.apart:
        ids, targets = encode(tokenizer, lesson.grids, lesson.turns, lesson.picture_last, tokens)
        return Encoded(ids, targets, [0] * len(ids), list(range(len(ids))))
    shared = tokenizer("".join(expanded(grid, tokens) for grid in lesson.grids), add_special_tokens=False).input_ids
    n = len(shared)
    whole = Encoded([*shared], [-100] * n, [0] * n, list(range(n)))
    for number, turn in enumerate(lesson.turns, 1):
        ids, targets = encode(tokenizer, lesson.grids, [turn], False, tokens)
        assert ids[:n] == shared, "a question must not melt into the picture's last token"
        whole.ids += ids[n:]
        whole.targets += targets[n:]
        whole.branches += [number] * (len(ids) - n)
        whole.positions += range(n, len(ids))
    return whole
