"""Plain text on which the adapted brain is held to what the plain one would say; nothing of it is taught.

The text is what the recipe's own Python packages say of themselves (the long descriptions in their metadata), each under its package's
licence; only the plain brain's opinion of it enters training.
"""

import random
import re
from importlib import metadata


def training() -> list[str]:
    """Paragraphs of at least 200 characters that are mostly words."""
    found = set()
    for package in metadata.distributions():
        about = package.metadata
        text = about.get("Description") or (about.get_payload() if isinstance(about.get_payload(), str) else "") or ""
        for paragraph in re.split(r"\n\s*\n", text):
            plain = re.sub(r"\s+", " ", re.sub(r"https?://\S+|[`*#<>|\[\]()]|<[^>]+>", " ", paragraph)).strip()
            if len(plain) >= 200 and sum(c.isalpha() or c == " " for c in plain) > 0.9 * len(plain):
                found.add(plain)
    return sorted(found)


def conversations(seed: int = 0) -> list[str]:
    """The same, every other one with its first sentence as a question in the brain's chat form."""
    rng, said = random.Random(seed), []
    for text in training():
        first, _, rest = text.partition(". ")
        if rest and rng.random() < 0.5:
            text = f"<|im_start|>user\n{first}.<|im_end|>\n<|im_start|>assistant\n{rest}<|im_end|>\n"
        said.append(text)
    return said
