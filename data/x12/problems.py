"""What is wrong with an X12 file, by position. Nothing of the file's text is repeated but the name of a segment."""

import re
from enum import StrEnum
from typing import NamedTuple

from data.noun import Count, Noun, Positive


class ProblemKind(StrEnum):
    """Each with the words that a person reads."""

    words: str

    def __new__(cls, value: str, words: str) -> "ProblemKind":
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member

    NO_INTERCHANGE = "no_interchange", "the file holds no X12 interchange"
    STRAY_BYTES = "stray_bytes", "bytes that belong to no interchange"
    BAD_HEADER = "bad_header", "an ISA segment that names no delimiters"
    TRUNCATED = "truncated", "the file or interchange ends before its end is said"
    OVERLONG = "overlong", "a segment longer than any real one"
    UNKNOWN_SEGMENT = "unknown_segment", "a segment that this transaction does not know"
    MISPLACED = "misplaced", "a segment outside the loop that it belongs to"
    UNSUPPORTED = "unsupported", "a transaction of a kind that is not read here"
    WRONG_COUNT = "wrong_count", "a trailer that counts otherwise, or names another control number"
    MISSING_VALUE = "missing_value", "a value that is required is not there"
    BAD_VALUE = "bad_value", "a value that is malformed"
    BAD_CODE = "bad_code", "a code that is not well formed in its system"
    ROUNDED = "rounded", "part of a unit, rounded up"
    UNBALANCED = "unbalanced", "amounts that don't add up"
    OTHER_PAYER = "other_payer", "what another payer was told or paid, which a claim here does not keep"
    OTHER_SEPARATOR = "other_separator", "components parted by another character than ISA names"
    REPEATED_NUMBER = "repeated_number", "a line number that was used before"


class Lost(StrEnum):
    """What was not read because of a problem; the rest was."""

    NOTHING = "nothing"
    VALUE = "value"
    SEGMENT = "segment"
    LINE = "line"
    CLAIM = "claim"
    PAYMENT = "payment"
    TRANSACTION = "transaction"
    BYTES = "bytes"


class Place(NamedTuple):
    """`interchange` and `segment` count from 1, the ISA segment being the first; `offset` counts bytes from 0."""

    interchange: int
    segment: int
    offset: int
    segment_id: str


class SegmentProblem(Noun):
    """`element` counts from 1, as in CLM05; None when the whole segment is meant. `source` counts the files read."""

    kind: ProblemKind
    lost: Lost
    interchange: Count
    segment: Count
    offset: Count
    segment_id: str
    element: Positive | None = None
    source: Positive = 1

    @classmethod
    def at(cls, place: Place, kind: ProblemKind, lost: Lost, element: int | None = None) -> "SegmentProblem":
        return cls(kind=kind, lost=lost, element=element, **place._asdict())

    def __str__(self) -> str:
        name = f"{self.segment_id}{self.element:02}" if self.element else self.segment_id
        where = f"interchange {self.interchange}, segment {self.segment} ({name}), byte {self.offset}"
        return f"{where}: {self.kind.words}" + ("" if self.lost is Lost.NOTHING else f"; {self.lost.value} lost")


_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}")


def name_segment(text: str) -> str:
    """The name of a segment; a question mark for what can't be one, which may be a patient's words."""
    return text if _SEGMENT_ID.fullmatch(text) else "?"
