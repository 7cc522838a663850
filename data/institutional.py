"""What the fields of an institutional claim may say: type of bill, frequency and revenue codes.

Numbers and our own words; the texts of the UB-04 manual are not part of this project.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

# First digit of the facility: hospital, skilled nursing, home health, religious, intermediate care, clinic, special.
FACILITIES = frozenset("1234678")
# Second digit, or for clinics (7) and special facilities (8) their kind.
CLASSES = frozenset("123456789")
INPATIENT_TYPES = frozenset({"11", "18", "21", "28", "41"})
FREQUENCIES = frozenset("01234578") | frozenset("9ABCDEFGHIJKMOPQXYZ")
TOTAL_LINE = "0001"


class RevenueRole(StrEnum):
    """room: a bed by the day; procedure: an outpatient line of it names the service."""

    ROOM = "room"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class RevenueRange:
    first: str
    last: str
    role: RevenueRole
    words: str


@cache
def _load() -> Sequence[RevenueRange]:
    text = files("data.reference").joinpath("revenue_codes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(RevenueRange(row["first"], row["last"], RevenueRole(row["role"]), row["words"]) for row in rows)


@lru_cache(maxsize=4096)
def find_revenue_range(code: str) -> RevenueRange | None:
    """None for codes of which no rule asks anything."""
    return next((known for known in _load() if known.first <= code <= known.last), None)


def is_bill_type(facility_type: str) -> bool:
    """Two digits of the type of bill, without its frequency."""
    return len(facility_type) == 2 and facility_type[0] in FACILITIES and facility_type[1] in CLASSES
