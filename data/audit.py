"""The audit log as a chain: each event carries the SHA-256 of itself and of the event before it.

Whoever holds the head (the last sequence and hash) can prove later that nothing was changed, dropped, put in another
order or cut off. Without it, a log that was rewritten from some event to its end looks whole.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError

from data.canonical import canonical_json, sha256_hex
from data.noun import Count, Flag, Identifier, Noun, Positive

GENESIS = "0" * 64

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
EventKind = Annotated[str, Field(pattern=r"^[a-z][a-z_]*(\.[a-z][a-z_]*)*$", max_length=128)]
_Word = Annotated[str, Field(max_length=256)]
# Short scalars and lists of them: there is no place for a note, and no float whose text could differ.
Detail = bool | int | _Word | None | tuple[bool | int | _Word | None, ...]

Details = Mapping[str, Detail]


class AuditEvent(Noun):
    """`at` is kept as the text that was hashed."""

    sequence: Positive
    kind: EventKind
    actor: Identifier
    subject: Identifier
    at: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")]
    details: dict[str, Detail]
    previous_hash: Sha256
    hash: Sha256

    def expected_hash(self) -> str:
        return sha256_hex(canonical_json(self.model_dump(mode="json", exclude={"hash"})))

    def sealed(self) -> Self:
        """The same event with the hash that belongs to it."""
        return self.model_copy(update={"hash": self.expected_hash()})


class Head(Noun):
    """Where a chain ends: all that one needs to keep in another place."""

    sequence: Count
    hash: Sha256

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what `str` wrote; raises ValueError."""
        sequence, _, digest = text.partition(":")
        if not sequence.isascii() or not sequence.isdigit():
            raise ValueError("expected a head such as 12:9f86d081...")
        return cls(sequence=int(sequence), hash=digest)


class Problem(StrEnum):
    CHANGED = "changed"
    UNLINKED = "unlinked"
    DROPPED = "dropped"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    FORGED = "forged"
    UNSIGNED = "unsigned"


class AuditReport(Noun):
    """`sequence` is the first event that is wrong or missing. `head` covers the events that are right."""

    is_intact: Flag
    events: Count
    head: Head
    problem: Problem | None = None
    sequence: Positive | None = None


def parse_event(line: str) -> AuditEvent | None:
    """Reads one line of an exported log; None when it is not the canonical text of an event."""
    try:
        event = AuditEvent.model_validate(json.loads(line))
    except (ValueError, ValidationError, RecursionError):
        return None
    return event if canonical_json(event) == line else None


def verify_events(events: Iterable[AuditEvent | None], expected: Head | None = None) -> AuditReport:
    """Checks a whole log, from its first event. None stands for an event that could not be read."""
    head = Head(sequence=0, hash=GENESIS)
    rest = iter(events)
    for event in rest:
        problem = _find_problem(event, head, rest)
        if problem is None and event is not None:
            head = Head(sequence=event.sequence, hash=event.hash)
            if expected is not None and head.sequence == expected.sequence and head.hash != expected.hash:
                problem = Problem.REWRITTEN
        if problem is not None:
            at = head.sequence if problem is Problem.REWRITTEN else head.sequence + 1
            return AuditReport(is_intact=False, events=head.sequence, head=head, problem=problem, sequence=at)
    return _report_end(head, expected)


def verify_file(path: Path, expected: Head | None = None) -> AuditReport:
    """Checks an exported log (see `training/export.py`): one event a line, without a database."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        return verify_events((parse_event(line[:-1]) if line.endswith("\n") else None for line in lines), expected)


def _find_problem(event: AuditEvent | None, head: Head, rest: Iterator[AuditEvent | None]) -> Problem | None:
    if event is None:
        return Problem.CHANGED
    if event.sequence != head.sequence + 1:
        return _explain_gap(event, head, rest)
    if event.hash != event.expected_hash():
        return Problem.CHANGED
    return None if event.previous_hash == head.hash else Problem.UNLINKED


def _explain_gap(event: AuditEvent, head: Head, rest: Iterator[AuditEvent | None]) -> Problem:
    """The event that should come next is either further on, or gone."""
    if event.hash != event.expected_hash():
        return Problem.CHANGED
    is_later = any(other is not None and other.sequence == head.sequence + 1 for other in rest)
    return Problem.REORDERED if is_later or event.sequence <= head.sequence else Problem.DROPPED


def _report_end(head: Head, expected: Head | None) -> AuditReport:
    if expected is not None and head.sequence < expected.sequence:
        return AuditReport(
            is_intact=False, events=head.sequence, head=head, problem=Problem.TRUNCATED, sequence=head.sequence + 1
        )
    return AuditReport(is_intact=True, events=head.sequence, head=head)
