"""Batches of (anchor, positive) pairs in which most negatives are siblings of the right code."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from training.encoder_config import EncoderConfig
from training.encoder_wording import reword

_REWORDED = 0.3


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings of a code: `anchor` as people write, `positive` a term of the table."""

    anchor: str
    positive: str
    code: str


Window = tuple[Pair, ...]


@dataclass(frozen=True)
class BatchPlan:
    """What an epoch is made of. `evidence`: a stretch of a note with the code and the term that it was coded by."""

    terms: Mapping[str, Sequence[str]]
    evidence: Sequence[Pair]
    config: EncoderConfig

    def batches(self, epoch: int) -> list[list[Pair]]:
        """The same for the same epoch. A last batch that is not full is left out."""
        random = Random(f"{self.config.seed}/{epoch}")  # noqa: S311 - no secret
        windows = [*self._windows_of_terms(random), *self._windows_of_evidence(random)]
        random.shuffle(windows)
        size = self.config.windows
        full = range(0, len(windows) - size + 1, size)
        return [[pair for window in windows[start : start + size] for pair in window] for start in full]

    def steps(self) -> int:
        """Of all epochs."""
        return sum(len(self.batches(epoch)) for epoch in range(self.config.epochs))

    def _windows_of_terms(self, random: Random) -> Iterator[Window]:
        anchors = {code: self._draw_anchors(code, texts, random) for code, texts in self.terms.items()}
        for number in range(self.config.rounds):
            codes = [code for code, drawn in anchors.items() if len(drawn) > number]
            pairs = [_pair(code, anchors[code][number], self.terms[code], random) for code in codes]
            yield from self._cut(pairs, random.randrange(self.config.window))

    def _draw_anchors(self, code: str, texts: Sequence[str], random: Random) -> list[str]:
        """Half of the injuries and causes that have a title alone sit an epoch out: they would outweigh the rest."""
        if len(texts) == 1 and code[0] in "STVWXY" and random.random() < 0.5:
            return []
        return random.sample(list(texts), min(len(texts), self.config.rounds))

    def _windows_of_evidence(self, random: Random) -> Iterator[Window]:
        for _ in range(self.config.evidence_rounds):
            pairs = [
                Pair(pair.anchor, random.choice([pair.positive, self.terms[pair.code][0]]), pair.code)
                for pair in self.evidence
            ]
            random.shuffle(pairs)
            yield from self._cut(pairs, 0)

    def _cut(self, pairs: Sequence[Pair], offset: int) -> Iterator[Window]:
        size = self.config.window
        for start in range(offset - size, len(pairs), size):
            if window := tuple(pairs[max(start, 0) : max(start + size, 0)]):
                yield window


def _pair(code: str, anchor: str, texts: Sequence[str], random: Random) -> Pair:
    """A positive is the title as often as any other term."""
    others = [text for text in texts if text != anchor]
    if not others:
        return Pair(reword(anchor, random), anchor, code)
    positive = others[0] if random.random() < 0.4 else random.choice(others)
    return Pair(reword(anchor, random) if random.random() < _REWORDED else anchor, positive, code)


def find_conflicts(pairs: Sequence[Pair], codes_of: Mapping[str, Collection[str]]) -> npt.NDArray[np.bool_]:
    """*Shape:* (pairs, pairs). Whether positive j may be right for anchor i too, and so is no negative.

    It is when one code holds the other, or when the words of positive j name the code of pair i.
    """
    letters = np.array([list(pair.code.ljust(7)) for pair in pairs])
    either_ends = (letters == " ")[:, None] | (letters == " ")[None, :]
    conflicts: npt.NDArray[np.bool_] = ((letters[:, None] == letters[None, :]) | either_ends).all(axis=2)
    for column, pair in enumerate(pairs):
        named = codes_of.get(pair.positive, ())
        if len(named) > 1:
            conflicts[[row for row, other in enumerate(pairs) if other.code in named], column] = True
    np.fill_diagonal(conflicts, val=False)
    return conflicts
