"""Questions and answers about what is true of a picture: short full sentences in several forms.

A piece between two marks « » is spelled: its characters are tokens of their own, as the eye's reading tokens are.
"""

import random
from collections import Counter

from . import scenes

_PLURAL = set("""scissors glasses sunglasses jeans trunks skis chopsticks cherries grapes pancakes noodles footprints sparkles dominoes
    beans peas fireworks bubbles bricks lungs binoculars maracas swords books""".split())
_MASS = set("""bacon bread butter rice sushi spaghetti popcorn salt honey ice fire rain fog soap broccoli cauliflower cabbage luggage money
    cheese sand snow water tea milk wood corn garlic ginger velvet wool hay guacamole carbonara dough hot-chocolate lacrosse tennis badminton
    cricket baseball basketball volleyball cooking camping confetti""".split())
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "many")
Turn = tuple[str, str]


def a(thing: str) -> str:
    """With its article where it takes one."""
    last = thing.split(" of ")[0].split()[-1]
    if last in _MASS or last in _PLURAL or (last.endswith("s") and not last.endswith(("ss", "us", "is"))):
        return thing
    if thing.lower().startswith(("map of", "mount ", "statue of", "star of")):
        return "the " + thing
    vowel = thing[0].lower() in "aeiou" and not thing.lower().startswith(("uni", "eu", "use", "one"))
    return ("an " if vowel or thing.lower().startswith("hour") else "a ") + thing


def plural(shape: str) -> str:
    return {"cross": "crosses", "hexagon": "hexagons"}.get(shape, shape + "s")


NAMING = (
    (("What is this?", "What is this", "what is this?", "What's this?", "What is that?", "Can you tell me what this is?"), "This is {}."),
    (("What is in the picture?", "What is in this image?", "What's in the image?", "what is in the image", "What is in this picture?"), "The picture shows {}."),
    (("What do you see in the picture?", "What do you see?", "What can you see in this image?", "Tell me what you see."), "I see {}."),
    (("Describe the image.", "Describe this picture.", "Describe the picture in one sentence.", "Please describe this image."), "The image shows {}."),
    (("What does the picture show?", "What is shown here?", "What does this image show?", "What is the main object in this picture?",
      "What object is shown?"), "It shows {}."),
    (("Name the thing in the picture.", "What is it? Answer in one word or two.", "Name the main object."), "{}."),
)
ASIDES = (
    ("What is the capital of France?", "The capital of France is Paris."),
    ("What is two plus two?", "Two plus two is four."),
    ("Thank you!", "You're welcome! If you have any more questions, feel free to ask."),
    ("What color is the sky on a clear day?", "The sky is blue on a clear day."),
    ("Who wrote Romeo and Juliet?", "William Shakespeare wrote Romeo and Juliet."),
    ("What is the largest planet in our solar system?", "The largest planet in our solar system is Jupiter."),
    ("Hello!", "Hello! How can I help you today?"),
)


def naming(facts: dict, rng: random.Random) -> Turn:
    questions, answer = rng.choices(NAMING, (8, 4, 4, 5, 4, 1))[0]
    thing = a(facts["name"])
    if "kind" in facts and not facts["name"].lower().endswith(facts["kind"]):
        thing = f"{a(facts['kind'])}, {thing}"
    if answer == "{}.":
        thing = facts["name"][0].upper() + facts["name"][1:]
    elif answer.startswith("The image") and facts.get("ground"):
        thing += f" on {a(facts['ground'])} background"
    return rng.choice(questions), answer.format(thing)


def _colour(rng: random.Random) -> str:
    return rng.choice(("colour", "color"))


def there(thing: str, is_there: bool, rng: random.Random, wanted: str | None = None) -> Turn:
    """A yes/no question whether a thing is in the picture."""
    question = rng.choice(("Is there {} in the picture?", "Is there {} in this image?", "Do you see {}?", "Can you see {}?", "Does the picture show {}?"))
    if is_there:
        return question.format(a(thing)), f"Yes, there is {a(thing)} in the picture."
    return question.format(a(thing)), f"No, there is no {thing} in the picture."


def _where(thing: dict, size: tuple[int, int], rng: random.Random) -> Turn:
    where = scenes.place(thing, *size)
    words = {"centre": "in the centre of the picture", "left": "on the left", "right": "on the right"}.get(where, f"at the {where}")
    shape = thing["shape"]
    return (rng.choice((f"Where is the {shape}?", f"Where is the {shape}?", f"Where in the picture is the {shape}?", f"In which part of the picture is the {shape}?")),
            f"The {shape} is {words}.")


