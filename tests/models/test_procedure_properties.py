"""What holds for every note: exact evidence, sound lines, no crash, no growth beyond the note."""

from datetime import date
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.catalogue import load_catalogue
from data.codes import CodeSystem
from data.notes import Encounter, Note, Patient, Perspective, Setting
from data.synthetic.demo_notes import demo_encounters
from models.coding.procedures import ProcedureCoder, ProcedureFindings, read_procedure_text
from models.coding.procedures.scores import to_probability

_WORDS = (
    "shave biopsy punch left right knee injection Kenalog 40 mg IM given today not performed x3 laceration repaired"
    " 3 cm colonoscopy snare polyp CT head with contrast flu vaccine declined PLAN: PROCEDURE: HPI: ASSESSMENT:"
    " hypertension worsening start lisinopril 20 minutes 10:02 - 10:29 total time spent 45 minutes , . ; \n ( ) R L"
    " both 2019 é 🩺 # therapeutic exercise psychotherapy I&D abscess nail avulsion great toe EKG interpreted by me"
    " critical care 1/2"
).split(" ")


@cache
def _coder() -> ProcedureCoder:
    return ProcedureCoder(load_catalogue())


def _find(encounter: Encounter) -> ProcedureFindings:
    return _coder().find_procedures([read_procedure_text(note) for note in encounter.documents], encounter)


def _encounter(text: str, setting: Setting, perspective: Perspective, age: int | None) -> Encounter:
    return Encounter(
        encounter_id="e1",
        setting=setting,
        date_of_service=date(2026, 3, 14),
        patient=Patient(age_years=age),
        perspective=perspective,
        documents=(Note(document_id="d1", text=text),),
    )


def _check(findings: ProcedureFindings, encounter: Encounter) -> None:
    texts = {note.document_id: note.text for note in encounter.documents}
    pieces = [piece for candidate in findings.candidates for piece in candidate.evidence]
    pieces += [piece for item in findings.withheld for piece in item.evidence]
    pieces += [piece for query in findings.queries for piece in query.evidence]
    for piece in pieces:
        assert texts[piece.document_id][piece.start : piece.end] == piece.quote
    billed = {candidate.service.code for candidate in findings.candidates}
    for candidate in findings.candidates:
        assert candidate.units >= 1
        assert 0 <= candidate.score <= 1
        assert 0 < candidate.probability < 1
        assert len(candidate.modifiers) <= 4
        assert len(set(candidate.modifiers)) == len(candidate.modifiers)
        assert len(candidate.alternatives) <= 3
        assert candidate.service not in candidate.alternatives
        assert candidate.evidence
        assert candidate.rationale
        assert candidate.service.is_valid_on(encounter.date_of_service)
        assert not candidate.service.is_add_on or not billed.isdisjoint(candidate.service.parents)
    assert {code.dotted for code in billed}.isdisjoint(item.code for item in findings.withheld)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=60).map(" ".join).filter(str.strip),
    st.sampled_from(Setting),
    st.sampled_from(Perspective),
    st.none() | st.integers(0, 100),
)
def test_every_note_gives_sound_lines(text: str, setting: Setting, perspective: Perspective, age: int | None) -> None:
    encounter = _encounter(text, setting, perspective, age)
    _check(_find(encounter), encounter)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=300).filter(lambda text: bool(text.strip()) and "\x00" not in text))
def test_any_text_is_safe(text: str) -> None:
    encounter = _encounter(text, Setting.OFFICE, Perspective.PROFESSIONAL, 50)
    _check(_find(encounter), encounter)


@pytest.mark.parametrize("encounter", demo_encounters(), ids=lambda encounter: encounter.encounter_id)
def test_the_demo_notes_give_sound_lines(encounter: Encounter) -> None:
    _check(_find(encounter), encounter)
    assert _find(encounter) == _find(encounter)


def test_line_ends_and_wide_characters_keep_the_evidence_exact() -> None:
    text = "👩🏽‍⚕️ note\r\nPROCEDURE: Punch biopsy of the left thigh\r\nwas performed, caf\u0065\u0301 au lait spot.\r\n"
    encounter = _encounter(text, Setting.OFFICE, Perspective.PROFESSIONAL, 30)
    findings = _find(encounter)
    assert [candidate.service.code.compact for candidate in findings.candidates] == ["11104"]
    _check(findings, encounter)


def test_systems_that_are_not_asked_for_are_left_out() -> None:
    encounter = _encounter("Toradol 60 mg IM given today.", Setting.OFFICE, Perspective.PROFESSIONAL, 30)
    only_cpt = encounter.model_copy(update={"code_systems": (CodeSystem.CPT,)})
    only_diagnoses = encounter.model_copy(update={"code_systems": (CodeSystem.ICD10CM,)})
    assert [c.service.code.compact for c in _find(only_cpt).candidates] == ["96372"]
    assert _find(only_diagnoses).candidates == ()


def test_a_long_note_takes_time_in_proportion() -> None:
    """Work that grew with the square of the note would take minutes here."""
    base = "\n".join(encounter.documents[0].text for encounter in demo_encounters())
    encounter = _encounter(base * 8, Setting.OFFICE, Perspective.PROFESSIONAL, 60)
    _check(_find(encounter), encounter)


@given(st.floats(-1, 2), st.floats(-1, 2))
def test_probability_rises_with_the_score(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 < to_probability(low) <= to_probability(high) < 1
