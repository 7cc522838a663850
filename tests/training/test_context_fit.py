"""The model of the words around a place learns what is reported, from notes other than the one it scores."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models.coding.candidates import MentionTable
from models.coding.context import read_places
from models.coding.features import MentionFeature
from training.context_fit import NOT_REPORTED, REPORTED, UNCLEAR, UNNAMED, fit_context, label_places
from training.ranker_fit import RankedNote


@pytest.fixture
def ranked(mention_of: Any) -> Callable[..., RankedNote]:
    """A note with `codes` by their words in it; those that are `reported` stand on their evidence."""

    def build(name: str, text: str, codes: dict[str, str], reported: set[str], *, named: bool = True) -> RankedNote:
        mentions = [mention_of(text, words, code, name) for code, words in codes.items()]
        features = np.zeros((len(mentions), len(MentionFeature)), dtype=np.float32)
        features[:, MentionFeature.TERM_IS_LONGEST_HERE] = named
        supported = np.array([code in reported for code in codes])
        return RankedNote(name, frozenset(reported), MentionTable(mentions, features), supported)

    return build


@pytest.mark.parametrize(
    ("codes", "reported", "named", "label"),
    [
        ({"J459": "asthma"}, {"J459"}, True, REPORTED),
        ({"J459": "asthma"}, {"M109"}, True, NOT_REPORTED),
        ({"J459": "asthma"}, {"M109"}, False, UNNAMED),
        ({"J459": "asthma"}, {"J4520"}, True, UNCLEAR),
        ({"J459": "asthma", "J4520": "asthma"}, {"J4520"}, True, REPORTED),
    ],
)
def test_labels(codes: dict[str, str], reported: set[str], named: bool, label: int, ranked: Any) -> None:
    note = ranked("a", "Assessment: asthma.", codes, reported, named=named)
    assert label_places(note, read_places(note.table.mentions)).tolist() == [label]


def test_what_is_continued_is_reported_and_what_is_denied_is_not(ranked: Any) -> None:
    text = "Asthma, continue inhaler. Denies gout at this time."
    codes = {"J459": "Asthma", "M109": "gout"}
    notes = [ranked(f"n{i}", text, codes, {"J459"}) for i in range(40)]
    model, scored = fit_context(notes, 4)
    other = ranked("other", text, codes, set())
    asthma, gout = model.score(read_places(other.table.mentions))
    assert asthma > 0 > gout
    assert all(note.table.features[0, MentionFeature.CONTEXT] > 0 for note in scored)


def test_a_note_is_not_scored_by_what_it_taught(ranked: Any) -> None:
    usual = [ranked(f"n{i}", "Denies gout today.", {"M109": "gout"}, set()) for i in range(40)]
    usual += [ranked(f"m{i}", "Asthma, continue.", {"J459": "Asthma"}, {"J459"}) for i in range(40)]
    odd = ranked("odd", "Denies gout today.", {"M109": "gout"}, {"M109"})
    _, scored = fit_context([*usual, odd], 4)
    assert scored[-1].table.features[0, MentionFeature.CONTEXT] < 0
