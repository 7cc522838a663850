"""Outcomes of independent medical review, as California's Department of Managed Health Care publishes them.

"Independent Medical Review (IMR) Determinations, Trend", data.chhs.ca.gov: `;`-separated, a header row, one row a
review. None of its rows is kept here.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.appeal_asks import ReviewKind
from models.appeal.review_case import ReviewCase

FILE = Path("claims") / "ca_imr" / "imr_determinations.csv"
_KINDS = {
    "Medical Necessity": ReviewKind.NECESSITY,
    "Experimental/Investigational": ReviewKind.EXPERIMENTAL,
    "Urgent Care": ReviewKind.URGENT,
}
_OUTCOMES = {"Overturned Decision of Health Plan": True, "Upheld Decision of Health Plan": False}
# Nothing is known.
_EMPTY = frozenset({"", "Not Applicable"})


class ReviewFileError(ValueError):
    """The file is not of the published form."""


@dataclass(frozen=True, slots=True)
class Review:
    """A decided case. Age and gender are looked at in the comparison only; the prior leaves them out."""

    year: int
    case: ReviewCase
    is_overturned: bool
    age: str
    gender: str


def read_reviews(path: Path) -> list[Review]:
    """Oldest year first. Raises ReviewFileError with the line that can't be read."""
    with path.open(encoding="utf-8", newline="") as stream:
        reviews = [_read(number, row) for number, row in enumerate(csv.DictReader(stream, delimiter=";"), start=2)]
    return sorted(reviews, key=lambda review: review.year)


def years_before(reviews: Sequence[Review], year: int) -> list[Review]:
    return [review for review in reviews if review.year < year]


def _read(number: int, row: Mapping[str, str]) -> Review:
    try:
        case = ReviewCase(
            kind=_KINDS[row["Type"]],
            diagnosis=to_name(row["Diagnosis Category"]),
            diagnosis_detail=to_name(row["Diagnosis Sub Category"]),
            treatment=to_name(row["Treatment Category"]),
            treatment_detail=to_name(row["Treatment Sub Category"]),
        )
        overturned = _OUTCOMES[row["Determination"]]
        return Review(int(row["Report Year"]), case, overturned, to_name(row["Age Range"]), row["Patient Gender"])
    except (KeyError, ValueError):
        raise ReviewFileError(f"line {number} is not a review of the published form") from None


def to_name(text: str) -> str:
    """`Orthopedic/ Musculoskeletal` reads orthopedic_musculoskeletal."""
    return "" if text in _EMPTY else re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
