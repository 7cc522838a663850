"""Training rows from labelled claims: a replay of history, in which every row is filled as things stood that day."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from data.claims import Claim
from data.first_answers import LineLabel
from data.reviews import Edit, ReasonCategory
from models.denial.features import FEATURES, AnsweredLine, Books, extract_features, learn_lines, see_claim
from models.denial.keys import LineKeys, line_keys
from models.denial.reasons import CarcBook
from training.denial_labels import LabelledClaim

CATEGORIES = tuple(ReasonCategory)
NOT_DENIED = -1
Check = Callable[[Claim], Sequence[Edit]]


@dataclass(frozen=True)
class DenialRows:
    """Labelled lines in the order of time.

    *Shapes:* features float32 (rows, len(FEATURES)); is_denied bool, category int8 (index into CATEGORIES or -1),
    claim int32 (index into `claims`), charge_cents int64: (rows,).
    """

    features: NDArray[np.float32]
    is_denied: NDArray[np.bool_]
    category: NDArray[np.int8]
    claim: NDArray[np.int32]
    charge_cents: NDArray[np.int64]
    claims: Sequence[LabelledClaim]

    def between(self, first: date, after: date) -> NDArray[np.bool_]:
        """Rows of claims prepared in [first, after). *Shape:* (rows,)."""
        prepared = np.array([one.claim.prepared_on for one in self.claims], dtype="datetime64[D]")
        inside = (prepared >= np.datetime64(first)) & (prepared < np.datetime64(after))
        chosen: NDArray[np.bool_] = inside[self.claim]
        return chosen


@dataclass(order=True, slots=True)
class _Pending:
    """An answer that is on its way."""

    known_on: date
    number: int
    keys: Sequence[LineKeys]
    labelled: LabelledClaim


class Replay:
    """Goes through labelled claims by the day they were prepared; afterwards `finish` brings the books up to date."""

    def __init__(self, patient_key: bytes = b"") -> None:
        self.books = Books.empty(patient_key)
        self.carcs = CarcBook()
        self._pending: list[_Pending] = []

    def run(self, labelled: Sequence[LabelledClaim], check: Check) -> Iterator[NDArray[np.float32]]:
        """The features of each claim, from answers known before the day it was prepared."""
        number = 0
        for day, group in groupby(labelled, key=lambda one: one.claim.prepared_on):
            self._learn_before(day)
            todays = [(one, check(one.claim)) for one in group]
            keys_of = [line_keys(one.claim, edits, self.books.services) for one, edits in todays]
            yield from self._fill(day, todays, keys_of)
            for (one, _), keys in zip(todays, keys_of, strict=True):
                number += 1
                see_claim(self.books, one.claim, keys)
                heappush(self._pending, _Pending(one.known_on, number, keys, one))

    def _fill(
        self, day: date, todays: Sequence[tuple[LabelledClaim, Sequence[Edit]]], keys: Sequence[Sequence[LineKeys]]
    ) -> Sequence[NDArray[np.float32]]:
        claims, edits = [one.claim for one, _ in todays], [edits for _, edits in todays]
        rows = extract_features(claims, edits, self.books, [day] * len(claims), keys)
        return np.split(rows, np.cumsum([len(claim.lines) for claim in claims])[:-1])

    def finish(self) -> None:
        self._learn_before(date.max)

    def _learn_before(self, day: date) -> None:
        while self._pending and self._pending[0].known_on < day:
            known_on = self._pending[0].known_on
            learn_lines(self.books, known_on, [line for answer in self._pop(known_on) for line in self._read(answer)])

    def _pop(self, known_on: date) -> Iterator[_Pending]:
        while self._pending and self._pending[0].known_on == known_on:
            yield heappop(self._pending)

    def _read(self, answer: _Pending) -> list[AnsweredLine]:
        """The lines of an answer; its reason codes are learned on the way."""
        labelled = answer.labelled
        keys = {line.line_number: key for line, key in zip(labelled.claim.lines, answer.keys, strict=True)}
        self.carcs.see_claim(labelled.claim.payer.payer_id)
        for label in labelled.lines:
            if label.carc is not None and label.category is not None:
                self.carcs.learn(labelled.claim.payer.payer_id, label.category, label.carc)
        return [AnsweredLine(keys[label.line_number], label.is_denied, label.category) for label in labelled.lines]


def build_rows(labelled: Sequence[LabelledClaim], check: Check, replay: Replay) -> DenialRows:
    """Fills one row for each labelled line; the replay keeps the books as they stand at the end."""
    features, labels, owners, charges = [], [], [], []
    for number, (one, rows) in enumerate(zip(labelled, replay.run(labelled, check), strict=True)):
        position = {line.line_number: index for index, line in enumerate(one.claim.lines)}
        for label in one.lines:
            features.append(rows[position[label.line_number]])
            labels.append(label)
            owners.append(number)
            charges.append(one.claim.lines[position[label.line_number]].charge_cents)
    replay.finish()
    return DenialRows(
        features=np.array(features, dtype=np.float32).reshape(-1, len(FEATURES)),
        is_denied=np.array([label.is_denied for label in labels], dtype=np.bool_),
        category=np.array([_category(label) for label in labels], dtype=np.int8),
        claim=np.array(owners, dtype=np.int32),
        charge_cents=np.array(charges, dtype=np.int64),
        claims=labelled,
    )


def _category(label: LineLabel) -> int:
    return CATEGORIES.index(label.category) if label.category is not None else NOT_DENIED