def _how_many(shape: str, count: int, rng: random.Random) -> Turn:
    many = plural(shape)
    question = rng.choice((f"How many {many} are there?", f"How many {many} are there?", f"How many {many} do you see?", f"How many {many} are in the picture?", f"Count the {many}."))
    return question, f"There is one {shape}." if count == 1 else f"There are {NUMBERS[count]} {many}."


def _which_is_bigger(objects: list[dict], labels: list[str], one: int, two: int, times: int, rng: random.Random) -> list[Turn]:
    """Of two shapes whose sizes differ clearly, named by colour and shape or by shape alone; asked so many times, in either order."""
    sizes = scenes.size(objects[one]), scenes.size(objects[two])
    if max(sizes) / min(sizes) <= 1.25:
        return []
    bigger, smaller = (one, two) if sizes[0] > sizes[1] else (two, one)
    turns = []
    for _ in range(times):
        shapes_only = rng.random() < 0.3 and objects[one]["shape"] != objects[two]["shape"]
        names = [o["shape"] for o in objects] if shapes_only else labels
        first, second = rng.sample((one, two), 2)
        word = rng.choice(("bigger", "bigger", "larger", "smaller", "smaller"))
        right = smaller if word == "smaller" else bigger
        turns.append((f"Which is {word}, the {names[first]} or the {names[second]}?", f"The {names[right]} is {word}."))
    return turns


def about_scene(facts: dict, size: tuple[int, int], rng: random.Random, more: bool = False) -> list[Turn]:
    """Every question that a scene of shapes answers, in one form each; more: of several shapes and pairs."""
    objects, turns = facts["objects"], []
    labels = [f"{o['colour']} {o['shape']}" for o in objects]
    alone = [o for o in objects if sum(p["shape"] == o["shape"] for p in objects) == 1]
    ground = f" on {a(facts['ground'])} background" if facts["ground"] else ""
    if facts["kind"] == "many" or (len(objects) > 1 and len(set(labels)) == 1):
        shape, colour = objects[0]["shape"], objects[0]["colour"]
        many, n = plural(shape), NUMBERS[len(objects)]
        turns += [_how_many(shape, len(objects), rng) for _ in range(1 + more)]
        turns += [
            (rng.choice(("Describe the image.", "What is in the picture?", "What do you see?")), f"The picture shows {n} {colour} {many}{ground}."),
            (f"What {_colour(rng)} are the {many}?", f"The {many} are {colour}."),
            (rng.choice(("What shape are they?", "Which shape do you see?", "What shapes are these?")), f"They are {many}."),
        ]
    elif len(objects) == 1:
        o = objects[0]
        turns += [
            (rng.choice(("What is this?", "What's this?")), f"This is {a(labels[0])}."),
            (rng.choice(("Describe the image.", "Describe this picture.", "What is in the picture?")), f"The picture shows {a(labels[0])}{ground}."),
            (rng.choice(("What shape is it?", "What shape is this?", "Which shape do you see?", "What shape is in the picture?", "What shape is shown?")), f"It is {a(o['shape'])}."),
            (rng.choice((f"What {_colour(rng)} is the {o['shape']}?", f"What {_colour(rng)} is it?")), f"The {o['shape']} is {o['colour']}."),
            (rng.choice(("How many shapes are there?", f"How many {plural(o['shape'])} are there?")), f"There is one {o['shape']}."),
        ]
    else:
        turns.append((rng.choice(("How many shapes are there?", "How many shapes do you see?", "How many objects are there?")), f"There are {NUMBERS[len(objects)]} shapes."))
        numbers = Counter(o["shape"] for o in objects)
        several = [shape for shape, n in numbers.items() if n > 1]  # first: most stand alone, and "one" must not be the safe answer
        ones = [shape for shape, n in numbers.items() if n == 1]
        asked = several * (1 + more) + rng.sample(ones, min(len(ones), 1 if several else 1 + more))
        turns += [_how_many(shape, numbers[shape], rng) for shape in (asked if more else asked[:1])]
        order = sorted(range(len(objects)), key=lambda i: -scenes.size(objects[i]))
        listed = ", ".join(a(labels[i]) for i in order[:-1]) + f" and {a(labels[order[-1]])}"
        turns.append((rng.choice(("Describe the image.", "What do you see?", "What is in the picture?")), f"The picture shows {listed}{ground}."))
        for number, o in enumerate(rng.sample(alone, min(2, len(alone)))):
            question = f"What {_colour(rng)} is the {o['shape']}?" if number == 0 or rng.random() < 0.5 else f"And the {o['shape']}?"
            turns.append((question, f"The {o['shape']} is {o['colour']}."))
        only = [o for o in objects if sum(p["colour"] == o["colour"] for p in objects) == 1]
        if only:
            o = rng.choice(only)
            turns.append((rng.choice((f"What shape is {o['colour']}?", f"What is the shape of the {o['colour']} thing?", f"Which shape is {o['colour']}?", f"What shape is the {o['colour']} one?")),
                          f"The {o['shape']} is {o['colour']}."))
        if len(set(labels)) == len(labels):
            one, two = rng.sample(range(len(objects)), 2)
            pairs = [(one, two)] if not more else [(i, j) for i in range(len(objects)) for j in range(i)]
            for i, j in rng.sample(pairs, min(len(pairs), 3)):
                turns += _which_is_bigger(objects, labels, i, j, 1 + more, rng)
            (x0, y0), (x1, y1) = ((o["box"][0] + o["box"][2], o["box"][1] + o["box"][3]) for o in (objects[one], objects[two]))
            if abs(x0 - x1) > abs(y0 - y1) and abs(x0 - x1) > size[0] * 0.3:
                side = "left" if x0 < x1 else "right"
                turns.append((f"Is the {labels[one]} to the left or to the right of the {labels[two]}?", f"It is to the {side} of the {labels[two]}."))
            elif abs(y0 - y1) > size[1] * 0.3:
                side = "above" if y0 < y1 else "below"
                turns.append((f"Is the {labels[one]} above or below the {labels[two]}?", f"It is {side} the {labels[two]}."))
    placed = objects if len(objects) == 1 else alone
    for o in rng.sample(placed, min(len(placed), 3 if more else 1)):
        turns.append(_where(o, size, rng))
    if more and len(objects) == 1:
        turns.append(_where(objects[0], size, rng))
    if rng.random() < 0.5:
        turns.append(there(rng.choice(labels) if rng.random() < 0.5 else rng.choice(objects)["shape"], True, rng))
    else:
        shapes = {o["shape"] for o in objects}
        other = rng.choice([s for s in scenes.SHAPES if s not in shapes])
        absent = other if rng.random() < 0.6 else f"{rng.choice(scenes.COLOURS)} {other}"
        if rng.random() < 0.25:
            absent = next((f"{c} {objects[0]['shape']}" for c in rng.sample(scenes.COLOURS, 12) if f"{c} {objects[0]['shape']}" not in labels), absent)
        turns.append(there(absent, False, rng))
    if rng.random() < 0.15:
        other = rng.choice([s for s in scenes.SHAPES if all(o["shape"] != s for o in objects)])
        turns.append((f"What {_colour(rng)} is the {other}?", f"I can't see {a(other)} in the picture."))
    return turns


