"""Fixtures of the coding rules: the embedded ICD-10-CM, and charts coded from marked text."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from data.code_library import CodeLibrary
from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.notes import Note, Patient, Profile, Setting, Sex, Span
from data.suggestions import Evidence
from models.coding.assertion import assert_span
from models.coding.document import read_note
from models.coding.guidelines import CodingContext, Draft, DraftMention, GuidelineOutcome, apply_guidelines

_MARK = re.compile(r"\{([^{}|]*)\|([A-Z0-9.]+)(?:=([0-9.]+))?\}")
Coder = Callable[..., GuidelineOutcome]


@pytest.fixture(scope="session")
def icd10cm(library: CodeLibrary) -> CodeSet:
    """The ICD-10-CM that comes with the package."""
    found = library.latest(CodeSystem.ICD10CM)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def code_chart(icd10cm: CodeSet) -> Coder:
    """Codes a note in which `{words|CODE=probability}` marks what was recognised (probability .8 when not given)."""

    def code(
        marked: str,
        *,
        profile: Profile = Profile.OUTPATIENT,
        setting: Setting = Setting.OFFICE,
        age: int | None = 57,
        sex: Sex = Sex.FEMALE,
        day: date = date(2026, 3, 14),
    ) -> GuidelineOutcome:
        text, found = _unmark(marked)
        doc = read_note(Note(document_id="d1", text=text))
        drafts: dict[str, Draft] = {}
        for span, written, probability in found:
            sentence = next(place for place in doc._.sentences if place.span.start <= span.start < place.span.end)
            evidence = Evidence(document_id="d1", start=span.start, end=span.end, quote=span.slice(text))
            kind = sentence.section.kind
            mention = DraftMention(evidence, assert_span(span, sentence.scopes, kind), kind)
            before = drafts[written].mentions if written in drafts else ()
            drafts[written] = Draft(Icd10Cm.parse(written), probability, (*before, mention))
        patient = Patient(age_years=age, sex=sex)
        return apply_guidelines(drafts.values(), CodingContext(profile, setting, day, patient, icd10cm, (doc,)))

    return code


def _unmark(marked: str) -> tuple[str, list[tuple[Span, str, float]]]:
    text, end, found = "", 0, []
    for match in _MARK.finditer(marked):
        text += marked[end : match.start()]
        span = Span(start=len(text), end=len(text) + len(match[1]))
        found.append((span, match[2], float(match[3] or 0.8)))
        text, end = text + match[1], match.end()
    return text + marked[end:], found
