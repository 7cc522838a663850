"""What the words around a place say, by hand-made weights and by an independent sum."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.coding.context import SLOTS, ContextModel, read_places


@pytest.fixture
def slots_of(mention_of: Any) -> Callable[[str], set[int]]:
    """The slots of "asthma" in a note."""
    return lambda text: set(read_places([mention_of(text, "asthma")]).slots[0])


def test_codes_at_one_place_share_it(mention_of: Any) -> None:
    text = "Assessment: asthma, stable. Gout."
    mentions = [mention_of(text, "asthma"), mention_of(text, "asthma", "J45909"), mention_of(text, "Gout")]
    places = read_places(mentions)
    assert len(places.slots) == 2
    assert places.place_of.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Assessment: asthma, stable.", "Assessment: asthma, Stable."),
        ("Assessment: asthma, seen 3 days ago.", "Assessment: asthma, seen 12 days ago."),
    ],
)
def test_what_makes_no_difference(one: str, other: str, slots_of: Any) -> None:
    assert slots_of(one) == slots_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Assessment: asthma, stable.", "Assessment: asthma, resolved."),
        ("Assessment: asthma, stable.", "Family history: asthma, stable."),
        ("Assessment: asthma.", "Assessment: no asthma."),
        ("Assessment: gout, asthma.", "Assessment: asthma, gout."),
    ],
)
def test_what_makes_one(one: str, other: str, slots_of: Any) -> None:
    assert slots_of(one) != slots_of(other)


def test_scores_are_sums_of_weights(mention_of: Any, tmp_path: Path) -> None:
    weights = np.random.default_rng(3).normal(size=SLOTS).astype(np.float16).astype(np.float64)
    text = "Assessment: asthma, stable. Gout. No fever."
    places = read_places([mention_of(text, words) for words in ("asthma", "Gout", "fever")])
    ContextModel(weights, -1.5).save(tmp_path / "context.npz")
    scores = ContextModel.load(tmp_path / "context.npz").score(places)
    assert scores == pytest.approx([sum(weights[slot] for slot in slots) - 1.5 for slots in places.slots])


def test_nothing_is_scored_as_nothing() -> None:
    assert ContextModel(np.zeros(SLOTS), 0.0).score(read_places([])).shape == (0,)