def about_ground(facts: dict, rng: random.Random) -> Turn:
    question = rng.choice((f"What {_colour(rng)} is the background?", f"What is the background {_colour(rng)}?", f"What {_colour(rng)} is behind it?"))
    return question, f"The background is {facts['ground']}."


READ = ("What does it say?", "What is written here?", "Read the text.", "What does the sign say?", "What word is this?", "What does the picture say?",
        "What text is in the picture?", "Read the word in the picture.", "What word is written in the picture?", "What is the text?")
READ_NUMBER = ("What number is this?", "What number is shown?", "Read the number.", "What does it say?", "What number is written here?", "What is the number in the picture?")


def about_word(facts: dict, rng: random.Random) -> list[Turn]:
    question = rng.choice(READ_NUMBER if facts["kind"] == "number" and rng.random() < 0.8 else READ)
    if rng.random() < 0.15:
        question += " Answer with the text alone."
        return [(question, f"«{facts['text']}»")]
    start = "The number is" if "number" in question else "It says"
    return [(question, f'{start} "«{facts["text"]}»".')]


def about_page(facts: dict, rng: random.Random, readable: bool = True, most: int = 4) -> list[Turn]:
    """Questions about single lines; of a page whose print is too small to read, that it can't be read."""
    turns, shown = [], {line["key"] for line in facts["lines"]}
    for line in rng.sample(facts["lines"], min(len(facts["lines"]), most)):
        key = line["key"] if rng.random() < 0.5 else line["key"].lower()
        question = rng.choice((f"What is the {key}?", f"What is the {key}?", f"How much is the {key}?", f"What does it say next to {key}?", f"What is the value of {key}?",
                               f"What is written after {key}?", f'What number stands next to "{line["key"]}"?', f"Read the {key} line."))
        turns.append((question, f"The {key} is «{line['value']}»." if readable else "The print is too small for me to read."))
    if readable and rng.random() < 0.2:
        from .pages import KEYS

        absent = rng.choice([k for k in KEYS if k not in shown]).lower()
        turns.append((f"What is the {absent}?", f"I can't see {a(absent)} in the picture."))
    return turns


