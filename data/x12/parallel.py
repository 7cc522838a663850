"""Reads one stream with several processes: ranges of whole transactions go to workers, and come back in order."""

import io
import pickle
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, BinaryIO, NamedTuple

from data.claims import Claim
from data.remittances import Payment, Remittance
from data.x12.acknowledgements import Acknowledgement, ClaimStatus
from data.x12.filing import BilledClaim
from data.x12.nouns import MAKERS
from data.x12.problems import SegmentProblem
from data.x12.ranges import Range, RangeCutter
from data.x12.reader import Item, X12Reader
from data.x12.segments import Block

BulkItem = Claim | Remittance | Payment | ClaimStatus | Acknowledgement | SegmentProblem
CHUNK_BYTES = 1 << 20
# Pieces that may wait: what bounds the memory.
_AHEAD = 8


class RangeReading(NamedTuple):
    """`items` are pickled. `segments` counts those of the range, `last_opened` those before its last ST."""

    items: bytes
    segments: int
    last_opened: int
    transactions: Counter[str]


class ParallelX12Reader(X12Reader):
    """As X12Reader, but claims come without the parts that they were read from.

    What is in no whole transaction, and transactions of more than MAX_RANGE_BYTES, are read here. `workers` may be any
    executor whose workers can import this module; whoever made it ends it.
    """

    def __init__(self, stream: BinaryIO, workers: Executor, chunk_bytes: int = CHUNK_BYTES) -> None:
        super().__init__(stream, chunk_bytes)
        self._workers = workers

    def read_bulk(self) -> Iterator[BulkItem]:
        for piece in self._in_order():
            if isinstance(piece, RangeReading):
                yield from self._add_range(piece)
            elif isinstance(piece, Block):
                self._take(piece)
                yield from without_parts(self._hand_over())
            else:
                yield piece
        yield from without_parts(self._end())

    def _in_order(self) -> Iterator[RangeReading | Block | SegmentProblem]:
        waiting: deque[Future[RangeReading] | Block | SegmentProblem] = deque()
        for piece in RangeCutter().cut(self._stream.read()):
            waiting.append(self._workers.submit(read_range, piece) if isinstance(piece, Range) else piece)
            while len(waiting) > _AHEAD or not isinstance(waiting[0], Future):
                yield _result_of(waiting.popleft())
                if not waiting:
                    break
        while waiting:
            yield _result_of(waiting.popleft())

    def _add_range(self, reading: RangeReading) -> Iterator[BulkItem]:
        """A transaction that was open before has no end of its own."""
        self._break_off()
        yield from without_parts(self._hand_over())
        count = sum(reading.transactions.values())
        self._envelope.pass_transactions(count, segments=reading.segments, last_opened=reading.last_opened)
        self.transactions.update(reading.transactions)
        yield from load_items(reading.items)


class _RangeReader(X12Reader):
    """Reads a range as if the stream held nothing else, under the ISA and GS segments that it stands under."""

    def __init__(self, work: Range) -> None:
        super().__init__(io.BytesIO())
        self._work = work
        self._log.block = work.block

    def read_range(self) -> RangeReading:
        if self._work.header:
            self._envelope.open_interchange(self._split(self._work.header))
        if self._work.group:
            self._envelope.open_group(self._split(self._work.group))
        self._take(self._work.block)
        items = dump_items(without_parts(self._hand_over()))
        return RangeReading(items, self.segments, self._envelope.last_opened, self.transactions)

    def _split(self, segment: bytes) -> list[str]:
        marks = self._work.block.delimiters
        return Block(0, 0, 0, marks, segment).segments[0].split(marks.element)


def read_range(work: Range) -> RangeReading:
    """What a worker does."""
    return _RangeReader(work).read_range()


def start_workers(count: int) -> ProcessPoolExecutor:
    """Processes that start when there is work for them; a context manager that ends them."""
    return ProcessPoolExecutor(count, get_context("spawn"))


def _result_of(piece: Future[RangeReading] | Block | SegmentProblem) -> RangeReading | Block | SegmentProblem:
    return piece.result() if isinstance(piece, Future) else piece


def without_parts(items: Iterable[Item]) -> Iterator[BulkItem]:
    return (item.claim if isinstance(item, BilledClaim) else item for item in items)


class _NounPickler(pickle.Pickler):
    """Nouns as the values of their fields; what several of them share is written once."""

    def reducer_override(self, value: Any) -> Any:
        if type(value) in MAKERS:
            return _restore, (type(value), tuple(value.__dict__.values()))
        return NotImplemented


def _restore(kind: type, values: tuple[Any, ...]) -> Any:
    return MAKERS[kind].restore(values)


def dump_items(items: Iterable[BulkItem]) -> bytes:
    out = io.BytesIO()
    _NounPickler(out, pickle.HIGHEST_PROTOCOL).dump(list(items))
    return out.getvalue()


def load_items(dumped: bytes) -> list[BulkItem]:
    """Only what a worker of ours dumped: pickles of others could run anything."""
    items: list[BulkItem] = pickle.loads(dumped)  # noqa: S301 - never leaves our own processes
    return items
