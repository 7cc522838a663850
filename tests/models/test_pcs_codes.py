"""ICD-10-PCS codes of invented notes, constructed from the official release; skipped where that is absent."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.code_library import load_library
from data.codes import CodeSystem
from data.home import Home
from data.imports import import_release
from data.notes import Encounter, Note, Perspective, Setting
from data.pcs import AXES, CellKind, load_pcs_reference
from data.suggestions import Query
from models.coding.answer import Entry
from models.coding.pcs.coder import PcsCoder
from models.coding.pcs.tables import PcsTables
from models.coding.policy import ProfilePolicy
from models.coding.procedures import read_procedure_text

POLICY = ProfilePolicy(candidate=0.1, suggested=0.5, limit=20)
LINES = (Path(__file__).parent / "pcs_cases.txt").read_text("utf8").splitlines()
CASES = [
    (expected, note.replace("/", "\n"))
    for expected, _, note in (line.partition(" | ") for line in LINES if line and line[0] != "#")
]
# Notes with a side, other than of grafts that are named by letters.
SIDED = [note for _, note in CASES if re.search(r"\b(?:right|left)\b", note, re.IGNORECASE) and "LIMA" not in note]
Read = Callable[[str], tuple[list[Entry], list[Query]]]


@pytest.fixture(scope="module")
def tables(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> PcsTables:
    home = Home(tmp_path_factory.mktemp("pcs"))
    folder = shared_data / "codesets" / "icd10pcs_fy2026"
    import_release("icd10pcs", [folder / "2026-icd-10-pcs-codes-file.zip"], home=home, by="tester", release="FY2026")
    release = load_library(home).latest(CodeSystem.ICD10PCS)
    assert release is not None
    return PcsTables(release)


@pytest.fixture(scope="module")
def read(tables: PcsTables) -> Read:
    coder = PcsCoder(load_pcs_reference())

    def find(text: str) -> tuple[list[Entry], list[Query]]:
        note = Note(document_id="d1", kind="hospital_note", text=text)
        stay = Encounter(
            encounter_id="e1",
            setting=Setting.INPATIENT,
            perspective=Perspective.FACILITY,
            date_of_service=date(2026, 3, 14),
            documents=(note,),
        )
        return coder.find_procedures([read_procedure_text(note)], stay, tables, POLICY)

    return find


@pytest.mark.parametrize(("expected", "note"), CASES)
def test_notes_give_the_codes_that_they_document(read: Read, expected: str, note: str) -> None:
    entries, queries = read(note)
    codes = {entry.code for entry in entries}
    if expected[0] == "?":
        assert (codes, [query.about for query in queries]) == (set(), [expected[1:]])
    else:
        assert (codes, queries) == (set(expected.split()) - {"-"}, [])


def swap(text: str) -> str:
    other = {"right": "left", "left": "right"}
    return re.sub(r"\b(?:right|left)\b", lambda found: other[found[0].lower()], text, flags=re.IGNORECASE)


@pytest.mark.parametrize("note", SIDED)
def test_the_other_side_in_the_note_is_the_other_side_in_the_code(read: Read, note: str) -> None:
    terms = sorted(swap(entry.term).lower() for entry in read(note)[0])
    assert sorted(entry.term.lower() for entry in read(swap(note))[0]) == terms


@given(notes=st.lists(st.sampled_from(CASES), min_size=1, max_size=4))
def test_every_code_is_of_the_release_and_its_words_are_of_the_note(
    read: Read, tables: PcsTables, notes: list[tuple[str, str]]
) -> None:
    text = "\n\n".join(note for _, note in notes)
    entries, queries = read(text)
    for code in [entry.code for entry in entries] + [code for query in queries for code in query.would_change]:
        table = tables.find(code[:3], [None] * len(AXES))
        assert code in table
        assert all(code[place] in {other[place] for other in table} for place in range(3, 7))
    for item in (*entries, *queries):
        assert item.evidence
        assert all(text[piece.start : piece.end] == piece.quote for piece in item.evidence)
    assert all(entry.rationale for entry in entries if entry.code[0] in "01")


def test_every_act_can_be_coded_by_the_release(tables: PcsTables) -> None:
    reference = load_pcs_reference()
    words: dict[str, list[tuple[str, str]]] = {}
    for word in reference.words:
        words.setdefault(word.group, []).extend((word.system, value) for value in word.values)
    for act in reference.acts:
        part, *others = (act.cells[axis] for axis in AXES)
        parts = words[part.group] if part.kind is CellKind.WORDS else [("", value) for value in part.values or (None,)]
        rest = [
            None if not (cell.values or cell.group) else {*cell.values, *(v for _, v in words.get(cell.group, ()))}
            for cell in others
        ]
        axes = [None if values is None else "".join(values) for values in rest]
        assert any(tables.find(act.table.replace("@", system), [value, *axes]) for system, value in parts), act.name