def about_thing(facts: dict, others: list[str], rng: random.Random) -> list[Turn]:
    turns = [naming(facts, rng)]
    if rng.random() < 0.3:
        turns.append(naming(facts, rng))
    if rng.random() < 0.5:
        turns.append(there(facts["name"], True, rng))
    for _ in range(rng.choice((0, 1, 1, 2))):
        other = rng.choice(others)
        if other not in facts["name"] and facts["name"] not in other:
            turns.append(there(other, False, rng))
            if rng.random() < 0.2:
                turns.append((rng.choice((f"What {_colour(rng)} is the {other}?", f"Where is the {other}?", f"How many {other}s are there?")), f"I can't see {a(other)} in the picture."))
    if rng.random() < 0.2:
        other = rng.choice(others)
        pair = [facts["name"], other]
        rng.shuffle(pair)
        turns.append((f"Is this {a(pair[0])} or {a(pair[1])}?", f"This is {a(facts['name'])}."))
    if "kind" in facts and rng.random() < 0.3:
        turns.append(("What kind of animal is it?" if facts["kind"] != "mushroom" else "What is it?", f"It is {a(facts['kind'])}."))
    if rng.random() < 0.12:
        turns.append((rng.choice(("What does it say?", "Read the text.", "What word is this?")), "I can't see any text in the picture."))
    if rng.random() < 0.08:
        turns.append((rng.choice(("How many shapes are there?", "What shape is it?")), f"I see no plain shapes; the picture shows {a(facts['name'])}."))
    return turns


def compared(first: str, second: str, rng: random.Random) -> list[Turn]:
    """Two pictures of two things."""
    wanted = rng.randrange(2)
    names = (first, second)
    order = ("first", "second")
    return rng.sample([
        (rng.choice((f"Which picture shows {a(names[wanted])}, the first or the second?", f"Which picture shows {a(names[wanted])}?")), f"The {order[wanted]} picture shows {a(names[wanted])}."),
        (rng.choice(("What do the two pictures show?", "What is in the pictures?", "Compare the two pictures.")), f"The first picture shows {a(first)} and the second picture shows {a(second)}."),
        (rng.choice((f"Which picture shows the {names[wanted]}, the first or the second?", f"In which picture is the {names[wanted]}?")), f"The {order[wanted]} picture shows the {names[wanted]}."),
        (f"What is in the {order[1 - wanted]} picture?", f"The {order[1 - wanted]} picture shows {a(names[1 - wanted])}."),
    ], 2)


def same_shape(first: str, second: str, rng: random.Random) -> Turn:
    """Of two pictures with one shape each."""
    question = rng.choice(("Do both pictures show the same shape?", "Are the two shapes the same?", "Is it the same shape in both pictures?"))
    if first == second:
        return question, f"Yes, both pictures show {a(first)}."
    return question, f"No, the first picture shows {a(first)} and the second picture shows {a(second)}."


def turns(kind: str, facts: dict, size: tuple[int, int], others: list[str], rng: random.Random, most: int = 5) -> list[Turn]:
    """A conversation about one picture, the first turn likely the one that names it."""
    if kind == "scene":
        possible = about_scene(facts, size, rng, most > 5)
        if most > 5:  # what is learned first is asked less
            possible = [t for t in possible if not t[1].startswith(("Yes", "No", "The picture shows", "This is")) or rng.random() < 0.5]
    elif kind == "word":
        possible = about_word(facts, rng)
        if rng.random() < 0.3:
            possible.append(("What is this?", f'This is text. It says "«{facts["text"]}»".'))
    elif kind == "page":
        possible = about_page(facts, rng, facts.get("readable", True), most - 1)
    else:
        possible = about_thing(facts, others, rng)
    if facts.get("ground") and rng.random() < 0.3:
        possible.append(about_ground(facts, rng))
    if rng.random() < 0.05:
        possible.append(rng.choice(ASIDES))
    rng.shuffle(possible)
    follow_up = next((t for t in possible if t[0].startswith("And ")), None)
    if follow_up:
        possible.remove(follow_up)
        after = next((i for i, t in enumerate(possible) if t[0].startswith("What col") and "background" not in t[0] and t[1].startswith("The ")), None)
        if after is not None:
            possible.insert(after + 1, follow_up)
    return possible[:most]
