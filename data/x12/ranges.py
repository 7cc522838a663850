"""Cuts blocks at the ends of transactions: ranges of whole ones (ST to SE) can be read by themselves."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache

from data.x12.delimiters import Delimiters
from data.x12.problems import SegmentProblem
from data.x12.segments import Block

# A transaction that is longer is read where the stream is read.
MAX_RANGE_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Range:
    """Whole transactions of one group, with the ISA and GS segments that they stand under; GS may be missing."""

    block: Block
    header: bytes
    group: bytes


class RangeCutter:
    """What is in no range, and what is wrong with the stream, comes out between the ranges in its place."""

    def __init__(self) -> None:
        self._header = b""
        self._group = b""
        self._rest: Block | None = None

    def cut(self, pieces: Iterator[Block | SegmentProblem]) -> Iterator[Range | Block | SegmentProblem]:
        for piece in pieces:
            if isinstance(piece, Block):
                yield from self._cut_block((yield from self._join(piece)))
            else:
                yield from self._let_go()
                yield piece
        yield from self._let_go()

    def _join(self, block: Block) -> Generator[Block, None, Block]:
        """Returns the block with the beginning of its first transaction, if that was before it."""
        rest = self._rest
        if rest is None or rest.interchange != block.interchange or len(rest.raw) > MAX_RANGE_BYTES:
            yield from self._let_go()
            return block
        self._rest = None
        return Block(rest.interchange, rest.first, rest.offset, rest.delimiters, rest.raw + block.raw)

    def _let_go(self) -> Iterator[Block]:
        if self._rest is not None:
            yield self._rest
            self._rest = None

    def _cut_block(self, block: Block) -> Iterator[Range | Block]:
        """`opened` and `ended` are those of a run of transactions, `tail` is where one begins that has no end yet."""
        done, opened, ended, tail = 0, -1, -1, -1
        for name, start, end in _find_envelopes(block):
            if name == b"ST":
                opened, tail = (opened if opened >= 0 else start), (tail if tail >= 0 else start)
            elif name == b"SE" and opened >= 0:
                ended, tail = end, -1
            elif name != b"SE":
                if ended >= 0:
                    yield from self._part(block, done, opened, ended)
                    done = ended
                opened = ended = tail = -1
                self._remember(name, block.raw[start:end])
        if ended >= 0:
            yield from self._part(block, done, opened, ended)
            done = ended
        if tail >= 0:
            self._rest = block.part(tail, len(block.raw))
        yield from _between(block, done, tail if tail >= 0 else len(block.raw))

    def _part(self, block: Block, done: int, opened: int, ended: int) -> Iterator[Range | Block]:
        yield from _between(block, done, opened)
        yield Range(block.part(opened, ended), self._header, self._group)

    def _remember(self, name: bytes, segment: bytes) -> None:
        if name == b"ISA":
            self._header, self._group = segment, b""
        elif name == b"GS":
            self._group = segment


def _between(block: Block, start: int, end: int) -> Iterator[Block]:
    if block.raw[start:end].strip():
        yield block.part(start, end)


def _find_envelopes(block: Block) -> Iterator[tuple[bytes, int, int]]:
    """The segments that open or close something: name, begin, and end after the terminator."""
    mark = block.delimiters.segment.encode("latin-1")
    for found in _envelope_pattern(block.delimiters).finditer(block.raw):
        yield found[1], found.start(1), block.raw.index(mark, found.end()) + 1


@lru_cache(64)
def _envelope_pattern(delimiters: Delimiters) -> re.Pattern[bytes]:
    element, mark = (re.escape(one.encode("latin-1")) for one in (delimiters.element, delimiters.segment))
    names, blanks = rb"(ST|SE|GS|GE|ISA|IEA|TA1)", rb"[ \t\r\n]*"
    return re.compile(rb"(?:\A|" + mark + rb")" + blanks + names + rb"(?=" + element + rb"|" + blanks + mark + rb")")
