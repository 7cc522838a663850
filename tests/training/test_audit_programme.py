"""Second reviews as tables: drawn, done by an invented auditor, and what they show."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.synthetic.coders import AUDITOR
from training.audit_programme import (
    draw_reviews,
    find_lessons,
    invent_reviews,
    load_shared,
    summarise_accuracy,
    summarise_agreement,
)
from training.workspace import Workspace, make_synthetic_workspace

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_synthetic_workspace(tmp_path_factory.mktemp("home"), NOW, visits=60, claims=1)


def test_a_round_of_the_programme(workspace: Workspace) -> None:
    """Invented coders err at known rates and the auditor does not: the share that stands says so."""
    assert load_shared(workspace) == []
    reviews = draw_reviews(workspace, by_chance=20, by_risk=5, seed="2026-06")
    assert reviews["chosen"].value_counts().to_dict() == {"random": 20, "risk": 5}
    invent_reviews(workspace, reviews)
    shared = load_shared(workspace)
    assert {opinions[-1].coder for opinions in shared} == {AUDITOR}
    accuracy = summarise_accuracy(shared, reviews[reviews["chosen"] == "random"]["encounter_id"])
    assert (accuracy["low"] <= accuracy["value"]).all()
    assert 0.8 < (accuracy["value"] * accuracy["cases"]).sum() / accuracy["cases"].sum() < 1
    assert AUDITOR in summarise_agreement(shared).index
    lessons = find_lessons(shared, {AUDITOR})
    assert lessons.is_monotonic_decreasing
    assert find_lessons(shared, set()).empty
    again = draw_reviews(workspace, by_chance=60, by_risk=0, seed="2026-06")
    assert not set(again["encounter_id"]) & set(reviews["encounter_id"])


def test_in_a_real_home_nothing_is_invented(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="people review"):
        invent_reviews(
            replace(workspace, is_synthetic=False), draw_reviews(workspace, by_chance=1, by_risk=0, seed="s")
        )
