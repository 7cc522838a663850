"""Short notes hold nothing but words of the long one, and only what they say is required of them."""

import pytest

from data.gold import GoldCase, Split, load_gold
from training.short_notes import cut_short


@pytest.fixture(scope="module")
def cases() -> list[GoldCase]:
    return load_gold(Split.TRAIN)[:30]


def test_they_are_words_of_their_note(cases: list[GoldCase]) -> None:
    for case in cases:
        lines = {line.strip() for note in case.encounter.documents for line in note.text.splitlines()}
        for short in cut_short(case):
            assert short.encounter.encounter_id == case.encounter.encounter_id
            (note,) = short.encounter.documents
            for line in filter(None, map(str.strip, note.text.splitlines())):
                assert any(line.removeprefix("Assessment: ") in whole for whole in lines)


def test_what_they_do_not_say_is_not_required(cases: list[GoldCase]) -> None:
    for case in cases:
        required = {d.code for d in case.labels.diagnoses if not d.is_optional}
        for short in cut_short(case):
            (note,) = short.encounter.documents
            for diagnosis in short.labels.diagnoses:
                if not diagnosis.is_optional:
                    assert diagnosis.code in required
                    assert any(evidence.quote in note.text for evidence in diagnosis.evidence)


def test_most_notes_with_an_assessment_have_one(cases: list[GoldCase]) -> None:
    assert sum(bool(list(cut_short(case))) for case in cases) > len(cases) / 2
