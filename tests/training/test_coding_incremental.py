"""The champion learns a clinic's own words from its decisions, and forgets nothing."""

from datetime import UTC, datetime
from pathlib import Path

import lightgbm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.home import Home
from data.notes import Note, Profile
from models.artifacts import write_manifest
from models.coding.assertion import Assertion
from models.coding.candidates import Mention
from models.coding.document import read_note
from models.coding.own_words import OwnWords
from models.coding.phrases import PhraseTable
from models.coding.recognize import PHRASES_FILE, Recognizer
from models.coding.visit import VISIT_FEATURES, VisitRanker
from models.registry import RELEASED, ModelRegistry
from training.coding import find_start
from training.coding_incremental import learn_incrementally
from training.coding_sources import CodedNote
from training.decided_notes import DecidedCode, DecidedNotes
from training.learned_notes import LEARNED_FILE, read_learned, write_base
from training.own_words import find_own_words
from training.phrase_learning import PhraseCounts
from training.phrase_update import add_phrases, to_counts, withdraw_support
from training.visit_update import DecidedRows, UpdateConfig, update_visit

CHAMPION = RELEASED / "coding"
PHRASE = "honeyleg syndrome"


def said(code: str, quote: str, *, is_kept: bool, was_suggested: bool) -> DecidedCode:
    return DecidedCode(code, is_kept, 1.0, was_suggested, True, (("d1", quote),))


def decided(number: int) -> DecidedNotes:
    """The local phrase means R60.0; fatigue, which the champion suggests, is refused at this clinic."""
    assessment = f"{PHRASE} again, worse since spring. Fatigue. Essential hypertension."
    text = f"Visit {number}. Assessment: {assessment} Plan: walk more."
    return DecidedNotes(
        f"e{number}",
        Profile.OUTPATIENT,
        (Note(document_id="d1", text=text),),
        (
            said("R600", PHRASE, is_kept=True, was_suggested=False),
            said("R5383", "Fatigue", is_kept=False, was_suggested=True),
            said("I10", "hypertension", is_kept=True, was_suggested=True),
        ),
    )


@pytest.fixture(scope="module")
def code_set(library: CodeLibrary) -> CodeSet:
    found = library.latest(CodeSystem.ICD10CM)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def challenger(tmp_path_factory: pytest.TempPathFactory, code_set: CodeSet) -> Path:
    folder = tmp_path_factory.mktemp("challenger")
    learn_incrementally(folder, CHAMPION, [decided(number) for number in range(8)], 3, code_set)
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


def test_what_nobody_decided_on_stays_as_it_was(challenger: Path, library: CodeLibrary) -> None:
    text = "Assessment: Essential hypertension. Type 2 diabetes mellitus."
    before = probability(CHAMPION, library, text, "E119")
    assert probability(challenger, library, text, "E119") == pytest.approx(before, abs=0.02)


def test_what_was_kept_is_as_likely_or_likelier(challenger: Path, library: CodeLibrary) -> None:
    text = "Assessment: Essential hypertension. Type 2 diabetes mellitus."
    before = probability(CHAMPION, library, text, "I10")
    assert probability(challenger, library, text, "I10") > before - 0.02


def test_the_champion_is_not_touched(challenger: Path) -> None:
    assert not (challenger / "manifest.json").exists()
    known = {path.name for path in CHAMPION.iterdir()} | {LEARNED_FILE}
    assert {path.name for path in challenger.iterdir()} < known
    assert len(read_learned(challenger)) == 8


def test_refusals_teach_too(challenger: Path) -> None:
    """In words that others use too; what was kept in them teaches nothing beyond."""
    assert VisitRanker.load(CHAMPION).offsets == {}
    offsets = VisitRanker.load(challenger).offsets
    assert offsets["R5383"] < -0.2
    assert "I10" not in offsets


def test_own_words_move_a_code_and_no_others_do(challenger: Path) -> None:
    assert VisitRanker.load(CHAMPION).own_words == {}
    own = VisitRanker.load(challenger).own_words
    assert set(own) == {"R600"}
    assert own["R600"].shift > 0
    assert own["R600"].is_in([mention(f"Assessment: {PHRASE}, stable.")])
    assert not own["R600"].is_in([mention("Assessment: Edema, stable."), mention("Syndrome of the leg.")])


def mention(text: str) -> Mention:
    *_, sentence = read_note(Note(document_id="d", text=text))._.sentences
    return Mention("R600", "d", 0, sentence.span, sentence, Assertion())


def test_own_words_are_those_that_nobody_else_uses() -> None:
    known, usage = PhraseCounts(), PhraseCounts()
    found = find_own_words([decided(1), decided(2)], known, usage)
    assert set(found) == {"R600", "R5383", "I10"}
    usage.sentences.update(found["I10"])
    known.sentences.update(found["R5383"])
    assert set(find_own_words([decided(1), decided(2)], known, usage)) == {"R600"}
    assert find_own_words([decided(1)], known, usage) == {}


