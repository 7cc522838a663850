"""The last look at a row before it is exported: nothing in it may be later than what it claims to know."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from training.deidentify import Row


class LeakError(RuntimeError):
    """A row knows something of its own future: a fault of ours, and nothing is written."""


def check_coding_rows(rows: Iterable[Row], as_of: datetime) -> Iterator[Row]:
    """Decided on before `as_of`, from decisions that are named."""
    for row in rows:
        if row["decided_at"] >= as_of or not row["decision_ids"]:
            raise LeakError(f"an example was decided on at or after {as_of:%Y-%m-%d %H:%M}")
        yield row


def check_denial_rows(rows: Iterable[Row], as_of: datetime) -> Iterator[Row]:
    """Sent before `as_of` and answered on an earlier day, but not before it was sent."""
    for row in rows:
        if row["submitted_at"] >= as_of or row["known_on"] >= as_of.date():
            raise LeakError(f"a claim was sent or answered at or after {as_of:%Y-%m-%d %H:%M}")
        yield row
