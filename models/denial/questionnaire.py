"""All questions of an ensemble, asked of many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.denial.tree_parts import Part
from models.denial.tree_text import Question

# Stands for the questions that a part does not have.
_NEVER = Question(0, -np.inf, if_missing=False)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """*Shapes:* thresholds and if_missing (questions, 1), by feature: those of a feature are a slice of `of_feature`;
    places (bits, parts): the question of each bit of each part, the highest bit first."""

    of_feature: Sequence[tuple[int, slice]]
    thresholds: NDArray[np.float32]
    if_missing: NDArray[np.bool_]
    places: NDArray[np.intp]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Self:
        questions = sorted({_NEVER, *(question for part in parts for question in part.questions)})
        features = np.array([question.feature for question in questions])
        return cls(
            [(int(feature), slice(*np.searchsorted(features, [feature, feature + 1]))) for feature in set(features)],
            _round_down([question.threshold for question in questions])[:, np.newaxis],
            np.array([[question.if_missing] for question in questions]),
            _find_places(parts, questions),
        )

    def answer(self, rows: NDArray[np.float32]) -> NDArray[np.uint8]:
        """The bytes of the parts. *Shapes:* rows (rows, features) -> (rows, parts)."""
        columns = np.ascontiguousarray(rows.T)
        is_yes = np.empty((len(self.thresholds), len(rows)), dtype=np.bool_)
        for feature, own in self.of_feature:
            np.less_equal(columns[feature], self.thresholds[own], out=is_yes[own])
        if np.isnan(columns).any():
            for feature, own in self.of_feature:
                is_yes[own] |= np.isnan(columns[feature]) & self.if_missing[own]
        return np.ascontiguousarray(self._pack(is_yes.view(np.uint8)).T)

    def _pack(self, bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
        packed = np.zeros((self.places.shape[1], bits.shape[1]), dtype=np.uint8)
        for asked in self.places:
            packed += packed
            packed += bits[asked]
        return packed


def _round_down(thresholds: Sequence[float]) -> NDArray[np.float32]:
    """A 32-bit number is at most the threshold exactly when it is at most this one."""
    exact = np.array(thresholds)
    nearest = exact.astype(np.float32)
    return np.where(nearest > exact, np.nextafter(nearest, np.float32(-np.inf)), nearest)


def _find_places(parts: Sequence[Part], questions: Sequence[Question]) -> NDArray[np.intp]:
    place_of = {question: place for place, question in enumerate(questions)}
    bits = max(len(part.questions) for part in parts)
    asked = [[*part.questions, *[_NEVER] * (bits - len(part.questions))] for part in parts]
    return np.array([[place_of[question] for question in each[::-1]] for each in asked], dtype=np.intp).T
