"""Sections, by a table of ways to write headers, and by the property that they tile the note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference.rows import read_rows
from models.coding.headers import SectionKind, find_kind
from models.coding.sections import find_sections

K = SectionKind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (
            "CC: cough\nHPI: three days.\nASSESSMENT AND PLAN:\n1. Bronchitis",
            [K.CHIEF_COMPLAINT, K.HPI, K.ASSESSMENT_PLAN],
        ),
        ("Assessment & Plan (by problem):\n# HTN", [K.ASSESSMENT_PLAN]),
        ("A/P: asthma", [K.ASSESSMENT_PLAN]),
        ("A&P\nasthma", [K.ASSESSMENT_PLAN]),
        ("IMPRESSION/PLAN: asthma", [K.ASSESSMENT_PLAN]),
        ("Diagnosis and Plan: asthma", [K.ASSESSMENT_PLAN]),
        ("S: cough\nO: wheeze\nA: asthma\nP: inhaler", [K.HPI, K.EXAM, K.ASSESSMENT, K.PLAN]),
        ("S cough\nO wheeze\nA asthma\nP inhaler", [K.HPI, K.EXAM, K.ASSESSMENT, K.PLAN]),
        ("A cough for days\nP waves are normal", [K.OTHER]),
        ("## Plan\nRest.", [K.PLAN]),
        ("**Assessment:** asthma", [K.ASSESSMENT]),
        ("PMHx - asthma", [K.HISTORY]),
        ("FHx: sister had asthma.\nImmunization today: flu", [K.FAMILY_HISTORY, K.OTHER]),
        ("FHx: asthma in all.\nMother: also gout", [K.FAMILY_HISTORY]),
        ("Family History:\nAsthma: sister\nDiabetes: none", [K.FAMILY_HISTORY]),
        ("HPI: days of it.\nTriggers: cats", [K.HPI]),
        ("PMH\tasthma", [K.HISTORY]),
        ("Past Medical History\nAsthma", [K.HISTORY]),
        ("past medical history:\nasthma", [K.HISTORY]),
        ("PMH: HTN, DM2. Meds: metformin. Plan: rest", [K.HISTORY, K.MEDICATIONS, K.PLAN]),
        ("CC: cough HPI: days of it PMH: HTN A&P: rest", [K.CHIEF_COMPLAINT, K.HPI, K.HISTORY, K.ASSESSMENT_PLAN]),
        ("Past medical history. Significant for asthma. Plan. Rest.", [K.HISTORY, K.PLAN]),
        ("PHYSICAL EXAM:\r\nHEENT: normal\r\nLungs: clear\r\n", [K.EXAM]),
        ("Vitals: 120/80\nHEENT: normal", [K.VITALS, K.EXAM]),
        ("Plan:\nCardiac: continue metoprolol\nPulm: wean oxygen", [K.PLAN]),
        ("Preoperative Diagnosis: mass\nPostoperative diagnosis: lipoma", [K.INDICATION, K.DIAGNOSIS]),
        (
            "PREOP DX: hernia\nPOSTOP DX: same\nPROC: repair\nANES: general.",
            [K.DIAGNOSIS, K.DIAGNOSIS, K.PROCEDURE, K.OTHER],
        ),
        ("PRE AND POSTOP DIAGNOSIS: Hernia.", [K.DIAGNOSIS]),
        ("DISCHARGE DIAGNOSES:\n1. CHF", [K.DIAGNOSIS]),
        ("II. PAST SURGICAL HISTORY: none", [K.SURGICAL_HISTORY]),
        ("Family and Social History: none", [K.FAMILY_HISTORY]),
        ("DDx: PE, ACS", [K.DIFFERENTIAL]),
        ("REVIEW OF SYSTEMS: negative\n\nSPLINT CARE:\nkeep dry", [K.ROS]),
        ("HPI: fell.\n\nSPLINT CARE:\nkeep dry", [K.HPI, K.OTHER]),
        ("Total time: 30 minutes", [K.TIME]),
        ("Cough for a day.\n\nPlan:\nrest", [K.OTHER, K.PLAN]),
        # no headers
        ("Dx hx: asthma\nDiagnoses as I see them: gout", [K.HISTORY, K.DIAGNOSIS]),
        ("Why he came\ncough\n\nWhat I think\nbronchitis", [K.CHIEF_COMPLAINT, K.ASSESSMENT]),
        ("- Dx strep throat\nA/P OSA, well controlled", [K.DIAGNOSIS, K.ASSESSMENT_PLAN]),
        ("Impression of the visit was good", [K.OTHER]),
        ("Wound assessment: clean\nThe diagnosis of gout: discussed", [K.OTHER]),
        ("Preop dx: cataract\nPostop dx: same", [K.DIAGNOSIS, K.DIAGNOSIS]),
        ("Preop dx: cataract\nPostop dx: pseudophakia", [K.INDICATION, K.DIAGNOSIS]),
        (
            "Past\nShingles in 2019.\nExam\nClear lungs, no edema.\nWhere this goes from here\nGout, better.",
            [K.HISTORY, K.EXAM],
        ),
        (
            "Exam\nClear lungs, no edema.\nPast\nShingles in 2019, no pain.\nMy own way out\nGout, better on medicine.",
            [K.EXAM, K.HISTORY, K.OTHER],
        ),
        ("Past\nShingles in 2019, no pain.\nMy own way out\nGout, better on medicine.", [K.HISTORY]),
        ("- PMH: asthma\n- R ear: cerumen\n- took it out", [K.HISTORY, K.OTHER]),
        ("- PMH:\n- asthma\n- gout", [K.HISTORY]),
        ("PMH: asthma\n- gout", [K.HISTORY]),
        ("Pre-op visit\nDoing well postop", [K.OTHER]),
        ("We made an assessment and plan together.", [K.OTHER]),
        ("Discussed\nplan\nwith him", [K.OTHER]),
        ("Plan is to rest. History of asthma.", [K.OTHER]),
        ("His past medical history is significant for asthma.", [K.OTHER]),
        ("1. Allergies\n2. Asthma", [K.OTHER]),
        ("He said: rest. At 10:30 he left.", [K.OTHER]),
        ("Hypertension. Diabetes.", [K.OTHER]),
    ],
)
def test_headers(text: str, kinds: list[SectionKind]):
    assert [section.kind for section in find_sections(text)] == kinds


def test_the_body_follows_the_header():
    text = "PMH: HTN. Meds: metformin."
    bodies = [section.body.slice(text) for section in find_sections(text) if section.body]
    assert bodies == [" HTN. ", " metformin."]


def test_a_header_may_have_no_body():
    history, plan = find_sections("PMH:\nPlan:")
    assert history.body is not None
    assert plan.body is None


def test_every_header_of_the_table_is_recognised_as_written():
    for row in read_rows("section_headers.tsv"):
        assert find_kind(row["header"].upper()) == row["kind"]


_PIECES = st.sampled_from(
    ["PMH:", "Plan", "a/p", "\n", "\r\n", "\n\n", " ", "\t", "- ", "1. ", "HTN", "😀", "e\u0301", ".", ":", "HEENT:"]
)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_sections_tile_the_text(text: str):
    sections = find_sections(text)
    assert "".join(section.span.slice(text) for section in sections) == text
    for section in sections:
        if section.header:
            assert section.header.start == section.span.start
            assert section.header.end <= section.span.end
