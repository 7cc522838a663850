"""Numbers as notes write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coding.procedures.amounts import find_amounts
from models.coding.procedures.measures import find_measures

MEASURES = [
    ("a 1.2 x 0.8 cm lesion", {("size_cm", 1.2), ("area_sqcm", 0.96)}),
    ("8 mm papule", {("size_cm", 0.8)}),
    ("a 4.5-cm laceration", {("length_cm", 4.5)}),
    ("closure length 3 cm", {("length_cm", 3.0)}),
    ("excised with 3 mm margins", {("margin_cm", 0.3)}),
    ("total excised diameter 1.7 cm", {("excised_cm", 1.7)}),
    ("a 4 mm punch", set()),
    ("wound of 12 sq cm", {("area_sqcm", 12.0)}),
    ("5 AKs", {("count", 5.0)}),
    ("two inflamed seborrheic keratoses", {("count", 2.0)}),
    ("LN2 x3", {("count", 3.0)}),
    ("a total of 16 lesions", {("count", 16.0), ("total_count", 16.0)}),
    ("x 3 days", set()),
    ("3 views", {("views", 3.0)}),
    ("two-view", {("views", 2.0)}),
    ("AP and lateral", {("views", 2.0)}),
    ("AP/lateral/mortise", {("views", 3.0)}),
    ("AP, lateral, and oblique", {("views", 3.0)}),
    ("portable", {("views", 1.0)}),
    ("pain 7/10", set()),
]


@pytest.mark.parametrize(("text", "expected"), MEASURES)
def test_measures(text: str, expected: set[tuple[str, float]]) -> None:
    assert {(m.attribute, m.value) for m in find_measures(text)} == expected


AMOUNTS = [
    ("total time 45 minutes", {("minutes", 45.0, "")}),
    ("1 hour 15 min", {("minutes", 75.0, "")}),
    ("over 2 hours", {("minutes", 120.0, "")}),
    ("10:02 - 10:29", {("minutes", 27.0, "clock")}),
    ("start 09:30, stop time 11:45", {("minutes", 135.0, "clock")}),
    ("from 1:00 pm to 1:50 pm", {("minutes", 50.0, "clock")}),
    ("11:45 to 12:30", {("minutes", 45.0, "clock")}),
    ("2019-2021", set()),
    ("BP 120/80", set()),
    ("Kenalog 40 mg/mL, 1 mL", {("strength", 40.0, "mg/mL"), ("dose", 1.0, "mL")}),
    ("1 mL Kenalog-40", {("strength", 40.0, "mg/mL"), ("dose", 1.0, "mL")}),
    ("1.2 million units", {("dose", 1_200_000.0, "unit")}),
    ("600,000 units", {("dose", 600_000.0, "unit")}),
    ("1 g IM", {("dose", 1.0, "g")}),
    ("300 mcg", {("dose", 300.0, "mcg")}),
    ("2 L", {("dose", 2000.0, "mL")}),
    ("LDL 68 mg/dL", set()),
]


@pytest.mark.parametrize(("text", "expected"), AMOUNTS)
def test_amounts(text: str, expected: set[tuple[str, float, str]]) -> None:
    assert {(m.attribute, m.value, m.unit) for m in find_amounts(text)} == expected


@given(st.text(max_size=400))
def test_any_text_is_safe(text: str) -> None:
    for measure in (*find_measures(text), *find_amounts(text)):
        assert 0 <= measure.start < measure.end <= len(text)
        assert measure.value >= 0
