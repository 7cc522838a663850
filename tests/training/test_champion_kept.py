"""Learning from decisions keeps what the champion knew: words as they were, offsets bounded by their evidence."""

from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.notes import Note
from models.coding.phrases import PhraseTable, hash_phrases
from models.coding.recognize import PHRASES_FILE
from models.coding.visit import VISIT_FEATURES, VisitRanker
from models.coding.words import read_words
from training.coding_sources import CodedNote
from training.phrase_update import add_phrases, count_usage, to_counts, withdraw_support
from training.visit_update import DecidedRows, UpdateConfig, update_visit

COMMON, RARE = "worse today", "honeyleg"


def write(text: str) -> Note:
    return Note(document_id="d", text=text)


def coded(code: str, words: str) -> CodedNote:
    return CodedNote(write(f"Assessment: {words}."), frozenset({code}), ((code, words),))


def save_table(folder: Path, *notes: CodedNote) -> None:
    PhraseTable.empty().save(folder / PHRASES_FILE)
    add_phrases(folder, notes)


def find_precision(folder: Path, code: str, words: str) -> float:
    """Of the phrase that is all of the words; 0 where it does not stand for the code."""
    table, read = PhraseTable.load(folder / PHRASES_FILE), read_words(words)
    whole = [match for match in table.find_phrases(read) if match.first == 0 and match.last == len(read) - 1]
    links = [link for match in whole for link in table.links_of(match.row)]
    return next((precision for name, precision, _, _ in links if name == code), 0.0)


def test_a_common_word_does_not_stand_for_the_one_code_it_was_seen_with(tmp_path: Path) -> None:
    usage = count_usage(write(f"HPI: feels {COMMON}.") for _ in range(80))
    save_table(tmp_path)
    add_phrases(tmp_path, [coded("R600", f"{RARE} {COMMON}")] * 2, usage=usage)
    assert find_precision(tmp_path, "R600", COMMON) == 0
    assert find_precision(tmp_path, "R600", RARE) == pytest.approx(2 / 2.5)


def test_of_phrases_that_it_knows_the_table_says_itself_how_common_they_are(tmp_path: Path) -> None:
    usage = count_usage(write(f"HPI: feels {COMMON}.") for _ in range(80))
    save_table(tmp_path, coded("R600", COMMON))
    add_phrases(tmp_path, [coded("R600", COMMON)], usage=usage)
    assert find_precision(tmp_path, "R600", COMMON) == pytest.approx(2 / 2.5)


def test_no_decision_changes_no_phrase(tmp_path: Path) -> None:
    save_table(tmp_path, coded("R600", RARE), coded("I10", COMMON))
    before = to_counts(PhraseTable.load(tmp_path / PHRASES_FILE))
    add_phrases(tmp_path, [], 3, count_usage([write(RARE)]))
    withdraw_support(tmp_path, [], 3, before)
    assert to_counts(PhraseTable.load(tmp_path / PHRASES_FILE)) == before


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(0, 6), st.integers(0, 20))
def test_refusals_take_back_no_more_than_decisions_taught(known: int, taught: int, refused: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        save_table(folder, *[coded("R600", RARE)] * known)
        before = to_counts(PhraseTable.load(folder / PHRASES_FILE))
        add_phrases(folder, [coded("R600", RARE)] * taught)
        withdraw_support(folder, [("R600", RARE)] * refused, kept=before)
        after = to_counts(PhraseTable.load(folder / PHRASES_FILE))
    (phrase, _, _), *_ = hash_phrases(read_words(RARE))
    assert after.link_sentences[phrase, "R600"] == known + max(taught - refused, 0)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4))
def test_acceptances_never_make_accepted_words_say_less(known: int, accepted: int, weight: int) -> None:
    other = [coded("I10", RARE)] * 2
    with TemporaryDirectory() as name:
        folder = Path(name)
        save_table(folder, *other, *[coded("R600", RARE)] * known)
        before = find_precision(folder, "R600", RARE), find_precision(folder, "I10", RARE)
        add_phrases(folder, [coded("R600", RARE)] * accepted, weight)
        after = find_precision(folder, "R600", RARE), find_precision(folder, "I10", RARE)
    assert after[0] > before[0]
    assert after[1] < before[1]


def _even() -> VisitRanker:
    size = len(VISIT_FEATURES)
    data = lightgbm.Dataset(np.eye(size), np.zeros(size), feature_name=list(VISIT_FEATURES))
    trees = lightgbm.train({"objective": "regression", "verbose": -1}, data, num_boost_round=1)
    return VisitRanker(trees, np.zeros(size), np.ones(size))


EVEN, CONFIG = _even(), UpdateConfig()


_SAID = st.tuples(st.sampled_from("ABC"), st.booleans(), st.booleans())


@given(st.lists(_SAID, min_size=1, max_size=40))
def test_a_shift_is_bounded_by_its_evidence(said: list[tuple[str, bool, bool]]) -> None:
    """Of even odds, n decisions move a code by log(1 + 2 n / doubt) at most, whatever they say; never all the way. In
    ordinary words a code is only moved down."""
    codes, labels, is_own = (list(column) for column in zip(*said, strict=True))
    rows = DecidedRows(
        np.zeros((len(said), len(VISIT_FEATURES))),
        np.array(labels),
        np.ones(len(said)),
        np.ones(len(said), bool),
        np.array(is_own),
        tuple(codes),
    )
    updated = update_visit(EVEN, rows, dict.fromkeys("ABC", frozenset({1})), CONFIG)
    for code, own in updated.own_words.items():
        _check(own.shift, [k for c, k, o in said if c == code and o], CONFIG.own_doubt, CONFIG.own_widest)
    for code, offset in updated.offsets.items():
        assert offset < 0
        _check(offset, [k for c, k, o in said if c == code and not o], CONFIG.doubt, CONFIG.widest)


def _check(shift: float, kept: list[bool], doubt: float, widest: float) -> None:
    assert abs(shift) <= min(widest, log(1 + 2 * len(kept) / doubt)) + 1e-3
    assert shift >= -1e-3 or not all(kept)
    assert shift <= 1e-3 or any(kept)
