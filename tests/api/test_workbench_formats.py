"""How values read on a page."""

import pytest

from api.workbench.formats import amount, money, percent, person, standing, words
from api.workbench.views import Standing
from data.notes import Patient


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (0.0, "0%"),
        (0.001, "<1%"),
        (0.0051, "1%"),
        (0.31, "31%"),
        (0.994, "99%"),
        (0.9951, ">99%"),
        (0.999, ">99%"),
        (1.0, "100%"),
    ],
)
def test_what_is_not_certain_never_reads_certain(probability: float, shown: str) -> None:
    assert percent(probability) == shown


@pytest.mark.parametrize(
    ("cents", "shown", "typed"),
    [
        (0, "$0.00", "0.00"),
        (5, "$0.05", "0.05"),
        (18500, "$185.00", "185.00"),
        (123456789, "$1,234,567.89", "1234567.89"),
    ],
)
def test_money(cents: int, shown: str, typed: str) -> None:
    assert (money(cents), amount(cents)) == (shown, typed)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("first_listed", "First-listed"),
        ("icd10cm", "ICD-10-CM"),
        ("medicare_advantage", "Medicare Advantage"),
        ("held", "Held"),
    ],
)
def test_wire_values_read_as_words(value: str, shown: str) -> None:
    assert words(value) == shown


@pytest.mark.parametrize(
    ("patient", "shown"),
    [
        ({"age_years": 63, "sex": "male", "status": "established"}, "63, male, established"),
        ({"age_years": 0, "sex": "female"}, "0, female"),
        ({"sex": "unknown"}, "–"),
    ],
)
def test_a_patient_in_a_few_words(patient: dict[str, object], shown: str) -> None:
    assert person(Patient.model_validate(patient)) == shown


@pytest.mark.parametrize(
    ("decision", "shown"),
    [
        (Standing(), ""),
        (Standing("accepted", "E11.9"), ""),
        (Standing("rejected", reason="wrong_specificity"), "Rejected: wrong specificity"),
        (Standing("rejected"), "Rejected"),
        (Standing("replaced", "E11.65"), "Replaced by E11.65"),
        (Standing("deferred"), "Deferred"),
    ],
)
def test_a_decision_beside_its_term(decision: Standing, shown: str) -> None:
    assert standing(decision) == shown
