"""The tables of data/reference/guidelines, read once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from string import ascii_uppercase

from data.code_notes import CodeRange
from data.codes import Icd10Cm
from data.reference.rows import read_rows
from data.suggestions import Rationale, WithheldReason

SOURCE = "ICD-10-CM Official Guidelines for Coding and Reporting"

_WITHHELD_BY = {
    WithheldReason.NEGATED: "icd10cm.IV.J.documented",
    WithheldReason.HYPOTHETICAL: "icd10cm.IV.J.documented",
    WithheldReason.FAMILY: "icd10cm.I.C.21.c.4.family",
    WithheldReason.HISTORICAL: "icd10cm.IV.J.history",
    WithheldReason.UNCERTAIN: "icd10cm.IV.H.uncertain",
    WithheldReason.INTEGRAL_SYMPTOM: "icd10cm.I.B.5.integral",
    WithheldReason.EXCLUDED: "icd10cm.I.A.12.a.excludes1",
    WithheldReason.SUPERSEDED: "icd10cm.I.B.18.specificity",
    WithheldReason.INVALID_ON_DATE: "icd10cm.valid_on_date",
}


@dataclass(frozen=True, slots=True)
class Codes:
    """A set of codes written as `I21-I22 I25.2`: a code belongs when it lies at or under one that is named."""

    ranges: tuple[CodeRange, ...]
    by_letter: Mapping[str, tuple[CodeRange, ...]]
    answers: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)  # by code, as they are asked for

    @classmethod
    def parse(cls, written: str) -> "Codes":
        ends = (part.replace(".", "").split("-") for part in written.split())
        return cls.of(CodeRange(first, (rest or [first])[0]) for first, *rest in ends)

    @classmethod
    def of(cls, ranges: Iterable[CodeRange]) -> "Codes":
        kept = tuple(dict.fromkeys(ranges))
        by_letter = {
            letter: tuple(part for part in kept if part.first[0] <= letter <= part.last[0])
            for letter in ascii_uppercase
        }
        return cls(kept, by_letter)

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, Icd10Cm):
            return False
        compact = code.compact
        known = self.answers.get(compact)
        if known is None:
            known = self.answers[compact] = any(part.contains(compact) for part in self.by_letter[compact[0]])
        return known


def rows(name: str) -> list[dict[str, str]]:
    return read_rows(f"guidelines/{name}.tsv")


def compile_pattern(written: str) -> re.Pattern[str]:
    """A pattern of a table: any case, whole words, any blank for a space."""
    spaced = written.replace(" ", r"\s+")
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)", re.IGNORECASE)


@cache
def _rules() -> dict[str, Rationale]:
    return {
        row["rule_id"]: Rationale(
            rule_id=row["rule_id"], text=row["text"], source=f"{SOURCE}, section {row['section']}"
        )
        for row in rows("rules")
    }


def cite(rule_id: str) -> Rationale:
    """Raises KeyError when no rule has the id: every rule that acts is in rules.tsv."""
    return _rules()[rule_id]


def explain(reason: WithheldReason) -> Rationale:
    """The rule for which a code is withheld."""
    return cite(_WITHHELD_BY[reason])
