"""The embedded ICD-10-CM release: complete, consistent, and the same as an independent reading of it."""

import random
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest
import simple_icd_10_cm as independent

from data.code_notes import NoteKind
from data.codes import CODE_TYPES
from data.codeset import CodeSet, UnknownCodeError
from data.home import Home

NOTE_COUNTS = {
    NoteKind.INCLUSION: 12_569,
    NoteKind.EXCLUDES1: 5_253,
    NoteKind.EXCLUDES2: 2_180,
    NoteKind.CODE_FIRST: 800,
    NoteKind.USE_ADDITIONAL: 1_440,
}


def test_it_holds_every_entry(icd10cm: CodeSet) -> None:
    assert len(icd10cm) == 98_186
    assert int(icd10cm.billable.sum()) == 74_719
    assert len(icd10cm.codes) == len(icd10cm.terms) == len(icd10cm.billable)


def test_it_holds_every_note_of_the_codes(icd10cm: CodeSet) -> None:
    counts = Counter(note.kind for code in icd10cm for note in icd10cm.all_notes(code))
    assert {kind: counts[kind] for kind in NOTE_COUNTS} == NOTE_COUNTS


def test_all_codes_are_well_formed_and_all_parents_are_there(icd10cm: CodeSet) -> None:
    for code in icd10cm:
        CODE_TYPES[icd10cm.system](code)
    for code in random.Random(3).sample(list(icd10cm), 5000):
        entry = icd10cm.get(code)
        assert entry.parent is None or code.startswith(entry.parent)
        assert entry.block in icd10cm.divisions
        assert entry.chapter in icd10cm.divisions


def test_children_and_parents_agree(icd10cm: CodeSet) -> None:
    for code in random.Random(7).sample(list(icd10cm), 2000):
        assert all(icd10cm.get(child).parent == code for child in icd10cm.children(code))
        assert icd10cm.is_billable(code) is (not icd10cm.children(code))


def test_it_says_what_an_independent_reader_says(icd10cm: CodeSet) -> None:
    for code in [*random.Random(11).sample(list(icd10cm), 400), "S52521A", "H348112", "E1122", "QA00101"]:
        entry, dotted = icd10cm.get(code), icd10cm.get(code).dotted
        # It appends the other wording of a seventh character after a slash.
        described = independent.get_description(dotted)
        assert described == entry.term or described.startswith(f"{entry.term}/")
        assert entry.is_billable is independent.is_leaf(dotted)
        assert [icd10cm.get(child).dotted for child in icd10cm.children(code)] == independent.get_children(dotted)
        own = [note.text for note in icd10cm.notes(code, NoteKind.EXCLUDES1)]
        assert own == [" ".join(text.split()) for text in independent.get_excludes1(dotted)]
        terms = [note.text for note in icd10cm.notes(code, NoteKind.INCLUSION)]
        assert terms == [" ".join(text.split()) for text in independent.get_inclusion_term(dotted)]


@pytest.mark.parametrize(
    ("code", "characters"),
    [
        ("S52521", "ADGKPS"),
        ("S52001", "ABCDEFGHJKMNPQRS"),
        ("H3481", "012"),
        ("E11321", "1239"),
        ("T36", "ADS"),
        ("I10", ""),
    ],
)
def test_the_nearest_seventh_characters_hold(icd10cm: CodeSet, code: str, characters: str) -> None:
    assert "".join(icd10cm.seventh_characters(code)) == characters


@pytest.mark.parametrize("code", ["T383X5A", "S93401A", "O3100X0", "M1A00X0", "H401111"])
def test_seventh_characters_are_written_out_with_their_placeholders(icd10cm: CodeSet, code: str) -> None:
    entry = icd10cm.get(code)
    assert entry.is_billable
    assert entry.term.endswith(", " + icd10cm.seventh_characters(code)[code[-1]])


@pytest.mark.parametrize(("code", "is_there"), [("S061X7A", True), ("S061X7D", False), ("S061X7S", False)])
def test_death_from_brain_injury_has_no_later_encounter(icd10cm: CodeSet, code: str, is_there: bool) -> None:
    assert (code in icd10cm) is is_there


def test_notes_come_from_the_code_first_and_then_from_above(icd10cm: CodeSet) -> None:
    owners = [note.owner for note in icd10cm.notes("E1122", NoteKind.USE_ADDITIONAL, inherited=True)]
    assert owners[0] == "E1122"
    assert set(owners[1:]) == {"E11"}
    chapters = {note.owner for note in icd10cm.notes("E1122", NoteKind.EXCLUDES1, inherited=True)}
    assert chapters == {"E11", "4"}


def test_a_block_of_one_category_is_told_from_it(icd10cm: CodeSet) -> None:
    assert icd10cm.ancestors("C50911") == ("C5091", "C509", "C50", "C50-C50", "C00-C75", "C00-C96", "2")
    assert icd10cm.divisions["C50-C50"].term == "Malignant neoplasms of breast"


def test_references_lead_to_codes_that_exist(icd10cm: CodeSet) -> None:
    kinds = (NoteKind.EXCLUDES1, NoteKind.EXCLUDES2, NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL, NoteKind.CODE_ALSO)
    references = {
        ref for code in icd10cm for kind in kinds for note in icd10cm.notes(code, kind) for ref in note.references
    }
    lost = [ref for ref in references if ref.first not in icd10cm or ref.last not in icd10cm]
    # The published text itself names G31.90 and R10.4-, which do not exist; B12 is the vitamin.
    assert sorted(map(str, lost)) == ["B12", "G3190", "R101-R104"]
    assert len(references) > 5000


def test_lookups_of_what_is_not_there(icd10cm: CodeSet) -> None:
    assert icd10cm.find("E1199") is None
    assert "E08-E13" not in icd10cm
    assert icd10cm.find("E08-E13") is None
    assert not icd10cm.is_billable("E1199")
    with pytest.raises(UnknownCodeError, match="E1199 is not in icd10cm FY2026"):
        icd10cm.get("E1199")
    with pytest.raises(UnknownCodeError) as caught:
        icd10cm.get("Jane Doe, born 1970")
    assert "Jane" not in str(caught.value)


def test_the_release_holds_for_its_fiscal_year(icd10cm: CodeSet) -> None:
    days = [date(2025, 9, 30), date(2025, 10, 1), date(2026, 9, 30), date(2026, 10, 1)]
    assert [icd10cm.is_valid_on(day) for day in days] == [False, True, True, False]
    assert [icd10cm.is_billable_on("E1122", day) for day in days] == [False, True, True, False]


def test_a_header_names_the_billable_codes_under_it(icd10cm: CodeSet) -> None:
    assert icd10cm.successors("E112") == ("E1121", "E1122", "E1129")
    assert icd10cm.successors("E1122") == ()


MEASURE = """
import psutil
from pathlib import Path
from data.code_library import load_library
from data.codes import CodeSystem
from data.home import Home
import sys
before = psutil.Process().memory_info().rss
code_set = load_library(Home(Path(sys.argv[1]))).latest(CodeSystem.ICD10CM)
print((psutil.Process().memory_info().rss - before) / 2**20, len(code_set))
"""


def test_a_fresh_process_loads_it_small(icd10cm: CodeSet, code_home: Home) -> None:
    command = [sys.executable, "-c", MEASURE, str(code_home.path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    megabytes, entries = float(answer[0]), int(answer[1])
    assert entries == len(icd10cm)
    assert megabytes < 200
