"""Suggestion sets of the released model: exact evidence, equal answers to equal questions, sensible codes."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.home import Home
from data.notes import Encounter, Note, Profile, Setting
from data.suggestions import Role, SuggestionSet, Tier
from data.synthetic.demo_notes import demo_encounters
from models.coding.suggest import Suggester, load_suggester

DEMO = demo_encounters()


@pytest.fixture(scope="module")
def suggester(built_home: Home, library: CodeLibrary) -> Suggester:
    return load_suggester(built_home, library)


def encounter(text: str, **fields: object) -> Encounter:
    note = Note(document_id="d1", text=text)
    return Encounter.model_validate(
        {"encounter_id": "e1", "date_of_service": date(2026, 3, 14), "documents": (note,), **fields}
    )


def check_evidence(asked: Encounter, answer: SuggestionSet) -> None:
    texts = {note.document_id: note.text for note in asked.documents}
    shown = [place for item in (*answer.suggestions, *answer.withheld, *answer.queries) for place in item.evidence]
    for place in shown:
        assert texts[place.document_id][place.start : place.end] == place.quote


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("asked", DEMO, ids=lambda asked: asked.encounter_id)
def test_demo_notes_are_coded_with_exact_evidence(suggester: Suggester, asked: Encounter, profile: Profile) -> None:
    (answer,) = suggester.suggest([asked], profile)
    check_evidence(asked, answer)
    ranks = [suggestion.rank for suggestion in answer.suggestions]
    assert ranks == list(range(1, len(ranks) + 1))
    keys = [(s.system, s.code, s.modifiers) for s in answer.suggestions]
    assert len(set(keys)) == len(keys)
    assert len({s.suggestion_id for s in answer.suggestions}) == len(ranks)
    diagnoses = [s for s in answer.suggestions if s.system is CodeSystem.ICD10CM]
    assert sum(s.role is Role.FIRST_LISTED for s in diagnoses) == bool(diagnoses)
    assert all(s.evidence for s in diagnoses if s.tier is Tier.SUGGESTED and not s.rationale)


@pytest.mark.parametrize("profile", [Profile.OUTPATIENT, Profile.INPATIENT])
def test_only_billable_codes_are_reported(suggester: Suggester, library: CodeLibrary, profile: Profile) -> None:
    code_set = library.latest(CodeSystem.ICD10CM)
    assert code_set is not None
    for answer in suggester.suggest(DEMO, profile):
        for suggestion in answer.suggestions:
            if suggestion.system is CodeSystem.ICD10CM:
                assert code_set.is_billable(suggestion.code.replace(".", ""))


def test_equal_questions_have_equal_answers(suggester: Suggester) -> None:
    first = [answer.model_dump_json() for answer in suggester.suggest(DEMO[:4], Profile.OUTPATIENT)]
    again = [suggester.suggest([asked], Profile.OUTPATIENT)[0].model_dump_json() for asked in DEMO[:4]]
    assert first == again


def test_a_stay_without_a_release_of_procedures_is_told_so(suggester: Suggester) -> None:
    asked = encounter("PROCEDURE: Laparoscopic appendectomy", setting="inpatient", perspective="facility")
    (answer,) = suggester.suggest([asked], Profile.INPATIENT)
    assert "icd10pcs" not in answer.code_set_releases
    assert any("inpatient procedures were not coded" in query.text for query in answer.queries)


EXPECTED = [
    ("Assessment: Essential hypertension, well controlled on lisinopril.", "I10"),
    ("A/P:\n1. T2DM, A1c 8.1 - increase metformin\n2. HTN stable", "I10"),
    ("Assessment: Acute streptococcal pharyngitis. Start amoxicillin.", "J02.0"),
    ("IMPRESSION: GERD.", "K21.9"),
    ("Assessment: Type 2 diabetes with diabetic CKD stage 3b.", "N18.32"),
    ("Assessment: Hypothyroidism. Continue levothyroxine.", "E03.9"),
]
FORBIDDEN = [
    ("Assessment: Viral URI. No pneumonia.", "J18.9"),
    ("Family history: mother with breast cancer.\nAssessment: Healthy adult.", "C50.919"),
    ("Assessment: Cough, rule out pneumonia.", "J18.9"),
    ("Assessment: Type 2 diabetes with diabetic CKD stage 3b.", "N18.2"),
    ("A/P:\n1. Type 2 diabetes with CKD stage 4.", "N18.1"),
    ("CC: Follow-up of hypertension.\nAssessment: Essential hypertension, at goal.", "Z09"),
    ("Denies chest pain or palpitations.\nAssessment: Allergic rhinitis.", "R07.9"),
]


def suggested(answer: SuggestionSet) -> set[str]:
    return {suggestion.code for suggestion in answer.suggestions if suggestion.tier is Tier.SUGGESTED}


@pytest.mark.parametrize(("text", "code"), EXPECTED)
def test_what_the_note_confirms_is_suggested(suggester: Suggester, text: str, code: str) -> None:
    (answer,) = suggester.suggest([encounter(text)], Profile.OUTPATIENT)
    assert code in suggested(answer)


@pytest.mark.parametrize(("text", "code"), FORBIDDEN)
def test_what_the_note_denies_is_not(suggester: Suggester, text: str, code: str) -> None:
    (answer,) = suggester.suggest([encounter(text)], Profile.OUTPATIENT)
    assert code not in suggested(answer)


def test_only_the_systems_asked_for(suggester: Suggester) -> None:
    (answer,) = suggester.suggest([DEMO[0].model_copy(update={"code_systems": (CodeSystem.CPT,)})], Profile.OUTPATIENT)
    assert {suggestion.system for suggestion in answer.suggestions} <= {CodeSystem.CPT}


def test_a_date_that_no_release_covers_names_the_release_used(suggester: Suggester) -> None:
    asked = encounter("Assessment: Essential hypertension.", date_of_service=date(2030, 1, 1))
    (answer,) = suggester.suggest([asked], Profile.OUTPATIENT)
    assert answer.queries[0].about == "code_set_release"
    assert answer.code_set_releases["icd10cm"] in answer.queries[0].text
    assert "I10" in suggested(answer)


def test_a_date_in_the_release_asks_nothing_about_it(suggester: Suggester) -> None:
    (answer,) = suggester.suggest([encounter("Assessment: Essential hypertension.")], Profile.OUTPATIENT)
    assert "code_set_release" not in {query.about for query in answer.queries}


ODD = [
    "x",
    "....",
    "Assessment: HTN\r\n\r\nPlan: 😀 café — diabetes mellitus type\u00a02 ☕\r\n",
    "e\u0301tat: hypertension e\u0301leve\u0301e; asthma",
    "\ufeffHypertension",
    "DIABETES " * 3000,
    "a" * 50_000,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_notes_are_answered(suggester: Suggester, text: str) -> None:
    asked = encounter(text, setting=Setting.ED)
    check_evidence(asked, suggester.suggest([asked], Profile.OUTPATIENT)[0])


@settings(max_examples=15)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=400))
def test_any_text_is_answered(suggester: Suggester, text: str) -> None:
    if text.strip():
        asked = encounter(f"Plan: {text}")
        check_evidence(asked, suggester.suggest([asked], Profile.MENTIONS)[0])


def test_case_reports_and_dialogue_notes(suggester: Suggester, shared_data: Path) -> None:
    with (shared_data / "codiesp" / "docs.jsonl").open(encoding="utf8") as lines:
        reports = [row["text_en"] for row in map(json.loads, lines) if row["split"] == "dev"][:4]
    with (shared_data / "text/mts_dialog/MTS-Dialog-ValidationSet.csv").open(encoding="utf8", newline="") as stream:
        sections = [row["section_text"] for row in csv.DictReader(stream)][:12]
    for text in (*reports, *sections):
        asked = encounter(text)
        (answer,) = suggester.suggest([asked], Profile.MENTIONS)
        check_evidence(asked, answer)
