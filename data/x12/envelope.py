"""The envelopes: interchange (ISA, IEA), group (GS, GE) and transaction (ST, SE), each counting what it holds."""

from contextlib import suppress
from datetime import date

from data.x12.log import Mark, ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, at, to_date

_CENTURY = "20"

# Trailers count with at most ten digits.
_MOST_DIGITS = 10


class Envelope:
    """Where in the envelopes the reader stands. `sent_on` is the day of the group, else of the interchange."""

    def __init__(self, log: ProblemLog) -> None:
        self._log = log
        self.interchanges = 0
        self.segments = 0
        self.version = ""
        self.sent_on: date | None = None
        self.transaction_mark: Mark | None = None
        self._interchange_mark: Mark | None = None
        self._interchange: Elements = []
        self._group: Elements = []
        self._transaction: Elements = []
        self._groups = 0
        self._transactions = 0
        self._first_segment = 0

    @property
    def _position(self) -> int:
        """`segments` are those of the blocks before the one that is being read."""
        return self.segments + self._log.index

    def open_interchange(self, elements: Elements) -> None:
        self.check_ended()
        self.interchanges += 1
        self._interchange, self._interchange_mark = elements, self._log.mark
        self._group, self._groups, self.version = [], 0, ""
        self.sent_on = _read_day(_CENTURY + at(elements, 9))

    def open_group(self, elements: Elements) -> None:
        self._group, self._transactions = elements, 0
        self._groups += 1
        self.version = at(elements, 8)
        self.sent_on = _read_day(at(elements, 4)) or self.sent_on

    def open_transaction(self, elements: Elements) -> None:
        self._transaction, self.transaction_mark = elements, self._log.mark
        self._transactions += 1
        self._first_segment = self._position

    def close_transaction(self, elements: Elements) -> None:
        held = self._position - self._first_segment + 1
        self._check(elements, held, at(self._transaction, 2))
        self._transaction, self.transaction_mark = [], None

    def close_group(self, elements: Elements) -> None:
        self._check(elements, self._transactions, at(self._group, 6))
        self._group = []

    def close_interchange(self, elements: Elements) -> None:
        self._check(elements, self._groups, at(self._interchange, 13))
        self._interchange = []

    def check_ended(self) -> None:
        """An interchange without its IEA was cut off, wherever that may be."""
        if self._interchange:
            self._log.tell(ProblemKind.TRUNCATED, Lost.NOTHING, mark=self._interchange_mark)
            self._interchange = []

    def _check(self, trailer: Elements, held: int, control_number: str) -> None:
        count = at(trailer, 1)
        is_number = count.isascii() and count.isdigit() and len(count) <= _MOST_DIGITS
        if not (is_number and int(count) == held and at(trailer, 2) == control_number):
            self._log.tell(ProblemKind.WRONG_COUNT)


def _read_day(text: str) -> date | None:
    with suppress(ValueError):
        return to_date(text)
    return None
