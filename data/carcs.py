"""Claim adjustment reason codes (CARCs): which of them deny a service, and why, in our own words."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from data.remittances import Adjustment, AdjustmentGroup
from data.reviews import ReasonCategory


@dataclass(frozen=True, slots=True)
class Carc:
    """`is_denial` holds in the groups CO, OA and PI; in PR only where `is_denial_for_patient` says so as well."""

    code: str
    category: ReasonCategory
    is_denial: bool
    is_denial_for_patient: bool
    words: str


@cache
def load_carcs() -> Mapping[str, Carc]:
    text = files("data.reference").joinpath("carc_categories.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["carc"]: Carc(
            row["carc"],
            ReasonCategory(row["category"] or ReasonCategory.OTHER),
            row["is_denial"] == "1",
            row["is_denial_for_patient"] == "1",
            row["words"],
        )
        for row in rows
    }


def categorize_carc(code: str) -> ReasonCategory:
    known = load_carcs().get(code)
    return known.category if known else ReasonCategory.OTHER


def is_denying(adjustment: Adjustment) -> bool:
    """True when the adjustment refuses the service; a code that we do not know refuses it, except as patient share."""
    if adjustment.group is AdjustmentGroup.CORRECTION or adjustment.amount_cents <= 0:
        return False
    known = load_carcs().get(adjustment.carc)
    if known is None:
        return adjustment.group is not AdjustmentGroup.PATIENT
    if adjustment.group is AdjustmentGroup.PATIENT:
        return known.is_denial_for_patient
    return known.is_denial
