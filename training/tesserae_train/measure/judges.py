"""Whether an answer in free words is right. Strict and fair: one candidate must be named, however the sentence is built.

Nothing here needs a package: the tests that run on the fixed sample use it too. Every judge takes the answer and what is expected and
returns True or False; `JUDGES` names them, so that a question can be kept in a file.
"""

import re

SHAPES = {
    "circle": ("circle", "disc", "disk", "dot"), "square": ("square",), "triangle": ("triangle",), "star": ("star",), "heart": ("heart",),
    "rectangle": ("rectangle",), "diamond": ("diamond", "rhombus"), "cross": ("cross", "plus"), "oval": ("oval", "ellipse"), "hexagon": ("hexagon",),
    "arrow": ("arrow",), "ring": ("ring",),
}
COLOURS = {
    "red": ("red",), "green": ("green",), "blue": ("blue",), "yellow": ("yellow",), "orange": ("orange",), "purple": ("purple", "violet"),
    "pink": ("pink",), "brown": ("brown",), "black": ("black",), "white": ("white",), "gray": ("gray", "grey"),
    "turquoise": ("turquoise", "cyan", "teal", "aqua"),
}
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ROWS = {"top": ("top", "upper", "above"), "bottom": ("bottom", "lower", "below")}
COLUMNS = {"left": ("left",), "right": ("right",)}
ORDER = {"first": ("first", "1st"), "second": ("second", "2nd")}
MOST_CANDIDATES = 3
_NEGATION = r"\b(?:not|no|never|without|isn't|aren't|doesn't|don't|cannot|can't|neither|nor)\b"


def _says(answer: str, word: str) -> bool:
    """The word stands in the answer, plural or not, whatever its case."""
    return re.search(rf"(?<!\w){re.escape(word.lower())}(?:s|es)?(?!\w)", answer.lower()) is not None


def _named(answer: str, groups: dict[str, tuple]) -> set[str]:
    """Which of a closed set of things the answer names, each by any of its words."""
    return {thing for thing, words in groups.items() if any(_says(answer, w) for w in words)}


def _denies(answer: str, word: str) -> bool:
    """A negation stands before the word in its own clause."""
    clauses = re.split(r"[.,;!?]|\bbut\b", answer.lower())
    return all(re.search(_NEGATION, clause) for clause in clauses if _says(clause, word))


def named(answer: str, accepted: list[str]) -> bool:
    """An accepted name stands in the answer, as what is there. Wrong: "a cat or a dog", a list of many things, "this is not a cat"."""
    if re.search(r"\b(?:or|either)\b", answer.lower()) and not any(re.search(r"\bor\b", a.lower()) for a in accepted):
        return False
    if answer.count(",") + len(re.findall(r"\band\b", answer.lower())) > MOST_CANDIDATES:
        return False
    return any(_says(answer, a) and not _denies(answer, a) for a in accepted)


def _only(answer: str, expected: str, groups: dict[str, tuple]) -> bool:
    words = groups.get(expected, (expected,))
    return _named(answer, groups) == {expected} and not all(_denies(answer, w) for w in words if _says(answer, w))


def colour(answer: str, expected: str) -> bool:
    """Exactly that colour is named. The colour of a background that is mentioned besides is no second candidate."""
    besides = re.sub(r"\b(?:on|against|over|with) (?:an? |the )?(?:\w+ )?\w+ (?:back)?ground\b", " ", answer.lower())
    return _only(besides if _named(besides, COLOURS) else answer, expected, COLOURS)


def shape(answer: str, expected: str) -> bool:
    """Exactly that shape is named. "Square" and "rectangle" are two shapes here."""
    return _only(answer, expected, SHAPES)


def place(answer: str, expected: str) -> bool:
    """One of nine places: the row and the column must be those and no others. "Top" alone is the middle of the top."""
    row = next((r for r in ROWS if r in expected), None)
    column = next((c for c in COLUMNS if c in expected), None)
    said_rows, said_columns = _named(answer, ROWS), _named(answer, COLUMNS)
    if said_rows != ({row} if row else set()) or said_columns != ({column} if column else set()) or re.search(_NEGATION, answer.lower()):
        return False
    return bool(row or column) or any(_says(answer, w) for w in ("centre", "center", "middle"))


def order(answer: str, expected: str) -> bool:
    """The first or the second picture."""
    return _only(answer, expected, ORDER)


def count(answer: str, expected: int) -> bool:
    """A digit or a word; every number said must be that one. "A circle" counts as one where no number is said."""
    words = re.findall(r"\d+(?:\.\d+)?|[a-z]+", answer.lower())
    said = {int(w) if w.isdigit() else float(w) for w in words if w[0].isdigit()} | {NUMBERS.index(w) for w in words if w in NUMBERS}
    if not said and {"a", "an", "single"} & set(words):
        said = {1}
    return said == {expected}


def yes_no(answer: str, expected: str) -> bool:
    """By the first "yes" or "no"."""
    first = re.search(r"\b(yes|no)\b", answer.lower())
    return first is not None and first.group(1) == expected


def bigger(answer: str, expected: dict) -> bool:
    """Which of two. expected: asked ("bigger" or "smaller"), right and wrong ([colour, shape] each, both words differing).

    "The red circle is bigger than the blue star" names its subject; where the answer turns the comparison round, so does the judge.
    """
    text = answer.lower()
    comparison = re.search(r"\b(bigger|larger|smaller)\s+than\b", text)
    if comparison:
        turned = (comparison.group(1) == "smaller") != (expected["asked"] == "smaller")
        text = text[comparison.end():] if turned else text[:comparison.start()]
    right, wrong = ([_says(text, w) for words in (COLOURS[colour], SHAPES[kind]) for w in words] for colour, kind in (expected["right"], expected["wrong"]))
    return any(right) and not any(wrong) and not re.search(_NEGATION, text)


def said_text(answer: str) -> str:
    """The text that an answer gives: what it quotes, or what follows "says", "is" and the like, or all of it, without the last full stop."""
    quoted = re.findall(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]|(?<!\w)['‘’]([^'‘’]+)['‘’](?!\w)", answer)
    if quoted:
        found = [a or b for a, b in quoted]
        return found[0].strip().removesuffix(".") if len(found) == 1 else "\n".join(found)
    text = re.sub(r"^.*?(?:\b(?:says|say|reads|read|is|shows|spells)\b:?|:)\s+", "", answer.strip(), count=1, flags=re.IGNORECASE)
    text = re.sub(r"^(?:the )?(?:word|number|text) ", "", text, flags=re.IGNORECASE)
    return text.strip().removesuffix(".").strip()


def exact(answer: str, expected: str) -> bool:
    """That text and nothing else, capitals and all."""
    return said_text(answer) == expected


def exact_any_case(answer: str, expected: str) -> bool:
    return said_text(answer).casefold() == expected.casefold()


JUDGES = {judge.__name__: judge for judge in (named, colour, shape, place, order, count, yes_no, bigger, exact, exact_any_case)}
