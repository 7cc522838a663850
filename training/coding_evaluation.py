"""Measures a coding model on coded notes that it was not trained on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.coding.document import read_note
from models.coding.recognize import Recognizer
from training.coding_metrics import (
    ScoredNote,
    bootstrap_f1,
    expected_calibration_error,
    macro_f1,
    mean_average_precision,
    micro_f1,
)
from training.coding_sources import CodedNote
from training.progress import track

BOOTSTRAP_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics by name; `threshold` is the probability at which sets are compared."""

    threshold: float
    metrics: dict[str, float]


def score_notes(recognizer: Recognizer, notes: Iterable[CodedNote]) -> list[ScoredNote]:
    """Ranks the codes of each note as the profile `mentions` does."""
    return [
        ScoredNote(
            note.codes, {found.code: found.probability for found in recognizer.recognize([read_note(note.note)])}
        )
        for note in track(notes, "evaluation")
    ]


def evaluate_notes(notes: Sequence[ScoredNote], threshold: float, seen: frozenset[str]) -> Evaluation:
    """`seen` are the codes that training held; recall on the others shows what generalises."""
    precision, recall, f1 = micro_f1(notes, threshold)
    low, high = bootstrap_f1(notes, threshold, rounds=BOOTSTRAP_ROUNDS, seed=1)
    probabilities = np.array([p for note in notes for p in note.ranked.values()])
    labels = np.array([code in note.gold for note in notes for code in note.ranked], dtype=np.float64)
    return Evaluation(
        threshold,
        {
            "micro_precision": precision,
            "micro_recall": recall,
            "micro_f1": f1,
            "micro_f1_low": low,
            "micro_f1_high": high,
            "mean_average_precision": mean_average_precision(notes),
            "macro_f1": macro_f1(notes, threshold),
            "three_character_f1": micro_f1([_by_category(note) for note in notes], threshold)[2],
            "unseen_recall": _recall_of_unseen(notes, threshold, seen),
            "candidate_recall": _candidate_recall(notes),
            "candidates_per_note": float(np.mean([len(note.ranked) for note in notes])),
            "calibration_error": expected_calibration_error(probabilities, labels),
            "notes": float(len(notes)),
        },
    )


def _by_category(note: ScoredNote) -> ScoredNote:
    ranked: dict[str, float] = {}
    for code, probability in note.ranked.items():
        ranked[code[:3]] = max(probability, ranked.get(code[:3], 0.0))
    return ScoredNote(frozenset(code[:3] for code in note.gold), ranked)


def _recall_of_unseen(notes: Sequence[ScoredNote], threshold: float, seen: frozenset[str]) -> float:
    hits = [note.ranked.get(code, 0.0) >= threshold for note in notes for code in note.gold - seen]
    return float(np.mean(hits)) if hits else 0.0


def _candidate_recall(notes: Sequence[ScoredNote]) -> float:
    found = sum(len(note.gold & note.ranked.keys()) for note in notes)
    return found / max(sum(len(note.gold) for note in notes), 1)
