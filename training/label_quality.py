"""Which decisions are probably wrong, for a second look: confident learning (Northcutt, Jiang and Chuang 2021).

The probability that a code belongs to a note is taken from what did not see the decision: the model's answer of then,
and what was decided on the same code in other encounters. A decision is suspect when the other label is more probable
than it is, on average, where it was given.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.noun import Identifier, Noun, Probability
from training.datasets import CodingExample

# The model's answer counts for so many decisions; for a code that it had missed there is this much to say.
STRENGTH = 4.0
MISSED = 0.5

Floats = NDArray[np.float64]


class Suspect(Noun):
    """`probability` that the code belongs to the note, without this decision; `margin` is how much it says against."""

    encounter_id: Identifier
    system: str
    code: str
    is_positive: bool
    probability: Probability
    margin: float
    decided_by: Identifier
    decision_ids: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class LabelQuality:
    """`wrongly_kept` and `wrongly_refused` estimate the shares of wrong labels among the kept and the refused."""

    examples: int
    suspects: tuple[Suspect, ...]
    wrongly_kept: float
    wrongly_refused: float
    by_coder: dict[str, float]

    def as_table(self, limit: int = 50) -> str:
        """For people, the most suspect first."""
        head = [
            f"{self.examples} decisions, {len(self.suspects)} suspect; estimated wrong: {self.wrongly_kept:.1%} of the "
            f"kept, {self.wrongly_refused:.1%} of the refused",
            *(f"  {coder}: {share:.1%} suspect" for coder, share in self.by_coder.items()),
        ]
        rows = [
            f"{one.encounter_id}\t{one.system}\t{one.code}\t{'kept' if one.is_positive else 'refused'}\t"
            f"{one.probability:.2f}\t{one.decided_by}"
            for one in self.suspects[:limit]
        ]
        return "\n".join([*head, *rows])


def find_suspects(examples: Iterable[CodingExample]) -> LabelQuality:
    """Only decisions that were looked at count, and only they are suspected."""
    seen = [example for example in examples if example.weight > 0]
    labels = np.array([example.is_positive for example in seen], dtype=bool)
    probabilities = estimate(seen)
    if not labels.any() or labels.all():
        return LabelQuality(len(seen), (), 0.0, 0.0, {})
    kept_bar, refused_bar = probabilities[labels].mean(), (1 - probabilities[~labels]).mean()
    wrong = np.where(labels, 1 - probabilities >= refused_bar, probabilities >= kept_bar)
    margins = np.where(labels, 1 - probabilities - refused_bar, probabilities - kept_bar)
    order = sorted(np.flatnonzero(wrong).tolist(), key=lambda i: (-margins[i], seen[i].encounter_id, seen[i].code))
    suspects = tuple(_to_suspect(seen[i], float(probabilities[i]), float(margins[i])) for i in order)
    return LabelQuality(
        len(seen), suspects, float(wrong[labels].mean()), float(wrong[~labels].mean()), _by_coder(seen, suspects)
    )


def estimate(examples: Sequence[CodingExample]) -> Floats:
    """Of each example, from the model's answer and the other encounters' decisions on the code. *Shape:* (examples,)"""
    kept, decided = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for example in examples:
        kept[_key(example)] += example.is_positive
        decided[_key(example)] += 1
    return np.array([_estimate_one(one, kept[_key(one)], decided[_key(one)]) for one in examples], dtype=np.float64)


def _estimate_one(example: CodingExample, kept: int, decided: int) -> float:
    """An encounter has one example of a code, so taking it out leaves the other encounters."""
    prior = MISSED if example.probability is None else example.probability
    return (STRENGTH * prior + kept - example.is_positive) / (STRENGTH + decided - 1)


def _key(example: CodingExample) -> tuple[str, str]:
    return example.system.value, example.code


def _by_coder(seen: Sequence[CodingExample], suspects: Sequence[Suspect]) -> dict[str, float]:
    total = Counter(example.decided_by for example in seen)
    found = Counter(suspect.decided_by for suspect in suspects)
    return {coder: found[coder] / count for coder, count in sorted(total.items())}


def _to_suspect(example: CodingExample, probability: float, margin: float) -> Suspect:
    return Suspect(
        encounter_id=example.encounter_id,
        system=example.system.value,
        code=example.code,
        is_positive=example.is_positive,
        probability=probability,
        margin=margin,
        decided_by=example.decided_by,
        decision_ids=example.decision_ids,
    )
