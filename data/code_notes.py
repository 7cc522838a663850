"""Instructional notes of a tabular list, and the codes that they refer to."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class NoteKind(StrEnum):
    INCLUSION = "inclusion"
    INCLUDES = "includes"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    CODE_FIRST = "code_first"
    USE_ADDITIONAL = "use_additional"
    CODE_ALSO = "code_also"
    NOTE = "note"
    SEVENTH_CHARACTER = "seventh_character"


@lru_cache(maxsize=4096)
def _compiled(condition: str) -> re.Pattern[str]:
    return re.compile(condition)


@dataclass(frozen=True, slots=True)
class CodeRange:
    """The codes from `first` through `last`, both as prefixes: E08-E13 holds E139.

    `condition` is a regular expression that the compact code must match in full as well; empty is no condition.
    """

    first: str
    last: str
    condition: str = ""

    def contains(self, compact: str) -> bool:
        if not (self.first <= compact and compact[: len(self.last)] <= self.last):
            return False
        return not self.condition or _compiled(self.condition).fullmatch(compact) is not None

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class CodeNote:
    """A note of the entry `owner`: a compact code, a block such as A00-A09, or a chapter number."""

    owner: str
    kind: NoteKind
    text: str
    references: tuple[CodeRange, ...] = ()

    def refers_to(self, compact: str) -> bool:
        return any(reference.contains(compact) for reference in self.references)
