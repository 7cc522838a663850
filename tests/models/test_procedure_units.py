"""Units: the 8-minute rule against an independent count, parts beyond a first amount, doses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalogue import Catalogue, load_catalogue
from data.codes import Cpt, Hcpcs, ProcedureCode
from data.services import Rounding, UnitKind, UnitRule
from models.coding.procedures.events import Event, Known
from models.coding.procedures.units import count_units, find_dose, timed_units


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


# Total minutes and units, as the Medicare manual's table has them.
TOTALS = [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5), (82, 5), (83, 6)]


@pytest.mark.parametrize(("minutes", "units"), TOTALS)
def test_one_service_follows_the_table(minutes: int, units: int) -> None:
    assert timed_units({"97110": minutes}) == {"97110": units}


# The manual's examples and their like: minutes of each service, and the units billed for each.
SESSIONS = [
    ({"a": 24, "b": 23}, {"a": 2, "b": 1}),
    ({"a": 20, "b": 20}, {"a": 2, "b": 1}),
    ({"a": 33, "b": 7}, {"a": 2, "b": 1}),
    ({"a": 18, "b": 13, "c": 10, "d": 8}, {"a": 1, "b": 1, "c": 1, "d": 0}),
    ({"a": 7, "b": 7, "c": 7}, {"a": 1, "b": 0, "c": 0}),
    ({"a": 25, "b": 15}, {"a": 2, "b": 1}),
    ({"a": 23, "b": 8, "c": 10}, {"a": 1, "b": 1, "c": 1}),
    ({"a": 15, "b": 5}, {"a": 1, "b": 0}),
    ({}, {}),
]


@pytest.mark.parametrize(("minutes", "units"), SESSIONS)
def test_a_session_is_counted_as_the_manual_does(minutes: dict[str, int], units: dict[str, int]) -> None:
    assert timed_units(minutes) == units


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 120)))
def test_the_total_decides_how_many_units(minutes: dict[str, int]) -> None:
    units = timed_units(minutes)
    total = sum(minutes.values())
    oracle = 0 if total < 8 else 1 + (total - 8) // 15
    assert sum(units.values()) == oracle
    assert all(units[key] >= minutes[key] // 15 for key in minutes)
    assert all(units[key] <= math.ceil(minutes[key] / 15) for key in minutes)


PARTS = [
    ("17003", "count", 1, 0),
    ("17003", "count", 2, 1),
    ("17003", "count", 14, 13),
    ("11201", "count", 15, 0),
    ("11201", "count", 16, 1),
    ("11201", "count", 25, 1),
    ("11201", "count", 26, 2),
    ("13102", "length_cm", 7.5, 0),
    ("13102", "length_cm", 7.6, 1),
    ("13102", "length_cm", 12.5, 1),
    ("13102", "length_cm", 12.6, 2),
    ("11045", "area_sqcm", 20, 0),
    ("11045", "area_sqcm", 21, 1),
    ("96366", "minutes", 90, 0),
    ("96366", "minutes", 91, 1),
    ("96366", "minutes", 150, 1),
    ("96366", "minutes", 151, 2),
    ("99292", "minutes", 74, 0),
    ("99292", "minutes", 75, 1),
    ("99292", "minutes", 104, 1),
    ("99292", "minutes", 105, 2),
    ("99153", "minutes", 22, 0),
    ("99153", "minutes", 23, 1),
    ("99417", "minutes", 74, 0),
    ("99417", "minutes", 75, 1),
    ("90461", "components", 3, 2),
]


@pytest.mark.parametrize(("code", "measure", "amount", "units"), PARTS)
def test_parts_beyond_what_the_parent_covers(
    catalogue: Catalogue, code: str, measure: str, amount: float, units: int
) -> None:
    rule = catalogue.get(Cpt(code)).unit_rule
    assert (rule.kind, rule.measure) == (UnitKind.EXTRA, measure)
    assert rule.parts(amount) == units


@given(st.floats(0, 1000), st.floats(0, 100), st.floats(0.1, 100))
def test_roundings_are_ordered(amount: float, first: float, per: float) -> None:
    full, half, up = (
        UnitRule(UnitKind.EXTRA, "count", first, per, r).parts(amount)
        for r in (Rounding.FULL, Rounding.HALF, Rounding.UP)
    )
    assert 0 <= full <= half <= up <= full + 1


def _event(catalogue: Catalogue, code: ProcedureCode, **known: Known) -> Event:
    return Event(catalogue.families[catalogue.get(code).family], frozenset(), known, (), (), ())


DOSES = [
    ("J3301", 40.0, "mg", None, 4),
    ("J3301", 45.0, "mg", None, 5),
    ("J1885", 60.0, "mg", None, 4),
    ("J1885", 15.0, "mg", None, 1),
    ("J1885", 10.0, "mg", None, 1),
    ("J0696", 1.0, "g", None, 4),
    ("J0696", 250.0, "mg", None, 1),
    ("J3420", 1000.0, "mcg", None, 1),
    ("J3420", 1.0, "mg", None, 1),
    ("J0561", 2_400_000.0, "unit", None, 24),
    ("J3301", 1.0, "mL", 40.0, 4),
    ("J3301", 1.0, "mL", None, None),
    ("J7030", 1000.0, "mL", None, 1),
    ("J1010", 80.0, "mg", None, 80),
]


@pytest.mark.parametrize(("code", "dose", "unit", "strength", "units"), DOSES)
def test_doses_are_rounded_up(
    catalogue: Catalogue, code: str, dose: float, unit: str, strength: float | None, units: int | None
) -> None:
    known = {"dose": Known(dose, unit=unit)}
    if strength is not None:
        known["strength"] = Known(strength, unit="mg/mL")
    service = catalogue.get(Hcpcs(code))
    assert count_units(service, _event(catalogue, service.code, **known)) == units


def test_a_dose_without_a_number_is_unknown(catalogue: Catalogue) -> None:
    service = catalogue.get(Hcpcs("J1885"))
    assert find_dose(_event(catalogue, service.code), "mg") is None
    assert count_units(service, _event(catalogue, service.code)) is None
