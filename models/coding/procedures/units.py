"""Billing units: by number of things, by time under the 8-minute rule, by dose."""

import math
from collections.abc import Mapping
from typing import TypeVar

from data.services import Service, UnitKind
from models.coding.procedures.events import Event
from models.coding.procedures.tokens import split_phrase

_SESSION = 15
_ENOUGH = 8
# Words of names that stand for any instrument: "developmental screen (ASQ-3)" is one.
_GENERIC = frozenset({"screen", "screening", "questionnaire", "assessment", "depression", "scale"})
_TO_MG = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}
MASSES = frozenset(_TO_MG)

Key = TypeVar("Key")


def timed_units(minutes: Mapping[Key, float]) -> dict[Key, int]:
    """Units of 15-minute services of one day: the total time sets how many, whole quarter hours go first, and what is
    left goes to the services with the longest remainders, of equal ones to that with fewer units.

    Source: Medicare Claims Processing Manual, chapter 5, section 20.2.
    """
    total = int(sum(minutes.values()))
    left = (total + _SESSION - _ENOUGH) // _SESSION
    units = {key: int(time // _SESSION) for key, time in minutes.items()}
    left -= sum(units.values())
    for key in sorted(minutes, key=lambda key: (-(minutes[key] % _SESSION), units[key])):
        if left <= 0:
            break
        if minutes[key] % _SESSION > 0:
            units[key] += 1
            left -= 1
    return units


def find_dose(event: Event, measure: str) -> float | None:
    """The dose in the unit of `measure`; a volume is turned into mass by a documented strength. None when unknown."""
    dose, known = event.number("dose"), event.known.get("dose")
    if dose is None or known is None:
        return None
    strength = event.number("strength")
    if known.unit == "mL" and measure in _TO_MG and strength is not None:
        return dose * strength / _TO_MG[measure]
    if known.unit == measure:
        return dose
    if known.unit in _TO_MG and measure in _TO_MG:
        return dose * _TO_MG[known.unit] / _TO_MG[measure]
    return None


def per_unit(service: Service, unit: str) -> float:
    """How much of `unit` one billing unit of a medicine holds; 0 when the two don't compare."""
    rule = service.unit_rule
    unit = {"u": "unit", "units": "unit", "ml": "mL"}.get(unit, unit)
    if unit == rule.measure:
        return rule.per
    return rule.per * _TO_MG[rule.measure] / _TO_MG[unit] if {unit, rule.measure} <= MASSES else 0


def count_units(service: Service, event: Event) -> int | None:
    """Units of one service by its rule; None when the documentation lacks what the rule needs.

    Timed units depend on the other services of the day: see `timed_units`.
    """
    rule = service.unit_rule
    match rule.kind:
        case UnitKind.COUNT:
            default = event.family.defaults.get("count", "1")
            number = event.number("count")
            return max(1, int(number if number is not None else float(default)))
        case UnitKind.NAMED:
            names = {split_phrase(item.quote) for item in event.names}
            return len({name for name in names if _GENERIC.isdisjoint(name)}) or 1
        case UnitKind.EXTRA:
            amount = event.number(rule.measure)
            return None if amount is None else rule.parts(amount)
        case UnitKind.DOSE if rule.measure in ("each", "dose"):
            return max(1, int(event.number("count") or 1))
        case UnitKind.DOSE:
            dose = find_dose(event, rule.measure)
            return None if dose is None else max(1, math.ceil(round(dose / rule.per, 6)))
    return 1
