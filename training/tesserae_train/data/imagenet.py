"""The names of the eye's 1000 classes in everyday words, and made-up posteriors over them: lessons without a picture."""

import random

import numpy as np

KINDS = {
    "fish": [(0, 1), (5, 6), (389, 397)], "shark": [(2, 4)], "bird": [(7, 24), (80, 100), (127, 146)], "salamander": [(25, 29)],
    "frog": [(30, 32)], "turtle": [(33, 37)], "lizard": [(38, 48)], "snake": [(52, 68)], "spider": [(72, 77)], "crab": [(118, 121)],
    "dog": [(151, 268)], "wolf": [(269, 271)], "fox": [(277, 280)], "cat": [(281, 285)], "bear": [(294, 297)],
    "beetle": [(300, 300), (302, 307)], "butterfly": [(321, 326)], "rabbit": [(330, 332)], "monkey": [(370, 382)],
    "elephant": [(385, 386)], "mushroom": [(991, 994), (996, 997)],
}
"""What a class is a kind of, by ranges of class numbers (both ends included)."""
PLAIN = {
    7: "rooster", 8: "hen", 101: "elephant", 281: "tabby cat", 282: "tiger cat", 283: "Persian cat", 284: "Siamese cat",
    285: "cat", 339: "horse", 340: "zebra", 341: "pig", 386: "elephant", 385: "elephant", 417: "balloon", 436: "station wagon", 468: "taxi", 479: "car",
    504: "mug", 508: "keyboard", 510: "ship", 511: "convertible car", 527: "computer", 559: "folding chair", 565: "freight car",
    587: "hammer", 609: "jeep", 620: "laptop", 652: "military uniform", 664: "monitor", 670: "scooter", 665: "moped", 717: "pickup truck",
    722: "ping-pong ball", 751: "race car", 779: "school bus", 805: "soccer ball", 817: "sports car", 852: "tennis ball",
    895: "fighter plane", 916: "web page", 924: "guacamole", 948: "green apple", 967: "cup of espresso", 968: "cup",
    970: "mountain", 972: "cliff", 974: "geyser", 975: "lake shore", 976: "cape", 977: "sandbar", 978: "seashore", 979: "valley",
    980: "volcano", 981: "baseball player", 982: "bridegroom", 983: "scuba diver", 985: "daisy", 671: "mountain bike",
    409: "clock", 892: "wall clock", 530: "digital clock", 673: "computer mouse", 603: "horse cart", 782: "screen", 810: "space bar",
}
MASS = set("guacamole carbonara broccoli cauliflower velvet wool bubble toilet tissue hay rapeseed mashed potato dough hot chocolate".split())


def kind(number: int) -> str | None:
    return next((k for k, ranges in KINDS.items() if any(a <= number <= b for a, b in ranges)), None)


def names() -> list[str]:
    from torchvision.models._meta import _IMAGENET_CATEGORIES as categories

    return [PLAIN.get(i, name) for i, name in enumerate(categories)]


class Posteriors:
    """Made-up posteriors: peaked at a class, the rest spread over the classes whose classifier rows resemble its own."""

    def __init__(self, classifier: np.ndarray):
        """classifier: the eye's last layer, [class, channel]."""
        rows = classifier - classifier.mean(0)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        self.similarity = rows @ rows.T  # [class, class]
        self.names = names()

    def made_up(self, number: int, peak: float, rng: random.Random) -> np.ndarray:
        """[class] float32 that sums to one, `peak` of it at the class itself."""
        noise = np.random.default_rng(rng.getrandbits(32)).normal(0, 1.2, 1000)
        logits = self.similarity[number] * rng.uniform(6, 16) + noise
        logits[number] = -np.inf
        rest = np.exp(logits - logits[np.isfinite(logits)].max())
        posterior = rest / rest.sum() * (1 - peak)
        posterior[number] = peak
        return posterior.astype(np.float32)

    def lesson(self, rng: random.Random) -> tuple[np.ndarray, dict]:
        """A posterior and the facts that it stands for; a low peak within one kind says only the kind."""
        number = rng.randrange(1000)
        peak = rng.choice((rng.uniform(0.2, 0.6), rng.uniform(0.5, 0.99)))
        facts = {"name": self.names[number]}
        if kind(number):
            facts["kind"] = kind(number)
        return self.made_up(number, peak, rng), facts
