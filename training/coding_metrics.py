"""Scores of ranked codes against gold, per note, so that intervals can be resampled over notes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoredNote:
    """Gold codes of a note and its ranked suggestions (code -> probability)."""

    gold: frozenset[str]
    ranked: Mapping[str, float]

    def suggested(self, threshold: float) -> set[str]:
        return {code for code, probability in self.ranked.items() if probability >= threshold}


def micro_f1(notes: Sequence[ScoredNote], threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 over all (note, code) pairs."""
    given = sum(len(note.suggested(threshold)) for note in notes)
    right = sum(len(note.suggested(threshold) & note.gold) for note in notes)
    wanted = sum(len(note.gold) for note in notes)
    return right / max(given, 1), right / max(wanted, 1), 2 * right / max(given + wanted, 1)


def macro_f1(notes: Sequence[ScoredNote], threshold: float) -> float:
    """The mean over codes that occur in gold of the code's F1."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for note in notes:
        given = note.suggested(threshold)
        right.update(given & note.gold)
        wrong.update(given - note.gold)
        missed.update(note.gold - given)
    codes = {code for note in notes for code in note.gold}
    return float(np.mean([2 * right[c] / (2 * right[c] + wrong[c] + missed[c]) for c in codes])) if codes else 0.0


def average_precision(note: ScoredNote) -> float:
    order = sorted(note.ranked, key=lambda code: -note.ranked[code])
    hits = np.array([code in note.gold for code in order], dtype=np.float64)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precision * hits).sum() / max(len(note.gold), 1))


def mean_average_precision(notes: Sequence[ScoredNote]) -> float:
    return float(np.mean([average_precision(note) for note in notes if note.gold]))


def best_threshold(notes: Sequence[ScoredNote]) -> float:
    """The probability at which micro-F1 is highest, on a grid of hundredths."""
    grid = np.arange(0.05, 0.95, 0.01)
    return float(max(grid, key=lambda threshold: micro_f1(notes, float(threshold))[2]))


def expected_calibration_error(probabilities: Floats, labels: Floats, *, bins: int = 15) -> float:
    """The mean gap between probability and frequency over bins of equal width, weighted by their size."""
    index = np.minimum((probabilities * bins).astype(int), bins - 1)
    counts = np.bincount(index, minlength=bins)
    gap = np.bincount(index, probabilities, bins) - np.bincount(index, labels, bins)
    return float(np.abs(gap).sum() / max(counts.sum(), 1))


def bootstrap_f1(notes: Sequence[ScoredNote], threshold: float, *, rounds: int, seed: int) -> tuple[float, float]:
    """The 95 % interval of micro-F1, notes resampled with replacement."""
    table = [(len(n.suggested(threshold) & n.gold), len(n.suggested(threshold)) + len(n.gold)) for n in notes]
    return bootstrap_counts(np.array(table, dtype=float), rounds=rounds, seed=seed)


def bootstrap_counts(table: Floats, *, rounds: int, seed: int) -> tuple[float, float]:
    """The same, of counts. *Shape:* (notes, 2): right; given and wanted together."""
    picks = np.random.default_rng(seed).integers(0, len(table), (rounds, len(table)))
    sums = table[picks].sum(axis=1)
    values = 2 * sums[:, 0] / np.maximum(sums[:, 1], 1)
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
