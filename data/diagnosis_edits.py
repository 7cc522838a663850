"""Diagnoses that say something of the patient or of their own place on a claim, by prefix.

`age` rows hold first and last year of age. The prefixes restate the ICD-10-CM Official Guidelines (sections I.A.13,
I.C.9 to I.C.21) and the tabular list in our own words; they are no copy of an edit table.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files


class DiagnosisTrait(StrEnum):
    """supplementary: never first; unacceptable_principal: never the principal diagnosis of a stay; first_only: only
    first; age, female, male: only such patients have it."""

    AGE = "age"
    FEMALE = "female"
    MALE = "male"
    SUPPLEMENTARY = "supplementary"
    UNACCEPTABLE_PRINCIPAL = "unacceptable_principal"
    FIRST_ONLY = "first_only"


@dataclass(frozen=True, slots=True)
class DiagnosisEdit:
    """`low` and `high` are years of age, both inclusive."""

    low: int
    high: int
    words: str

    def allows(self, age_years: int) -> bool:
        return self.low <= age_years <= self.high


@cache
def _load() -> Mapping[tuple[DiagnosisTrait, str], DiagnosisEdit]:
    text = files("data.reference").joinpath("diagnosis_edits.csv").read_text(encoding="utf-8")
    return {
        (DiagnosisTrait(row["edit"]), row["prefix"]): DiagnosisEdit(
            int(row["low"] or 0), int(row["high"] or 130), row["words"]
        )
        for row in csv.DictReader(text.splitlines())
    }


@lru_cache(maxsize=65_536)
def find_diagnosis_edit(trait: DiagnosisTrait, compact: str) -> DiagnosisEdit | None:
    """The row of the longest prefix that the code begins with."""
    lengths = range(len(compact), 0, -1)
    return next((edit for length in lengths if (edit := _load().get((trait, compact[:length])))), None)
