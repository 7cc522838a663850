"""Gradient-boosted trees, read from LightGBM's text format and applied to many rows at once.

All questions are asked of all rows together; what the trees say then is looked up and added. A row's numbers are the
same in any batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.denial.questionnaire import Questionnaire
from models.denial.tree_parts import cut_trees
from models.denial.tree_tables import BYTES, Table, tabulate_contributions, tabulate_values
from models.denial.tree_text import read_trees

Floats = NDArray[np.float64]
# Rows looked up at once: what is looked up for them fits into a processor's cache.
_ROWS = 32


class BoostedTrees:
    """A trained ensemble."""

    def __init__(self, text: str) -> None:
        """Raises ArtefactError when the text holds no trees of the kind that the denial model is fitted with."""
        read = read_trees(text)
        self.features = read.features
        self._parts = sorted(cut_trees(read.trees), key=lambda part: part.tree % read.classes)
        self._questionnaire = Questionnaire.of(self._parts)
        values = [(part.tree % read.classes, number, tabulate_values(part)) for number, part in enumerate(self._parts)]
        self._scores = _Sums.of(values, read.classes)

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls(path.read_text(encoding="utf-8"))

    def log_odds(self, rows: NDArray[np.float32]) -> Floats:
        """*Shapes:* rows (rows, features) -> (rows,)."""
        return self._scores.add_up(self._questionnaire.answer(rows))[:, 0]

    def shares(self, rows: NDArray[np.float32]) -> Floats:
        """Class probabilities of a multi-class model. *Shapes:* rows (rows, features) -> (rows, classes)."""
        scores = self._scores.add_up(self._questionnaire.answer(rows))
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: Floats = odds / odds.sum(axis=1, keepdims=True)
        return shares

    def contributions(self, rows: NDArray[np.float32]) -> Floats:
        """Additive shares of the log-odds. *Shapes:* rows (rows, features) -> (rows, features), the base left out."""
        return self._contributions.add_up(self._questionnaire.answer(rows))

    @cached_property
    def _contributions(self) -> "_Sums":
        tables = [
            (feature, number, table)
            for number, part in enumerate(self._parts)
            for feature, table in tabulate_contributions(part).items()
        ]
        return _Sums.of(tables, len(self.features))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums of what tables say to the bytes of their parts; the tables of a sum are next to each other.

    *Shapes:* columns and starts (sums,): which number of the result a sum is, and its first table; parts and offsets
    (tables,): whose byte a table is for, and where it begins in `numbers` (tables * BYTES,). `parts` is a slice where
    each part has one table, in their order: no bytes need to be gathered then.
    """

    width: int
    columns: NDArray[np.intp]
    starts: NDArray[np.intp]
    parts: NDArray[np.intp] | slice
    offsets: NDArray[np.intp]
    numbers: Floats

    @classmethod
    def of(cls, tables: Iterable[tuple[int, int, Table]], width: int) -> Self:
        """Of each table its column, its part and its numbers."""
        columns, parts, numbers = zip(*sorted(tables, key=lambda each: each[:2]), strict=True)
        found, starts = np.unique(columns, return_index=True)
        places = np.arange(len(parts))
        chosen = slice(None) if np.array_equal(parts, places) else np.array(parts)
        return cls(width, found, starts, chosen, places * BYTES, np.concatenate(numbers))

    def add_up(self, answers: NDArray[np.uint8]) -> Floats:
        """*Shapes:* answers (rows, parts) -> (rows, width)."""
        sums = np.zeros((len(answers), self.width))
        for start in range(0, len(answers), _ROWS):
            some = slice(start, start + _ROWS)
            found = self.numbers.take(answers[some, self.parts] + self.offsets)
            sums[some, self.columns] = np.add.reduceat(found, self.starts, axis=1)
        return sums
