"""The four delimiters of an interchange, which its ISA segment shows by using them."""

import re
from dataclasses import dataclass

_ELEMENTS = 16
_REPETITION = 11
# How an ISA segment begins, with fields of full width or shortened: ISA*00*..........*00*..........*ZZ*
START = re.compile(rb"ISA([^0-9A-Za-z\s])[0-9A-Z ]{2}\1[^\r\n]{0,10}?\1[0-9A-Z ]{2}\1[^\r\n]{0,10}?\1[0-9A-Z ]{2}\1")
# An ISA segment has 106 bytes with its terminator.
MAX_HEADER_BYTES = 128


@dataclass(frozen=True, slots=True)
class Delimiters:
    """One character each, all different, none a letter or a digit. Before 5010 nothing is repeated."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    segment: str = "~"

    def __post_init__(self) -> None:
        marks = [mark for mark in self.marks if mark]
        if len(set(marks)) != len(marks) or any(len(mark) != 1 or mark.isalnum() or mark == " " for mark in marks):
            raise ValueError("delimiters are four different characters, neither letters, digits nor spaces")

    @property
    def marks(self) -> tuple[str, str, str, str]:
        return self.element, self.repetition, self.component, self.segment

    def found_in(self, text: str) -> bool:
        return any(mark and mark in text for mark in self.marks)


def find_delimiters(header: bytes) -> Delimiters | None:
    """From bytes that begin with ISA; None when they don't make up an ISA segment."""
    text = header[:MAX_HEADER_BYTES].decode("latin-1")
    parts = text.split(text[3], _ELEMENTS) if len(text) > 3 else []
    if len(parts) <= _ELEMENTS or len(parts[_ELEMENTS]) < 2:
        return None
    repetition = "" if parts[_REPETITION].isalnum() else parts[_REPETITION]
    try:
        return Delimiters(text[3], repetition, parts[_ELEMENTS][0], parts[_ELEMENTS][1])
    except ValueError:
        return None
