"""Diagnoses as the problems of a visit: what each weighs in medical decision making, by the beginning of its code."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from data.catalogue import FOLDER
from data.catalogue_rows import read_rows
from data.suggestions import Evidence
from models.coding.procedures.reading import Reading
from models.coding.procedures.visits.words import Hit

_NO_PROBLEM = "none"
# Codes of one category are one problem: both knees, two complications of diabetes.
_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class StatedDiagnosis:
    """A diagnosis of the encounter with the words that state it; the code is dotted."""

    code: str
    evidence: tuple[Evidence, ...]


class ConditionWeights:
    """The classes of visits/problems.tsv by ICD-10-CM code: the longest beginning that the table names decides."""

    def __init__(self) -> None:
        self._weights = _read_weights()

    def find(self, code: str) -> str | None:
        """None for what is no problem of its own: a status, an external cause, a code of no known chapter."""
        starts = (code[:length] for length in range(len(code), 0, -1))
        weight = next((self._weights[start] for start in starts if start in self._weights), _NO_PROBLEM)
        return None if weight == _NO_PROBLEM else weight

    def find_hits(self, reading: Reading, diagnoses: Iterable[StatedDiagnosis]) -> tuple[Hit, ...]:
        """The words of each diagnosis in this note, as words for a problem; the first of two at the same place."""
        places: dict[tuple[int, int], Hit] = {}
        for diagnosis in diagnoses:
            weight = self.find(diagnosis.code)
            if weight is None:
                continue
            for first, last in _token_ranges(reading, diagnosis.evidence):
                hit = Hit("problem", weight, diagnosis.code[:_CATEGORY], first, last)
                places.setdefault((first, last), hit)
        return tuple(places.values())


def _read_weights() -> Mapping[str, str]:
    weights: dict[str, str] = {}
    for row in read_rows(FOLDER / "visits" / "conditions.tsv", ("weight", "codes")):
        for start in row["codes"].split():
            if start in weights:
                raise row.error(f"{start} has a weight already")
            weights[start] = row["weight"]
    return weights


def _token_ranges(reading: Reading, evidence: Iterable[Evidence]) -> Iterator[tuple[int, int]]:
    """Tokens [first, last) of the pieces that lie in this note."""
    for piece in evidence:
        if piece.document_id == reading.text.document_id:
            found = reading.tokens_in(piece.start, piece.end)
            if found is not None:
                yield found
