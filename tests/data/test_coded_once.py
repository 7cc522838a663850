"""The notes that were coded once: sound labels, nothing of the gold notes, nothing to test on."""

import re

import pytest

from data.code_library import CodeLibrary, load_library
from data.gold import CODED_ONCE, GoldCase, Split, load_gold
from data.gold_check import check_billable, check_quotes
from data.home import Home

_RUN = 14  # stock sentences of operations share up to a dozen words


@pytest.fixture(scope="module")
def cases() -> list[GoldCase]:
    return load_gold(*Split, folder=CODED_ONCE)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> CodeLibrary:
    return load_library(Home(tmp_path_factory.mktemp("once") / "home"))


def test_quotes_stand_where_they_are_said_to(cases: list[GoldCase]) -> None:
    assert [finding for case in cases for finding in check_quotes(case)] == []


def test_codes_are_billable_on_the_date(cases: list[GoldCase], library: CodeLibrary) -> None:
    assert [finding for case in cases for finding in check_billable(case, library)] == []


def test_none_is_for_testing(cases: list[GoldCase]) -> None:
    assert {case.split for case in cases} == {Split.TRAIN, Split.DEV}


def test_nothing_of_the_gold_notes_is_in_them(cases: list[GoldCase]) -> None:
    gold = {run for case in load_gold(*Split) for run in _runs(case)}
    assert [case.encounter.encounter_id for case in cases if not gold.isdisjoint(_runs(case))] == []


def _runs(case: GoldCase) -> set[tuple[str, ...]]:
    """Runs of words of a case's notes."""
    words = [re.findall(r"\w+", note.text.lower()) for note in case.encounter.documents]
    return {tuple(text[at : at + _RUN]) for text in words for at in range(len(text) - _RUN + 1)}
