"""Changed notes: by table."""

import pytest

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.gold import Split, load_gold
from training.metamorphic import mirror_codes
from training.note_changes import KEEPING, misspell, rename_headers, swap_sides


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("pain in the left knee, Right normal, LEFT", "pain in the right knee, Left normal, RIGHT"),
        ("R knee OA, cataract OD", "L knee OA, cataract OS"),
        ("she left? leftover", "she right? leftover"),
    ],
)
def test_sides_are_exchanged(text: str, changed: str):
    assert swap_sides(text) == changed
    assert swap_sides(changed) == text


def test_headers_are_renamed_where_they_head_a_line():
    assert rename_headers("HPI: cough\nAssessment: asthma, Assessment: done") == (
        "History: cough\nImpression: asthma, Assessment: done"
    )


@pytest.mark.parametrize("change", KEEPING.values(), ids=KEEPING)
def test_a_change_is_the_same_each_time(change):
    text = load_gold(Split.DEV)[0].encounter.documents[0].text
    assert change(text) == change(text)


def test_misspelt_words_keep_their_letters():
    text = "hypertension " * 200
    assert misspell(text) != text
    assert sorted(misspell(text)) == sorted(text)


def test_codes_of_sides_mirror_each_other(library: CodeLibrary):
    mirror = mirror_codes(library.latest(CodeSystem.ICD10CM))
    assert (mirror["M17.11"], mirror["S93.401A"], mirror["H40.1111"]) == ("M17.12", "S93.402A", "H40.1121")
    assert "I10" not in mirror
    assert all(mirror[other] == code for code, other in mirror.items())
