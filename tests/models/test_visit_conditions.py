"""Diagnoses as problems of a visit: their weights, and the level of a visit whose words no list knows."""

from datetime import date
from string import ascii_uppercase

import pytest

from data.catalogue import load_catalogue
from data.codes import Cpt
from data.notes import Encounter, Note, Patient, PatientStatus
from data.suggestions import Evidence
from models.coding.procedures import ProcedureCoder, StatedDiagnosis, read_procedure_text
from models.coding.procedures.visits.conditions import ConditionWeights

NOTE = (
    "HPI: Fingers catch. Uncle had hypermobile joints.\nEXAM: Cord in the palm.\n"
    "A/P:\n1. Viking disease of the hand, worse: celecoxib 200 mg daily.\n"
)


@pytest.mark.parametrize(
    ("code", "weight"),
    [
        ("E11.9", "chronic"),
        ("E11.00", "threat"),
        ("J06.9", "acute"),
        ("J18.9", "acute_systemic"),
        ("J96.01", "threat"),
        ("J96.11", "chronic"),
        ("S52.501A", "acute_injury"),
        ("S50.11XA", "acute"),
        ("N63.0", "new_uncertain"),
        ("Z79.4", None),
        ("Z94.0", "chronic"),
        ("W01.0XXA", None),
    ],
)
def test_the_longest_beginning_decides(code: str, weight: str | None) -> None:
    assert ConditionWeights().find(code) == weight


def test_every_category_of_illness_has_a_weight() -> None:
    weights = ConditionWeights()
    categories = {f"{letter}{number:02}" for letter in ascii_uppercase[:20] for number in range(100)}
    agents = {"B95", "B96", "B97"}
    assert {category for category in categories if weights.find(category) is None} == agents


@pytest.fixture(scope="module")
def coder() -> ProcedureCoder:
    return ProcedureCoder(load_catalogue())


VISITS = [
    ("Viking disease of the hand", "M72.0", "99214"),  # a chronic problem of the assessment, worse, and a medicine
    ("Viking disease of the hand", "Z87.39", "99213"),  # a status is no problem
    ("hypermobile joints", "M35.7", "99213"),  # told before the assessment, and not judged there: it alone counts
]


@pytest.mark.parametrize(("words", "code", "visit"), VISITS)
def test_a_stated_diagnosis_is_a_problem_of_the_visit(coder: ProcedureCoder, words: str, code: str, visit: str) -> None:
    encounter = Encounter(
        encounter_id="e1",
        date_of_service=date(2026, 3, 14),
        patient=Patient(age_years=60, status=PatientStatus.ESTABLISHED),
        documents=(Note(document_id="d1", kind="progress_note", text=NOTE),),
    )
    start = NOTE.index(words)
    stated = StatedDiagnosis(code, (Evidence(document_id="d1", start=start, end=start + len(words), quote=words),))
    texts = [read_procedure_text(note) for note in encounter.documents]
    found = coder.find_procedures(texts, encounter, [stated]).candidates
    assert [candidate.service.code for candidate in found] == [Cpt(visit)]
