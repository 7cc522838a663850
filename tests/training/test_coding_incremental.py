"""The champion learns a clinic's own words from its decisions, and forgets nothing."""

from pathlib import Path

import pytest

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.notes import Note
from models.coding.document import read_note
from models.coding.recognize import Recognizer
from models.registry import RELEASED
from training.coding_incremental import learn_incrementally
from training.coding_sources import CodedNote

CHAMPION = RELEASED / "coding"
PHRASE = "honeyleg syndrome"


def decided(number: int) -> CodedNote:
    text = f"Visit {number}. Assessment: {PHRASE} again, worse since spring. Plan: walk more."
    note = Note(document_id=f"d{number}", text=text)
    return CodedNote(note, frozenset({"R600"}), (("R600", PHRASE),))


@pytest.fixture(scope="module")
def challenger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("challenger")
    learn_incrementally(folder, CHAMPION, [decided(number) for number in range(6)], weight=3)
    return folder


def probability(folder: Path, library: CodeLibrary, text: str, code: str) -> float:
    code_set = library.latest(CodeSystem.ICD10CM)
    assert code_set is not None
    found = Recognizer.load(folder, code_set).recognize([read_note(Note(document_id="d", text=text))])
    return next((item.probability for item in found if item.code == code), 0.0)


def test_a_local_phrase_is_learned(challenger: Path, library: CodeLibrary) -> None:
    text = f"Assessment: {PHRASE}, stable."
    assert probability(CHAMPION, library, text, "R600") < 0.05
    assert probability(challenger, library, text, "R600") > 0.3


def test_what_was_known_stays_known(challenger: Path, library: CodeLibrary) -> None:
    text = "Assessment: Essential hypertension. Type 2 diabetes mellitus."
    for code in ("I10", "E119"):
        before = probability(CHAMPION, library, text, code)
        assert probability(challenger, library, text, code) == pytest.approx(before, abs=0.02)


def test_the_champion_is_not_touched(challenger: Path) -> None:
    assert not (challenger / "manifest.json").exists()
    assert {path.name for path in challenger.iterdir()} < {path.name for path in CHAMPION.iterdir()}
