"""Which encounters are coded in ICD-10-PCS, and what a small release lets be offered."""

from datetime import date

import pytest

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.codeset_table import CodeRow, Level, from_table, to_table
from data.notes import Encounter, Note
from models.coding.answer import Answer
from models.coding.pcs.stays import StayCoder
from models.coding.policy import ProfilePolicy
from models.coding.procedures import read_procedure_text

POLICY = ProfilePolicy(candidate=0.1, suggested=0.5, limit=20)
STAY = {"setting": "inpatient", "perspective": "facility"}
IN_FORCE = date(2026, 3, 14)


def release(*codes: str) -> CodeSet:
    rows = [CodeRow(Level.CODE, code, f"Term of {code}", is_billable=True) for code in codes]
    return from_table(CodeSystem.ICD10PCS, "TEST", date(2025, 10, 1), date(2026, 9, 30), to_table(rows))


def code(library: CodeLibrary, text: str, day: date = IN_FORCE, **fields: object) -> Answer:
    note = Note(document_id="d1", kind="operative_note", text=text)
    asked = {"encounter_id": "e1", "date_of_service": day, "documents": (note,), **(fields or STAY)}
    encounter = Encounter.model_validate(asked)
    coder = StayCoder(library)
    texts = [read_procedure_text(note)]
    return coder.add_procedures(Answer(), texts, encounter, coder.find_tables(encounter), POLICY)


APPENDIX = CodeLibrary.of(release("0DTJ0ZZ", "0DTJ4ZZ"))
NOTE = "PROCEDURE: Laparoscopic appendectomy"


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        (STAY, ["0DTJ4ZZ"]),
        ({"setting": "inpatient"}, []),
        ({"setting": "office"}, []),
        ({"setting": "outpatient_hospital", "perspective": "facility"}, []),
        ({"setting": "office", "code_systems": ("icd10pcs",)}, ["0DTJ4ZZ"]),
    ],
)
def test_stays_of_hospitals_and_who_asks_are_coded(fields: dict[str, object], codes: list[str]) -> None:
    answer = code(APPENDIX, NOTE, **fields)
    assert [entry.code for entry in answer.entries] == codes
    assert not answer.queries


def test_a_code_comes_with_its_alternatives_and_the_guideline_of_its_operation() -> None:
    (entry,) = code(APPENDIX, NOTE).entries
    assert [other.code for other in entry.alternatives] == ["0DTJ0ZZ"]
    assert entry.rationale[0].rule_id == "icd10pcs.B3.8"
    assert {piece.quote for piece in entry.evidence} == {"appendectomy", "Laparoscopic"}


def test_what_the_release_does_not_hold_is_not_offered() -> None:
    assert code(CodeLibrary.of(release("0DTJ0ZZ")), NOTE) == Answer()


def test_what_the_release_leaves_no_choice_about_is_settled() -> None:
    (entry,) = code(CodeLibrary.of(release("0DTJ0ZZ")), "PROCEDURE: Appendectomy").entries
    assert entry.code == "0DTJ0ZZ"


def test_without_a_release_the_answer_says_that_nothing_was_coded() -> None:
    answer = code(CodeLibrary([]), NOTE)
    assert not answer.entries
    (query,) = answer.queries
    assert query.about == "code_set_release"
    assert "inpatient procedures were not coded" in query.text


def test_a_release_that_is_not_in_force_is_named() -> None:
    answer = code(APPENDIX, NOTE, day=date(2026, 10, 1))
    assert [entry.code for entry in answer.entries] == ["0DTJ4ZZ"]
    assert "TEST was used" in answer.queries[0].text


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ("EGD. Endoscopic hemostasis with clips.", ["0W3P8ZZ"]),
        ("EGD. Laparoscopic appendectomy.", ["0DJ08ZZ", "0DTJ4ZZ"]),
    ],
)
def test_looking_is_part_of_what_is_done_on_the_way(acts: str, expected: list[str]) -> None:
    """Of another part of the tract it is coded by itself only where another approach was used."""
    library = CodeLibrary.of(release("0DJ08ZZ", "0W3P8ZZ", "0DTJ4ZZ"))
    assert sorted(entry.code for entry in code(library, f"PROCEDURE: {acts}").entries) == expected
