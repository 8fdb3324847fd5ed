"""Questions and answers about what is true of a picture: short full sentences in several forms."""

import random

_PLURAL = set("""scissors glasses sunglasses jeans trunks skis chopsticks cherries grapes pancakes noodles footprints sparkles dominoes
    beans peas fireworks bubbles bricks lungs binoculars maracas crossed-swords books""".split())
_MASS = set("""bacon bread butter rice sushi spaghetti popcorn salt honey ice fire rain fog soap broccoli cauliflower cabbage luggage money
    cheese sand snow water tea milk wood corn garlic ginger velvet wool hay guacamole carbonara dough hot-chocolate lacrosse tennis badminton
    cricket baseball basketball volleyball cooking camping confetti""".split())


def a(thing: str) -> str:
    """With its article where it takes one."""
    last = thing.split(" of ")[0].split()[-1]
    if last in _MASS or last in _PLURAL or (last.endswith("s") and not last.endswith(("ss", "us", "is"))):
        return thing
    if thing.lower().startswith(("map of", "mount ", "statue of", "star of")):
        return "the " + thing
    vowel = thing[0].lower() in "aeiou" and not thing.lower().startswith(("uni", "eu", "use", "one"))
    return ("an " if vowel or thing.lower().startswith("hour") else "a ") + thing


NAMING = (
    (("What is this?", "What is this", "what is this?", "What's this?", "What is that?", "Can you tell me what this is?"), "This is {}."),
    (("What is in the picture?", "What is in this image?", "What's in the image?", "what is in the image"), "The picture shows {}."),
    (("What do you see in the picture?", "What do you see?", "What can you see in this image?", "Tell me what you see."), "I see {}."),
    (("Describe the image.", "Describe this picture.", "Describe the picture in one sentence.", "Please describe this image."), "The image shows {}."),
    (("What does the picture show?", "What is shown here?", "What does this image show?", "What is the main object in this picture?"), "It shows {}."),
    (("Name the thing in the picture.", "What is it? Answer in one word or two.", "Name the main object."), "{}."),
)
ASIDES = (
    ("What is the capital of France?", "The capital of France is Paris."),
    ("What is two plus two?", "Two plus two is four."),
    ("Thank you!", "You're welcome! If you have any more questions, feel free to ask."),
    ("What color is the sky on a clear day?", "The sky is blue on a clear day."),
    ("Who wrote Romeo and Juliet?", "William Shakespeare wrote Romeo and Juliet."),
    ("What is the largest planet in our solar system?", "The largest planet in our solar system is Jupiter."),
)
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six")
Turn = tuple[str, str]


def naming(facts: dict, rng: random.Random) -> Turn:
    questions, answer = rng.choices(NAMING, (8, 4, 4, 5, 3, 1))[0]
    thing = a(facts["name"])
    if "kind" in facts and not facts["name"].lower().endswith(facts["kind"]):
        thing = f"{a(facts['kind'])}, {thing}"
    if answer == "{}.":
        thing = facts["name"][0].upper() + facts["name"][1:]
    elif answer.startswith("The image") and "ground" in facts:
        thing += f" on {a(facts['ground'])} background"
    return rng.choice(questions), answer.format(thing)


def _shape_turns(facts: dict, rng: random.Random) -> list[Turn]:
    ground = f" on {a(facts['ground'])} background" if "ground" in facts else ""
    if "left" in facts:
        (ls, lc), (rs, rc) = facts["left"], facts["right"]
        return [
            (rng.choice(("What is this?", "Describe the image.", "What do you see in the picture?", "What is in the picture?")),
             f"{rng.choice(('The image shows',))} {a(lc)} {ls} on the left and {a(rc)} {rs} on the right."),
            (rng.choice(("What is on the left?", "What shape is on the left side?")), f"On the left is {a(lc)} {ls}."),
            (rng.choice(("What is on the right?", "What shape is on the right side?")), f"On the right is {a(rc)} {rs}."),
            (f"What colour is the {ls}?" if rng.random() < 0.5 else f"What color is the {ls}?", f"The {ls} is {lc}.")
            if ls != rs else ("How many shapes are there?", "There are two shapes."),
        ]
    shape, colour, count = facts["shape"], facts["colour"], facts["count"]
    many = {"cross": "crosses"}.get(shape, shape + "s")
    if count == 1:
        turns = [
            (rng.choice(("What is this?", "What's this?")), f"This is {a(colour)} {shape}."),
            (rng.choice(("Describe the image.", "Describe this picture.")), f"The image shows {a(colour)} {shape}{ground}."),
            (rng.choice(("What do you see in the picture?", "What do you see?")), f"I see {a(colour)} {shape}."),
            (rng.choice(("What shape is it?", "What shape is this?", "Which shape do you see?")), f"It is {a(shape)}."),
            (rng.choice((f"What colour is the {shape}?", f"What color is the {shape}?", "What color is it?", "What colour is it?")),
             f"The {shape} is {colour}."),
        ]
        if "place" in facts:
            turns.append((f"Where is the {shape}?", f"The {shape} is at the {facts['place']}."))
    else:
        turns = [
            (rng.choice((f"How many {many} are there?", f"How many {many} do you see?", "How many shapes are there?")),
             f"There are {_NUMBERS[count]} {many}."),
            (rng.choice(("Describe the image.", "What is in the picture?", "What is this?")),
             f"The image shows {_NUMBERS[count]} {colour} {many}{ground}."),
            (rng.choice((f"What colour are the {many}?", f"What color are the {many}?")), f"The {many} are {colour}."),
        ]
    return turns


def _ground_turn(facts: dict, rng: random.Random) -> Turn:
    question = rng.choice(("What colour is the background?", "What color is the background?", "What is the background colour?"))
    return question, f"The background is {facts['ground']}."


def _yes_no(facts: dict, others: list[str], rng: random.Random) -> Turn:
    thing = a(facts["name"])
    if rng.random() < 0.5:
        return rng.choice((f"Is this {thing}?", f"Is there {thing} in the picture?")), f"Yes, it is {thing}."
    other = a(rng.choice(others))
    return rng.choice((f"Is this {other}?", f"Is there {other} in the picture?")), f"No, it is {thing}."


def turns(facts: dict, others: list[str], rng: random.Random) -> list[Turn]:
    """One to three turns about a picture; now and then one that has nothing to do with it."""
    if "name" in facts:
        possible = [naming(facts, rng)]
        if rng.random() < 0.12:
            possible = [_yes_no(facts, others, rng)]
        elif "kind" in facts and rng.random() < 0.2:
            possible.append(("What kind of animal is it?" if facts["kind"] != "mushroom" else "What is it?", f"It is {a(facts['kind'])}."))
    else:
        possible = rng.sample(_shape_turns(facts, rng), rng.choice((1, 2, 2)))
    if facts.get("ground") and rng.random() < 0.25:
        possible.append(_ground_turn(facts, rng))
    if rng.random() < 0.04:
        possible.append(rng.choice(ASIDES))
    if rng.random() < 0.3:
        rng.shuffle(possible)
    return possible[:3]
