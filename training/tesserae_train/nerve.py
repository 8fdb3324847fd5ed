"""The nerve: what the eye says, in the brain's own space.

Two parts. `Readouts` turns what the eye is sure of (classes, names, colours, counts, characters) into tokens by multiplying its probabilities
with tables that start as the brain's embeddings of the words themselves. The patch part is one of three schools: a linear map of every
patch (LLaVA), a resampler of learned queries (BLIP-2, Qwen-VL), or a C-Abstractor that merges neighbours and keeps their place (the default).
"""

import torch
from torch import nn
from torch.nn import functional as F

from .concepts import DOMAINS, GROUNDS
from .data import imagenet
from .data.glyphs import CHARACTERS
from .data.scenes import COLOURS, SHAPES
from .dense import COUNTS, GLYPHS, N_COLOUR, N_GLYPH, N_SHAPE, OBJECTS, shifted
from .eye import GRID, HIDDEN, PATCHES, SCALES
from .spelling import Spelling

BOUND = 0.25
"""How much each of a shape's tokens says of its colour and shape besides: a token that is found by them carries what is asked."""
GIST, NAMES = 4, 3
"""Tokens for the eye's ImageNet class and for the name of a drawn thing: 96 and 98 in a hundred names have no more."""
FRONT = GIST + NAMES + 3 + 5 * OBJECTS
WIDTH = 576
SCHOOLS = ("c-abstractor", "linear", "resampler")
PATCH_TOKENS = {"c-abstractor": (GRID // 2) ** 2, "linear": PATCHES, "resampler": (GRID // 2) ** 2}
DOMAIN_WORDS = ("photo", "drawing", "shapes", "text", "empty")
COUNT_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "many")


def tokens(school: str = "c-abstractor") -> int:
    """Image tokens a tile: the readouts' front, the patches, the glyphs."""
    return FRONT + PATCH_TOKENS[school] + GLYPHS


class Readouts(nn.Module):
    """Probabilities → tokens: [tile, FRONT, WIDTH] and [tile, GLYPHS, WIDTH]."""

    def __init__(self, names: int, words=None):
        """words(texts, n): [text, n, WIDTH], the brain's embeddings of texts in n tokens; without it, tables to be loaded into."""
        super().__init__()
        start = words or (lambda texts, n: torch.zeros(len(texts), n, WIDTH))
        table = lambda texts, n=1: nn.Parameter(start(texts, n).reshape(len(texts), n * WIDTH).clone())
        blank = [""] * names
        self.classes = table(imagenet.names(), GIST)
        self.concepts = table(words.names if words else blank, NAMES)
        self.domains, self.grounds = table(DOMAIN_WORDS), table([g if g != "none" else "mixed" for g in GROUNDS])
        self.counts = table(COUNT_WORDS)
        self.shapes, self.colours = table(SHAPES), table(COLOURS)
        self.columns, self.rows = table(("left", "middle", "right")), table(("top", "middle", "bottom"))
        self.sizes = table(("bigger", "smaller"))
        self.characters = nn.Parameter((words.characters(CHARACTERS) if words else torch.zeros(N_GLYPH, WIDTH)).clone())
        self.spelling = Spelling(WIDTH)
        self.gap, self.line = table((" and",)), table(("line",))
        self.no_object, self.no_glyph = table(("nothing",)), table(("nothing",))
        with torch.no_grad():
            for v in (self.gap, self.line, self.sizes):
                v *= 0.5
        self.object_geometry = nn.Linear(4, WIDTH)
        self.glyph_geometry = nn.Linear(3, WIDTH)
        nn.init.zeros_(self.object_geometry.weight), nn.init.zeros_(self.glyph_geometry.weight)
        self.front_place = nn.Parameter(torch.zeros(FRONT, WIDTH))
        self.glyph_place = nn.Parameter(torch.zeros(GLYPHS, WIDTH))

    def forward(self, classes, concepts, facts, objects, glyphs):
        domains, grounds, counts = torch.split(facts, (len(DOMAINS), len(GROUNDS), COUNTS), -1)
        gist = (classes @ self.classes).unflatten(1, (GIST, WIDTH))
        names = (concepts @ self.concepts).unflatten(1, (NAMES, WIDTH))
        three = torch.stack((domains @ self.domains, grounds @ self.grounds, counts @ self.counts), 1)
        front = torch.cat((gist, names, three, self._objects(objects)), 1) + self.front_place
        return front, self._glyphs(glyphs) + self.glyph_place

    def _objects(self, objects):
        """[tile, OBJECTS, …] → five tokens an object, as text would have them: bigger red square top left."""
        shapes, colours, facts = torch.split(objects, (N_SHAPE, N_COLOUR, 6), -1)
        there, x, y = facts[..., :1], facts[..., 2], facts[..., 3]
        colour, shape, size = colours @ self.colours, shapes @ self.shapes, _ends(facts[..., 0]) @ self.sizes
        where = self.object_geometry(facts[..., 2:])
        five = torch.stack((size, colour, shape, _thirds(y) @ self.rows + where, _thirds(x) @ self.columns + where), -2)
        five = five + BOUND * (colour + shape)[..., None, :]  # [tile, OBJECTS, 5, WIDTH]
        there = there[..., None]
        return (five * there + (1 - there) * self.no_object).flatten(1, 2)

    def _glyphs(self, glyphs):
        characters, facts = torch.split(glyphs, (N_GLYPH, 7), -1)
        there, gap, line = facts[..., :1], facts[..., 2:3], facts[..., 3:4]
        token = characters @ self.characters + gap * self.gap + line * self.line + self.glyph_geometry(facts[..., 4:])
        return (token + self.spelling(glyphs)) * there + (1 - there) * self.no_glyph


def _ends(there: torch.Tensor) -> torch.Tensor:
    """[tile, OBJECTS], ones first → [tile, OBJECTS, 2]: 1 for the first and for the last of two or more."""
    several = (there.sum(-1, keepdim=True) > 1.5).to(there.dtype)
    return torch.stack((there * (1 - shifted(there)), there * (1 - shifted(there, -1))), -1) * several[..., None]


def _thirds(v: torch.Tensor) -> torch.Tensor:
    """[…] in 0..1 → […, 3]: how much it lies in the first, middle and last third, soft within two hundredths of the borders."""
    first = ((1 / 3 + 0.02 - v) / 0.04).clamp(0, 1)
    last = ((v - 2 / 3 + 0.02) / 0.04).clamp(0, 1)
    return torch.stack((first, 1 - first - last, last), -1)


class Patches(nn.Module):
    """The part in which the schools differ: image_features [tile, 64, HIDDEN] → [tile, PATCH_TOKENS, WIDTH]."""

    def __init__(self, school: str, inner: int = 384, token_scale: float = 0.1):
        super().__init__()
        self.school = school
        self.norms = nn.ModuleList(nn.LayerNorm(c) for c in SCALES)
        count = PATCH_TOKENS[school]
        self.place = nn.Parameter(torch.randn(count, WIDTH) * token_scale * 0.1)
        self.scale = nn.Parameter(torch.full((WIDTH,), token_scale))
        if school == "linear":
            self.out = nn.Linear(HIDDEN, WIDTH)
        elif school == "resampler":
            inner = 256
            self.reduce = nn.Linear(HIDDEN, inner)
            self.where = nn.Parameter(torch.randn(PATCHES, inner) * 0.02)
            self.queries = nn.Parameter(torch.randn(count, inner) * 0.5)
            self.key_value = nn.Linear(inner, 2 * inner)
            self.query = nn.Linear(inner, inner)
            self.mix = nn.Linear(inner, inner)
            self.widen, self.out = nn.Linear(inner, 2 * inner), nn.Linear(2 * inner, WIDTH)
        else:
            self.reduce = nn.Linear(HIDDEN, inner)
            self.look_around = nn.Conv2d(inner, inner, 3, padding=1, groups=inner)
            self.merge = nn.Linear(4 * inner, 2 * inner)
            self.out = nn.Linear(2 * inner, WIDTH)

    def forward(self, image_features: torch.Tensor) -> torch.Tensor:
        scales = torch.split(image_features, SCALES, -1)
        x = torch.cat([norm(s) for norm, s in zip(self.norms, scales)], -1)
        x = getattr(self, "_" + self.school.replace("-", "_"))(x)
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.scale + self.place

    def _linear(self, x):
        return self.out(x)

    def _resampler(self, x, heads: int = 4):
        x = self.reduce(x) + self.where  # [tile, 64, inner]
        keys, values = self.key_value(x).chunk(2, -1)
        apart = lambda v: v.unflatten(-1, (heads, -1)).transpose(-2, -3)
        queries = apart(self.query(self.queries))  # [head, query, channel]
        weights = torch.softmax(queries @ apart(keys).transpose(-1, -2) / queries.shape[-1] ** 0.5, -1)
        seen = (weights @ apart(values)).transpose(-2, -3).flatten(-2)
        seen = self.queries + self.mix(seen)
        return self.out(F.gelu(self.widen(seen), approximate="tanh"))

    def _c_abstractor(self, x):
        x = F.gelu(self.reduce(x), approximate="tanh")  # [tile, 64, inner]
        square = x.transpose(1, 2).unflatten(2, (GRID, GRID))
        square = square + F.gelu(self.look_around(square), approximate="tanh")
        merged = F.pixel_unshuffle(square, 2).flatten(2).transpose(1, 2)  # [tile, 16, 4·inner]
        return self.out(F.gelu(self.merge(merged), approximate="tanh"))


class Nerve(nn.Module):
    """The eye's OUTPUTS → image_embeds [tile, tokens(school), WIDTH]: front, patches, glyphs."""

    def __init__(self, school: str = "c-abstractor", names: int = 1, words=None, token_scale: float = 0.1):
        super().__init__()
        self.readouts = Readouts(names, words)
        self.patches = Patches(school, token_scale=token_scale)

    def forward(self, image_features, image_classes, image_concepts, image_facts, image_objects, image_glyphs):
        front, glyphs = self.readouts(image_classes, image_concepts, image_facts, image_objects, image_glyphs)
        return torch.cat((front, self.patches(image_features), glyphs), 1)


class Words:
    """The brain's embeddings of words, for the tables to start from."""

    def __init__(self, tokenizer, table: torch.Tensor, names: list[str]):
        self.tokenizer, self.table, self.names = tokenizer, table, names

    def __call__(self, texts, n: int) -> torch.Tensor:
        """[text, n, WIDTH]: the last n tokens of each text; spare slots hold their mean."""
        rows = []
        for text in texts:
            ids = self.tokenizer(" " + text.strip(), add_special_tokens=False).input_ids[-n:]
            found = self.table[ids]
            rows.append(torch.cat((found, found.mean(0, keepdim=True).expand(n - len(ids), -1))))
        return torch.stack(rows)

    def characters(self, characters: str) -> torch.Tensor:
        """[character, WIDTH]: of the tokens that are one character."""
        return torch.stack([self.table[self.tokenizer(c, add_special_tokens=False).input_ids[0]] for c in characters])
