"""Step after step over all sequences that run: at most one chunk of one prompt and one token of every running answer. Sequences join and leave between steps."""

import collections
import threading
import time

import numpy as np

from sampling import logprobs

CHUNK = 512


class Sequence:
    """One request on its way. `told` takes (token, logprob, top_ids, top_logprobs), `ended` None or the failure, `left` says whether nobody listens."""

    def __init__(self, embeds, positions, levels, look_ahead, choice, ends, most, top, told, ended, left):
        self.embeds, self.positions, self.levels, self.look_ahead = embeds, positions, levels, look_ahead
        self.choice, self.ends, self.most, self.top = choice, ends, most, top
        self.told, self.ended, self.left = told, ended, left
        self.arrived = time.monotonic()
        self.held = 0  # tokens in its row
        self.generated = 0
        self.last = 0
        self.place = 0  # where the next token stands, on every axis

    @property
    def prompt(self):
        return len(self.embeds)


class Steps:
    def __init__(self, decoder, rows, observer, most_waiting):
        self.decoder, self.rows, self.observer, self.most_waiting = decoder, rows, observer, most_waiting
        self.waiting = collections.deque()
        self.running = []  # by row: those that write come first, the one that is being read last
        self.changed = threading.Condition()
        self.closing = False
        self.thread = threading.Thread(target=self._work, name="steps", daemon=True)
        self.thread.start()

    def submit(self, sequence):
        """Queues it; false where there is no room."""
        with self.changed:
            if len(self.waiting) >= self.most_waiting:
                return False
            self.waiting.append(sequence)
            self.changed.notify()
        return True

    def close(self):
        with self.changed:
            self.closing = True
            self.changed.notify()
        self.thread.join()

    def _work(self):
        while True:
            with self.changed:
                while not (self.waiting or self.running or self.closing):
                    self.changed.wait()
                if self.closing:
                    break
            try:
                self._step()
            except Exception as failed:  # a step that fails ends those that were in it; the next ones may run
                for row in reversed(range(len(self.running))):
                    self._leave(row, failed)
        for sequence in [*self.running, *self.waiting]:
            sequence.ended(RuntimeError("the model is being unloaded"))

    def _step(self):
        self._forget_those_who_left()
        self._admit()
        reader = self.running[-1] if self.running and self.running[-1].held < self.running[-1].prompt else None
        if reader:
            self._read(len(self.running) - 1, reader)
        writers = [sequence for sequence in self.running if sequence.held >= sequence.prompt and sequence is not reader]
        if writers:
            self._write(writers)
        self.observer.now(len(self.running), len(self.waiting))

    def _forget_those_who_left(self):
        for row in reversed(range(len(self.running))):
            if self.running[row].left():
                self.observer.cancelled()
                self._leave(row, None)
        with self.changed:
            gone = [sequence for sequence in self.waiting if sequence.left()]
            for sequence in gone:
                self.waiting.remove(sequence)
        for sequence in gone:
            self.observer.cancelled()
            sequence.ended(None)

    def _admit(self):
        """One more, where a row is free and nobody is being read."""
        with self.changed:
            if not self.waiting or len(self.running) == self.rows or self.running and self.running[-1].held < self.running[-1].prompt:
                return
            sequence = self.waiting.popleft()
        self.observer.admitted(time.monotonic() - sequence.arrived)
        self.running.append(sequence)

    def _read(self, row, sequence):
        # Tokens of one picture may see each other both ways: then the prompt is not cut.
        count = sequence.prompt - sequence.held
        if not self.decoder.looks_ahead:
            count = min(count, CHUNK)
        chunk = slice(sequence.held, sequence.held + count)
        logits = self.decoder.prefill(
            row, sequence.held, sequence.embeds[chunk],
            None if sequence.positions is None else sequence.positions[:, chunk],
            None if sequence.levels is None else sequence.levels[:, chunk],
            None if sequence.look_ahead is None else sequence.look_ahead[chunk])
        sequence.held += count
        if sequence.held == sequence.prompt:
            sequence.place = sequence.prompt if sequence.positions is None else int(sequence.positions.max()) + 1
            sequence.embeds = np.empty((sequence.prompt, 0), np.float32)
            sequence.levels = None
            self._say(row, sequence, logits)

    def _write(self, writers):
        # Whoever is being read stands last, so that the writers' rows are the first ones.
        logits = self.decoder.decode([s.last for s in writers], [s.held for s in writers], [s.place for s in writers])
        self.observer.step(len(writers))
        for row in reversed(range(len(writers))):
            writers[row].held += 1
            writers[row].place += 1
            self._say(row, writers[row], logits[row])

    def _say(self, row, sequence, logits):
        try:
            raw = logits.copy() if sequence.top >= 0 else None
            token = sequence.choice.next(logits)
            sequence.told(token, *(logprobs(raw, token, sequence.top) if raw is not None else (None, None, None)))
        except Exception as failed:
            self._leave(row, failed)
            return
        self.observer.token()
        sequence.last = token
        sequence.generated += 1
        if token in sequence.ends or sequence.generated == sequence.most:
            self.observer.finished()
            self._leave(row, None)

    def _leave(self, row, failure):
        """Ends a sequence; later rows take its place, so that writers stay the first ones and whoever is being read the last."""
        sequence = self.running[row]
        last = len(self.running) - 1
        if self.running[last].held < self.running[last].prompt and row < last - 1:
            self._place(last - 1, row)
            row = last - 1
        if row < last:
            self._place(last, row)
        self.running.pop()
        sequence.ended(failure)

    def _place(self, source, target):
        self.decoder.move(source, target, self.running[source].held)
        self.running[target] = self.running[source]
