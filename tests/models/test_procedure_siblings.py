"""Siblings that are offered beside a service: those that one misread attribute would make right."""

from datetime import date

import pytest

from data.catalogue import load_catalogue
from data.notes import Encounter, Note, Patient, PatientStatus, Payer, PayerKind
from models.coding.procedures import ProcedureCandidate, ProcedureCoder, read_procedure_text

SUGGESTED = 0.5


@pytest.fixture(scope="module")
def coder() -> ProcedureCoder:
    return ProcedureCoder(load_catalogue())


def _find(coder: ProcedureCoder, text: str) -> dict[str, ProcedureCandidate]:
    encounter = Encounter(
        encounter_id="e1",
        date_of_service=date(2026, 3, 14),
        patient=Patient(age_years=45, status=PatientStatus.ESTABLISHED),
        payer=Payer(payer_id="p1", kind=PayerKind.COMMERCIAL),
        documents=(Note(document_id="d1", kind="progress_note", text=text),),
    )
    findings = coder.find_procedures([read_procedure_text(note) for note in encounter.documents], encounter)
    return {candidate.service.code.compact: candidate for candidate in findings.candidates}


@pytest.mark.parametrize(
    ("text", "code", "sibling"),
    [
        ("Counseled on smoking cessation for 12 minutes.", "99407", "99406"),
        ("Counseled on smoking cessation for 5 minutes.", "99406", "99407"),
        ("Pared 5 corns of both feet with a #15 blade.", "11057", "11056"),
    ],
)
def test_a_sibling_that_one_attribute_contradicts_is_offered_and_not_suggested(
    coder: ProcedureCoder, text: str, code: str, sibling: str
) -> None:
    found = _find(coder, text)
    assert sibling in [other.code.compact for other in found[code].alternatives[:2]]
    assert sibling not in found


def test_what_the_encounter_says_is_not_misread(coder: ProcedureCoder) -> None:
    """The check-ups of other ages and of new patients are no siblings of this patient's."""
    found = _find(coder, "Annual physical exam. Feels well, no concerns. Exam normal. Healthy adult.")
    assert found["99396"].alternatives == ()


def test_medicines_with_names_of_their_own_are_no_siblings(coder: ProcedureCoder) -> None:
    found = _find(coder, "Ketorolac 60 mg IM given in the right deltoid.")
    assert found["J1885"].alternatives == ()


def test_a_visit_that_the_check_up_covers_is_offered_and_not_suggested(coder: ProcedureCoder) -> None:
    text = "Annual physical exam.\nEXAM: Normal.\nASSESSMENT: Healthy adult. Hypertension, stable on lisinopril."
    found = _find(coder, text)
    assert found["99396"].score >= SUGGESTED
    visits = [candidate for code, candidate in found.items() if code.startswith("9921")]
    assert [visit.score < SUGGESTED for visit in visits] == [True]