def test_a_refused_reading_of_words_is_forgotten(tmp_path: Path) -> None:
    coded = [CodedNote(Note(document_id="d", text=f"{PHRASE} today"), frozenset({"R600"}), (("R600", PHRASE),))] * 4
    PhraseTable.empty().save(tmp_path / PHRASES_FILE)
    add_phrases(tmp_path, coded)
    assert "R600" in PhraseTable.load(tmp_path / PHRASES_FILE).codes
    withdraw_support(tmp_path, [("R600", PHRASE), ("I10", PHRASE)] * 3)
    kept = to_counts(PhraseTable.load(tmp_path / PHRASES_FILE))
    assert set(kept.link_sentences.values()) == {1}
    withdraw_support(tmp_path, [("R600", PHRASE)] * 9)
    assert len(PhraseTable.load(tmp_path / PHRASES_FILE)) == 0


def _rows(labels: list[bool], codes: list[str], *, is_general: bool = True, is_own: bool = False) -> DecidedRows:
    count = len(labels)
    flags = np.full(count, is_general), np.full(count, is_own)
    return DecidedRows(np.zeros((count, len(VISIT_FEATURES))), np.array(labels), np.ones(count), *flags, tuple(codes))


def _calm() -> VisitRanker:
    """Even odds for everything."""
    size = len(VISIT_FEATURES)
    data = lightgbm.Dataset(np.eye(size), np.zeros(size), feature_name=list(VISIT_FEATURES))
    trees = lightgbm.train({"objective": "regression", "verbose": -1}, data, num_boost_round=1)
    return VisitRanker(trees, np.zeros(size), np.ones(size))


CALM = _calm()


TWO = [True] * 9 + [False] * 9, ["A"] * 9 + ["B"] * 9
EVEN = [True, False] * 9, ["A"] * 18


@pytest.mark.parametrize(
    ("rows", "code", "offset", "own"),
    [
        (_rows(*TWO), "A", 0, 0),
        (_rows(*TWO), "B", -1, 0),
        (_rows(*TWO, is_own=True), "A", 0, 1),
        (_rows(*TWO, is_own=True), "B", 0, -1),
        (_rows(*EVEN), "A", 0, 0),
        (_rows(*EVEN, is_own=True), "A", 0, 0),
        (_rows([True] * 9, ["A"] * 9, is_own=True), "A", 0, 0),
        (_rows(*EVEN, is_general=False), "A", 0, 0),
        (_rows([], []), "A", 0, 0),
    ],
)
def test_shifts_follow_what_the_weights_do_not_explain(rows: DecidedRows, code: str, offset: int, own: int) -> None:
    """Of one outcome alone nothing is learned: there is nothing to tell it from."""
    words = dict.fromkeys("AB", frozenset({7}))
    moved = update_visit(CALM, rows, words, UpdateConfig())
    shift = moved.own_words[code].shift if code in moved.own_words else 0.0
    assert (np.sign(moved.offsets.get(code, 0.0)), np.sign(shift)) == (offset, own)
    assert abs(moved.offsets.get(code, 0.0)) <= UpdateConfig().widest
    assert abs(shift) <= UpdateConfig().own_widest


def test_own_words_are_kept(tmp_path: Path) -> None:
    words = {"A": OwnWords(frozenset({7, 2**64 - 1}), 1.25)}
    VisitRanker(CALM.trees, CALM.weights, CALM.scales, own_words=words).save(tmp_path)
    assert VisitRanker.load(tmp_path).own_words == words


@given(st.lists(st.booleans(), min_size=2, max_size=30))
def test_weights_stay_near_the_champion(labels: list[bool]) -> None:
    moved = update_visit(CALM, _rows(labels, [f"C{n}" for n in range(len(labels))]), {}, UpdateConfig())
    share = sum(labels) / len(labels)
    assert moved.intercept * np.sign(share - 0.5) >= 0 or abs(moved.intercept) < 1e-6
    assert np.allclose(moved.weights, 0)


def test_what_was_learned_once_is_not_learned_on_top(tmp_path: Path, home: Home) -> None:
    """A version that learned from decisions names what it learned them on top of."""
    registry = ModelRegistry(home)
    assert find_start(registry) == registry.default("coding")
    draft = registry.drafts("coding") / "v1"
    draft.mkdir()
    (draft / "weights").write_text("x")
    write_base(draft, "the-release")
    write_manifest(draft, name="coding", version="v1", data_hash="0" * 64)
    registry.add_version("coding", draft)
    registry.promote("coding", "v1", by="ada", at=datetime(2026, 11, 22, tzinfo=UTC))
    assert registry.champion("coding").name == "v1"
    assert find_start(registry) == registry.default("coding")
