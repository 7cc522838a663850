"""Puts segments together: elements and components in their places, empty ones at the end left out."""

import unicodedata

from data.x12.delimiters import Delimiters


class UnwritableValueError(ValueError):
    """A value can't stand in an X12 file as it is; the message names its segment, never the value."""


class SegmentWriter:
    """`count` is that of all segments added so far."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._delimiters = delimiters
        self._written: list[str] = []
        self.count = 0

    def add(self, name: str, *elements: str | tuple[str, ...]) -> None:
        texts = [self._compose(name, value) if isinstance(value, tuple) else value for value in elements]
        for value, text in zip(elements, texts, strict=True):
            if isinstance(value, str) and (self._delimiters.found_in(text) or not text.isprintable()):
                raise UnwritableValueError(f"a value of {name} holds a delimiter or a control character")
        while texts and not texts[-1]:
            texts.pop()
        self._written.append(self._delimiters.element.join([name, *texts]) + self._delimiters.segment)
        self.count += 1

    def add_header(self, *elements: str) -> None:
        """ISA, whose elements are the delimiters' own definition."""
        fields = ["ISA", *elements]
        self._written.append(self._delimiters.element.join(fields) + self._delimiters.segment)
        self.count += 1

    def plain(self, text: str) -> str:
        """A name or address in the characters that every receiver reads: ASCII, without delimiters."""
        ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        kept = (" " if self._delimiters.found_in(mark) or not mark.isprintable() else mark for mark in ascii_text)
        return " ".join("".join(kept).split())

    def take(self) -> str:
        """What was written since the last time, a segment a line."""
        text = "\n".join(self._written) + "\n" if self._written else ""
        self._written.clear()
        return text

    def _compose(self, name: str, parts: tuple[str, ...]) -> str:
        if any(self._delimiters.found_in(part) for part in parts):
            raise UnwritableValueError(f"a value of {name} holds a delimiter")
        return self._delimiters.component.join(parts).rstrip(self._delimiters.component)
