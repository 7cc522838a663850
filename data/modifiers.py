"""Procedure modifiers: which exist, and what the ones that rules ask about are for."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class ModifierRole(StrEnum):
    SEPARATE_EVALUATION = "separate_evaluation"
    SEPARATE_PROCEDURE = "separate_procedure"
    STAGED = "staged"
    REPEAT = "repeat"
    SAME_DAY_FACILITY = "same_day_facility"
    ANATOMIC = "anatomic"
    BILATERAL = "bilateral"
    COMPONENT = "component"
    TELEHEALTH = "telehealth"
    ADVANCE_NOTICE = "advance_notice"
    WAIVED_TEST = "waived_test"
    ASSISTANT = "assistant"
    SURGICAL_CARE = "surgical_care"
    DISCONTINUED = "discontinued"
    REDUCED = "reduced"
    INCREASED = "increased"
    PREVENTIVE = "preventive"
    PHYSICAL_STATUS = "physical_status"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ModifierMeaning:
    modifier: str
    role: ModifierRole
    words: str


@cache
def load_modifiers() -> Mapping[str, ModifierMeaning]:
    text = files("data.reference").joinpath("modifiers.csv").read_text(encoding="utf-8")
    return {
        row["modifier"]: ModifierMeaning(row["modifier"], ModifierRole(row["role"]), row["words"])
        for row in csv.DictReader(text.splitlines())
    }


@cache
def modifiers_in(*roles: ModifierRole) -> frozenset[str]:
    return frozenset(code for code, meaning in load_modifiers().items() if meaning.role in roles)
