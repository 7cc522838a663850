"""The tables of an ICD-10-PCS release: which characters may stand together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from data.codeset import CodeSet


@dataclass(frozen=True)
class PcsTables:
    """Codes by their first three characters, read from a release once."""

    release: CodeSet

    @cached_property
    def _codes(self) -> Mapping[str, Sequence[str]]:
        grouped: dict[str, list[str]] = defaultdict(list)
        for code, is_billable in zip(self.release.codes, self.release.billable, strict=True):
            if is_billable:
                grouped[code[:3]].append(code)
        return grouped

    def find(self, table: str, axes: Sequence[str | None]) -> list[str]:
        """The codes of a table whose last four characters are each among those given; None leaves a choice."""
        return [
            code
            for code in self._codes.get(table, ())
            if all(axis is None or character in axis for axis, character in zip(axes, code[3:], strict=True))
        ]

    def term(self, code: str) -> str:
        return self.release.get(code).term
