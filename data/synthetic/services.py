"""The services and encounters of the synthetic world: what clinics of a specialty do, for which diagnoses."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from data.codes import CodeSystem, Icd10Cm, ProcedureCode, parse_code

_PROCEDURE = re.compile(r"([0-9A-Z]{5})(?:\*([0-9]+))?@([0-9.]+)")
_GLOBAL_PERIODS = {"minor": "000", "scope": "000", "surgery": "090"}
Weighted = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SyntheticService:
    """`charge_cents` is a typical charge for one unit; `family` groups services that payers treat alike."""

    code: ProcedureCode
    charge_cents: int
    family: str
    words: str

    @property
    def global_period(self) -> str:
        return _GLOBAL_PERIODS.get(self.family, "XXX")


@dataclass(frozen=True, slots=True)
class PlannedProcedure:
    """A procedure that an encounter of a kind brings with some probability."""

    code: str
    units: int
    probability: float


@dataclass(frozen=True, slots=True)
class EncounterKind:
    """`visits` is empty when no visit is billed; `first` and `further` are diagnoses with weights."""

    specialty: str
    name: str
    weight: float
    places: Weighted
    visits: Weighted
    procedures: tuple[PlannedProcedure, ...]
    first: tuple[tuple[Icd10Cm, float], ...]
    further: tuple[tuple[Icd10Cm, float], ...]


@cache
def load_services() -> Mapping[str, SyntheticService]:
    return {
        row["code"]: SyntheticService(
            _procedure_code(row["system"], row["code"]), 100 * int(row["dollars"]), row["family"], row["words"]
        )
        for row in _rows("services.tsv")
    }


@cache
def load_encounter_kinds() -> Mapping[str, tuple[EncounterKind, ...]]:
    """By specialty."""
    kinds = [_read_kind(row) for row in _rows("encounters.tsv")]
    return {kind.specialty: tuple(k for k in kinds if k.specialty == kind.specialty) for kind in kinds}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("data.synthetic").joinpath("world", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def _procedure_code(system: str, code: str) -> ProcedureCode:
    parsed = parse_code(CodeSystem(system), code)
    if not isinstance(parsed, ProcedureCode):
        raise TypeError(f"{code} is no procedure")
    return parsed


def _read_kind(row: Mapping[str, str]) -> EncounterKind:
    return EncounterKind(
        specialty=row["specialty"],
        name=row["encounter"],
        weight=float(row["weight"]),
        places=_weighted(row["places"]),
        visits=_weighted(row["visits"]),
        procedures=tuple(
            PlannedProcedure(code, int(units or 1), float(probability))
            for code, units, probability in _PROCEDURE.findall(row["procedures"])
        ),
        first=tuple((Icd10Cm.parse(code), weight) for code, weight in _weighted(row["first"])),
        further=tuple((Icd10Cm.parse(code), weight) for code, weight in _weighted(row["further"])),
    )


def _weighted(text: str) -> Weighted:
    pairs = (item.split(":") for item in text.split() if item != "-")
    return tuple((value, float(weight)) for value, weight in pairs)
