"""Reads X12 files: claims, remittances and acknowledgements come out one by one, with all that is wrong by position."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Protocol

from data.remittances import Payment, Remittance
from data.x12.acknowledgements import (
    Acknowledgement,
    AcknowledgementLoops,
    ClaimStatus,
    ClaimStatusLoops,
    read_interchange_acknowledgement,
)
from data.x12.claim_loops import ClaimLoops
from data.x12.claim_parts import ClaimParts
from data.x12.claim_values import build_claim
from data.x12.envelope import Envelope
from data.x12.filing import BilledClaim
from data.x12.log import ProblemLog
from data.x12.problems import Lost, ProblemKind, SegmentProblem
from data.x12.remittance_loops import RemittanceLoops
from data.x12.remittance_parts import AnswerParts, PaymentParts
from data.x12.remittance_values import build_payment, build_remittance
from data.x12.segments import CHUNK_BYTES, Block, SegmentStream
from data.x12.values import Elements, at

Content = BilledClaim | Remittance | Payment | ClaimStatus | Acknowledgement
Item = Content | SegmentProblem
_DENTAL = ("X224", "X097")
_CLAIM_STATUS = "X214"


Handlers = Mapping[str, Callable[[Elements], None]]


class Transaction(Protocol):
    """The loops of one kind of transaction, and what to do with each of its segments: one after the other is read."""

    @property
    def handlers(self) -> Handlers: ...

    def begin(self) -> None: ...

    def finish(self, *, is_whole: bool) -> None: ...


class X12Reader:
    """Reads one stream. `transactions` counts those of each kind (ST01), `interchanges` and `segments` all of them."""

    def __init__(self, stream: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._stream = SegmentStream(stream, chunk_bytes)
        self._log = ProblemLog()
        self._envelope = Envelope(self._log)
        self._read: list[Content] = []
        self._transaction: Transaction | None = None
        self._is_passing = False
        self._own: Handlers = {
            "ISA": self._open_interchange,
            "GS": self._envelope.open_group,
            "ST": self._open_transaction,
            "SE": self._close_transaction,
            "GE": self._close_group,
            "IEA": self._close_interchange,
            "TA1": self._take_acknowledgement,
        }
        self._handlers: Handlers = self._own
        self._loops: dict[str, tuple[Transaction, Handlers]] = {}
        self.transactions: Counter[str] = Counter()

    @property
    def interchanges(self) -> int:
        return self._envelope.interchanges

    @property
    def segments(self) -> int:
        return self._envelope.segments

    def read(self) -> Iterator[Item]:
        for piece in self._stream.read():
            if isinstance(piece, Block):
                self._take(piece)
                yield from self._hand_over()
            else:
                yield piece
        self._break_off()
        self._envelope.check_ended()
        yield from self._hand_over()

    def _take(self, block: Block) -> None:
        """A value that no rule of the loops foresaw costs its segment, never the file."""
        log, refuse, element = self._log, self._refuse, block.delimiters.element
        log.block = block
        for log.index, segment in enumerate(block.segments):
            elements = segment.split(element)
            try:
                self._handlers.get(elements[0], refuse)(elements)
            except ValueError:
                log.tell(ProblemKind.BAD_VALUE, Lost.SEGMENT)
        self._envelope.segments += len(block.segments)

    def _refuse(self, _elements: Elements) -> None:
        if not self._is_passing:
            kind = ProblemKind.UNKNOWN_SEGMENT if self._transaction else ProblemKind.MISPLACED
            self._log.tell(kind, Lost.SEGMENT)

    def _hand_over(self) -> Iterator[Item]:
        yield from self._log.told
        yield from self._read
        self._log.told.clear()
        self._read.clear()

    def _open_interchange(self, elements: Elements) -> None:
        self._break_off()
        self._envelope.open_interchange(elements)

    def _open_transaction(self, elements: Elements) -> None:
        self._break_off()
        self._envelope.open_transaction(elements)
        kind = at(elements, 1)
        self.transactions[kind if kind.isascii() and kind.isdigit() and len(kind) == 3 else "?"] += 1
        if not _is_read(kind, at(elements, 3) or self._envelope.version):
            self._is_passing = True
            self._log.tell(ProblemKind.UNSUPPORTED, Lost.TRANSACTION)
            return
        if kind not in self._loops:
            loops = self._make_loops(kind)
            self._loops[kind] = loops, {**loops.handlers, **self._own}
        self._transaction, self._handlers = self._loops[kind]
        self._transaction.begin()

    def _make_loops(self, kind: str) -> Transaction:
        match kind:
            case "837":
                return ClaimLoops(self._log, self._add_claim)
            case "835":
                return RemittanceLoops(self._log, self._add_remittance, self._add_payment)
            case "277":
                return ClaimStatusLoops(self._log, self._read.append)
            case _:
                return AcknowledgementLoops(self._log, kind, self._read.append)

    def _close_transaction(self, elements: Elements) -> None:
        self._end_transaction(is_whole=True)
        self._envelope.close_transaction(elements)

    def _close_group(self, elements: Elements) -> None:
        self._break_off()
        self._envelope.close_group(elements)

    def _close_interchange(self, elements: Elements) -> None:
        self._break_off()
        self._envelope.close_interchange(elements)

    def _break_off(self) -> None:
        """Something ends while a transaction is open: its own end is missing."""
        if self._transaction is not None or self._is_passing:
            self._log.tell(ProblemKind.TRUNCATED, mark=self._envelope.transaction_mark)
            self._end_transaction(is_whole=False)

    def _end_transaction(self, *, is_whole: bool) -> None:
        if self._transaction is not None:
            self._transaction.finish(is_whole=is_whole)
        self._transaction, self._is_passing, self._handlers = None, False, self._own

    def _take_acknowledgement(self, elements: Elements) -> None:
        self._read.append(read_interchange_acknowledgement(elements))

    def _add_claim(self, parts: ClaimParts) -> None:
        claim = build_claim(parts, self._log, self._envelope.sent_on)
        if claim is not None:
            self._read.append(BilledClaim(claim, parts))

    def _add_remittance(self, parts: AnswerParts, payment: PaymentParts) -> None:
        remittance = build_remittance(parts, payment, self._log, self._envelope.sent_on)
        if remittance is not None:
            self._read.append(remittance)

    def _add_payment(self, parts: PaymentParts) -> None:
        payment = build_payment(parts, self._log, self._envelope.sent_on)
        if payment is not None:
            self._read.append(payment)


def _is_read(kind: str, version: str) -> bool:
    """Of an 837 not the dental claims, of a 277 only what tells whether claims were taken in."""
    match kind:
        case "837":
            return not any(mark in version for mark in _DENTAL)
        case "277":
            return _CLAIM_STATUS in version
        case _:
            return kind in ("835", "999", "997")


def read_x12(stream: BinaryIO) -> Iterator[Item]:
    """All that a stream holds, in the order in which it was read, problems before what was read beside them."""
    return X12Reader(stream).read()


__all__ = ["BilledClaim", "Content", "Item", "X12Reader", "read_x12"]
