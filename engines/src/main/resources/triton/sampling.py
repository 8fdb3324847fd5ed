"""Choosing tokens as Tesserae's own brain does it: the same rules, the same random numbers, so that an answer does not depend on where it is computed."""

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def _mix(value):
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def random_at(seed, position):
    """In [0, 1), keyed by seed and position: two rounds of SplitMix64's finaliser."""
    bits = _mix((_mix((seed + GOLDEN) & MASK) + GOLDEN * (position + 1)) & MASK)
    return (bits >> 11) * 2.0**-53


def exponential(x):
    """e to the x for float32 x of at most 0, by the steps of the Java side, so that sums agree to the last bit."""
    f = np.float32
    n = np.trunc(x * f(1.44269504) - f(0.5))
    r = x - n * f(0.693359375) - n * f(-2.12194440e-4)
    p = np.full_like(x, f(1.9875691500e-4))
    for c in (1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1):
        p = p * r + f(c)
    p = p * r * r + r + f(1)
    return np.where(x > f(-87), p * ((n.astype(np.int32) + 127) << 23).view(np.float32), f(0))


class Choice:
    """How one answer's tokens are chosen.

    temperature 0 is greedy; top_k 0, top_p 1, min_p 0, repetition_penalty 1 and the other penalties 0 are off. `prompt` are the ids that count as seen,
    `generated` those of this answer that were generated before.
    """

    def __init__(self, vocab, temperature=0.0, top_k=0, top_p=1.0, min_p=0.0, repetition_penalty=1.0, frequency_penalty=0.0, presence_penalty=0.0,
                 seed=0, bias_ids=(), biases=(), prompt=(), generated=()):
        f = np.float32
        self.vocab, self.temperature, self.top_k, self.top_p, self.min_p = vocab, f(temperature), int(top_k), f(top_p), f(min_p)
        self.repetition, self.frequency, self.presence = f(repetition_penalty), f(frequency_penalty), f(presence_penalty)
        self.seed, self.position = int(seed), len(generated)
        self.bias_ids, self.biases = np.asarray(bias_ids, np.int64), np.asarray(biases, f)
        self.penalises = self.repetition != 1 or self.frequency != 0 or self.presence != 0
        self.seen = np.zeros(vocab, bool)
        self.counts = np.zeros(vocab, np.int32)
        if self.penalises:
            prompt = np.asarray(prompt, np.int64)
            self.seen[prompt[(prompt >= 0) & (prompt < vocab)]] = True
            for token in generated:
                self._note(token)

    def _note(self, token):
        if self.penalises and 0 <= token < self.vocab:
            self.seen[token] = True
            self.counts[token] += 1

    def next(self, logits):
        """The next token of logits [vocab], which may be changed. Raises ValueError where they hold no finite maximum."""
        if len(self.bias_ids):
            logits[self.bias_ids] += self.biases
        if self.penalises:
            self._penalise(logits)
        top = int(np.argmax(logits))
        if not np.isfinite(logits[top]):
            raise ValueError("the model's logits are not finite")
        token = top if self.temperature == 0 else self._draw(self._weights(logits, logits[top]), top)
        self.position += 1
        self._note(token)
        return token

    def _penalise(self, logits):
        ids = np.flatnonzero(self.seen)
        values = logits[ids]
        values = np.where(values > 0, values / self.repetition, values * self.repetition)
        counts = self.counts[ids].astype(np.float32)
        logits[ids] = np.where(counts > 0, values - (self.frequency * counts + self.presence), values)

    def _weights(self, logits, highest):
        """Each token's probability without the common factor, 0 for those that are filtered out."""
        weights = exponential((logits - highest) * (np.float32(1) / self.temperature))
        if 0 < self.top_k < self.vocab:
            weights[logits < np.partition(logits, self.vocab - self.top_k)[self.vocab - self.top_k]] = 0
        if self.top_p < 1:
            total = float(np.cumsum(weights, dtype=np.float64)[-1])
            order = np.lexsort((np.arange(self.vocab), -weights))
            reached = np.cumsum(weights[order], dtype=np.float64)
            kept = int(np.searchsorted(reached, float(self.top_p) * total)) + 1
            weights[order[kept:]] = 0
        if self.min_p > 0:
            weights[weights < self.min_p] = 0
        return weights

    def _draw(self, weights, top):
        reached = np.cumsum(weights, dtype=np.float64)
        index = int(np.searchsorted(reached, random_at(self.seed, self.position) * reached[-1], side="right"))
        return index if index < self.vocab else top


def logprobs(logits, token, top):
    """Natural logarithms of the token's probability and of the `top` likeliest ones' with their ids, of logits as the model gave them."""
    highest = logits.max()
    log_sum = np.float32(highest + np.log(np.cumsum(exponential(logits - highest), dtype=np.float64)[-1]))
    least = np.partition(logits, len(logits) - top)[len(logits) - top] if 0 < top < len(logits) else -np.inf
    ids = np.flatnonzero(logits >= least) if top else np.empty(0, np.int64)
    ids = ids[np.lexsort((ids, -logits[ids]))][:top]  # the lower id first among equals
    return logits[token] - log_sum, ids.astype(np.int64), (logits[ids] - log_sum).astype(np.float32)
