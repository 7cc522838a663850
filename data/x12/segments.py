"""Cuts a stream of bytes into interchanges and their segments, block by block: memory does not grow with the file."""

from collections.abc import Iterator
from functools import cached_property
from operator import methodcaller
from typing import BinaryIO

from data.x12.delimiters import MAX_HEADER_BYTES, START, Delimiters, find_delimiters
from data.x12.problems import Lost, Place, ProblemKind, SegmentProblem, name_segment

CHUNK_BYTES = 1 << 16
MAX_SEGMENT_BYTES = 1 << 20
_PADDING = b" \t\r\n\x00\x1a"
_LINE_ENDS = " \t\r\n"
_strip = methodcaller("strip", _LINE_ENDS)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Block:
    """Whole segments of one interchange, without the empty ones, which count as segments of the file all the same."""

    def __init__(self, interchange: int, first: int, offset: int, delimiters: Delimiters, raw: bytes) -> None:
        self.interchange = interchange
        self.delimiters = delimiters
        self.segments = _cut(raw, delimiters.segment)
        self._first, self._offset, self._raw = first, offset, raw

    def locate(self, index: int) -> Place:
        name = name_segment(self.segments[index].split(self.delimiters.element, 1)[0])
        ordinal, start = self._places[index]
        return Place(self.interchange, self._first + ordinal, self._offset + start, name)

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        """Which of all segments each is, and where it begins, after the line end before it."""
        places, position = [], 0
        for ordinal, part in enumerate(self._raw.split(self.delimiters.segment.encode("latin-1"))):
            if part.strip(_LINE_ENDS.encode()):
                places.append((ordinal, position + len(part) - len(part.lstrip())))
            position += len(part) + 1
        return places


def _cut(raw: bytes, mark: str) -> list[str]:
    """UTF-8, or a segment that is no UTF-8 as Latin-1: what a segment says does not depend on those read with it."""
    if raw.isascii():
        text = raw.decode("ascii").lstrip(_LINE_ENDS).replace(f"{mark}\n", mark)
        if _is_clean(text, mark):
            return text.split(mark)[:-1]
        return list(filter(None, map(_strip, text.split(mark))))
    parts = raw.split(mark.encode("latin-1"))
    return [text for part in parts if (text := _decode(part).strip(_LINE_ENDS))]


def _is_clean(text: str, mark: str) -> bool:
    """Whether no segment is empty or has white space around it. Single characters are looked for in next to no time."""
    if "\n" in text or "\r" in text or "\t" in text:
        return False
    return not (text.startswith(mark) or mark + mark in text or mark + " " in text or " " + mark in text)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class SegmentStream:
    """Reads a stream once, from where it stands to its end. `_data` begins at byte `_base` of it."""

    def __init__(self, stream: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._stream = stream
        self._chunk_bytes = chunk_bytes
        self._data = b""
        self._base = 0
        self._search_from = 0
        self._delimiters: Delimiters | None = None
        self._interchange = 0
        self._segments = 0
        self._is_skipping = False
        self._is_told = False

    def read(self) -> Iterator[Block | SegmentProblem]:
        while chunk := self._stream.read(self._chunk_bytes):
            self._data += chunk
            yield from self._drain(is_last=False)
        yield from self._drain(is_last=True)
        if not self._interchange:
            yield self._problem(ProblemKind.NO_INTERCHANGE, Lost.BYTES)

    def _drain(self, *, is_last: bool) -> Iterator[Block | SegmentProblem]:
        """Uses up all that is whole and keeps the rest."""
        while True:
            found = START.search(self._data, self._search_from)
            limit = found.start() if found else len(self._data) if is_last else self._before_header()
            yield from self._cut(limit, is_end=found is not None or is_last)
            if found is None or (len(self._data) < MAX_HEADER_BYTES and not is_last):
                return
            yield from self._open()

    def _before_header(self) -> int:
        """Leaves what may be the beginning of an ISA segment for the next time."""
        size = len(self._data)
        found = self._data.rfind(b"ISA", max(self._search_from, size - MAX_HEADER_BYTES))
        if found >= 0:
            return found
        return size - next((length for length in (2, 1) if self._data.endswith(b"ISA"[:length])), 0)

    def _open(self) -> Iterator[SegmentProblem]:
        self._delimiters = find_delimiters(self._data[:MAX_HEADER_BYTES])
        self._interchange, self._segments, self._search_from = self._interchange + 1, 0, 3
        self._is_skipping = self._is_told = False
        if self._delimiters is None:
            self._is_told = True
            yield self._problem(ProblemKind.BAD_HEADER, Lost.TRANSACTION)

    def _cut(self, limit: int, *, is_end: bool) -> Iterator[Block | SegmentProblem]:
        """Takes whole segments before `limit`; where the interchange ends there, also what is left of one."""
        if self._delimiters is None:
            yield from self._pass_stray(limit)
            return
        mark = self._delimiters.segment.encode("latin-1")
        if self._is_skipping:
            limit -= self._pass_overlong(mark, limit)
        size = self._data.rfind(mark, 0, limit) + 1
        if size:
            block = Block(self._interchange, self._segments + 1, self._base, self._delimiters, self._data[:size])
            self._segments += self._data.count(mark, 0, size)
            self._drop(size)
            yield block
        yield from self._check_rest(limit - size, is_end=is_end)

    def _check_rest(self, size: int, *, is_end: bool) -> Iterator[SegmentProblem]:
        if is_end:
            if self._data[:size].strip(_PADDING):
                yield self._problem(ProblemKind.TRUNCATED, Lost.SEGMENT)
            self._drop(size)
        elif size > MAX_SEGMENT_BYTES:
            yield self._problem(ProblemKind.OVERLONG, Lost.SEGMENT)
            self._is_skipping = True
            self._drop(size)

    def _pass_stray(self, limit: int) -> Iterator[SegmentProblem]:
        """What is outside any interchange is told of once."""
        stray = self._data[:limit].removeprefix(_BYTE_ORDER_MARK).strip(_PADDING)
        if stray and not self._is_told:
            self._is_told = True
            yield self._problem(ProblemKind.STRAY_BYTES, Lost.BYTES)
        self._drop(limit)

    def _pass_overlong(self, mark: bytes, limit: int) -> int:
        end = self._data.find(mark, 0, limit) + 1
        self._is_skipping = not end
        self._drop(end or limit)
        return end or limit

    def _drop(self, size: int) -> None:
        if size:
            self._data, self._base, self._search_from = self._data[size:], self._base + size, 0

    def _problem(self, kind: ProblemKind, lost: Lost) -> SegmentProblem:
        name = name_segment(self._data[:3].decode("latin-1").strip("*"))
        place = Place(self._interchange, self._segments + 1, self._base, name)
        return SegmentProblem.at(place, kind, lost)
