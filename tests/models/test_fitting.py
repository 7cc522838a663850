"""Codes of one sex or of some ages are doubted, not hidden, where the patient's record says otherwise."""

import pytest

from data.notes import Patient, Sex
from models.coding.guidelines.patients import is_fitting


@pytest.mark.parametrize(
    ("code", "sex", "age", "expected"),
    [
        ("B3731", Sex.MALE, 63, False),
        ("B3731", Sex.FEMALE, 63, True),
        ("B3731", Sex.UNKNOWN, 63, True),
        ("N401", Sex.FEMALE, 70, False),
        ("N401", Sex.MALE, 70, True),
        ("N401", Sex.OTHER, 70, True),
        ("O2441", Sex.FEMALE, 31, True),
        ("O2441", Sex.FEMALE, 0, False),
        ("Z00129", Sex.FEMALE, 44, False),
        ("Z00129", Sex.FEMALE, 4, True),
        ("Z00129", Sex.FEMALE, None, True),
        ("I10", Sex.FEMALE, 5, True),
    ],
)
def test_fitting(code: str, sex: Sex, age: int | None, expected: bool) -> None:
    assert is_fitting(code, Patient(age_years=age, sex=sex)) is expected


def test_what_does_not_fit_is_doubted(code_chart) -> None:
    note = "Assessment: {vaginal yeast infection|B37.31=0.8}. {Hypertension|I10=0.8}."
    for sex, kept in ((Sex.MALE, 0.2), (Sex.FEMALE, 0.8)):
        drafts = {draft.code.compact: draft.probability for draft in code_chart(note, sex=sex).drafts}
        assert drafts["B3731"] == pytest.approx(kept)
        assert drafts["I10"] == pytest.approx(0.8)
