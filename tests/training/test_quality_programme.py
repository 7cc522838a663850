"""Second reviews are drawn fairly, and agreement is measured as the textbooks do."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from data.store.session import Store
from data.synthetic.coders import HABITS, record_visits, simulate_visits
from data.wilson import wilson
from training.agreement import Opinion
from training.coder_quality import accuracy, cohen_kappa, kappa_by_coder, kappa_by_family, verdict
from training.datasets import CodingExample, iter_coding_examples
from training.second_review import Chosen, choose_reviews

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=60))
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning", "ignore::RuntimeWarning")
def test_kappa_is_the_one_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    ours = cohen_kappa(pairs)
    if len({one for pair in pairs for one in pair}) == 1:
        assert math.isnan(ours.kappa)
    else:
        theirs = cohen_kappa_score([one for one, _ in pairs], [other for _, other in pairs])
        assert ours.kappa == pytest.approx(theirs)


def test_kappa_of_nothing_is_not_a_number() -> None:
    assert math.isnan(cohen_kappa([]).kappa)


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_interval_holds_its_share(hits: int, more: int) -> None:
    found = wilson(hits, hits + more)
    assert 0 <= found.low <= found.high <= 1
    assert hits + more == 0 or found.low <= found.value <= found.high


def _opinion(coder: str, final: str | None, code: str = "E11.9", encounter: str = "e1") -> Opinion:
    return Opinion(encounter, ("s1",), coder, "icd10cm", code, final, NOW)


@pytest.mark.parametrize(("final", "expected"), [("E11.9", "kept"), (None, "refused"), ("E11.65", "E11.65")])
def test_verdicts(final: str | None, expected: str) -> None:
    assert verdict(_opinion("ada", final)) == expected


def test_agreement_by_coder_and_family() -> None:
    shared = [
        (_opinion("ada", "E11.9"), _opinion("ben", "E11.9")),
        (_opinion("ada", None), _opinion("ben", None)),
        (_opinion("ada", "I10", "I10"), _opinion("cleo", None, "I10")),
    ]
    by_coder = kappa_by_coder(shared)
    assert (by_coder["ben"].kappa, by_coder["ben"].pairs) == (1.0, 2)
    assert by_coder["cleo"].agreed == 0
    assert by_coder["ada"].pairs == 3
    assert kappa_by_family(shared)["icd10cm E"] == (2, 1.0, 1.0)
    drawn = accuracy(shared, frozenset({"e1"}))["ada"]
    assert (drawn.cases, drawn.value) == (3, pytest.approx(2 / 3))
    assert accuracy(shared, frozenset()) == {}


@pytest.fixture
def examples(sqlite_store: Store) -> list[CodingExample]:
    record_visits(sqlite_store, simulate_visits(60, habits=HABITS))
    with sqlite_store.reading() as session:
        return [one for found in iter_coding_examples(session, NOW) for one in found.examples]


def test_the_draw_is_repeatable_and_blind_to_risk(examples: list[CodingExample]) -> None:
    first = choose_reviews(examples, by_chance=8, by_risk=5, seed="2026-11")
    assert first == choose_reviews(examples[::-1], by_chance=8, by_risk=5, seed="2026-11")
    drawn = [one.encounter_id for one in first if one.chosen is Chosen.RANDOM]
    assert len(drawn) == 8
    unseen = [one.model_copy(update={"weight": 0.0}) for one in examples]
    again = choose_reviews(unseen, by_chance=8, by_risk=5, seed="2026-11")
    assert [one.encounter_id for one in again if one.chosen is Chosen.RANDOM] == drawn
    assert choose_reviews(examples, by_chance=8, by_risk=0, seed="other") != first[:8]


def test_risky_ones_come_first_and_nobody_twice(examples: list[CodingExample]) -> None:
    found = choose_reviews(examples, by_chance=5, by_risk=10, seed="s")
    risky = [one.risk for one in found if one.chosen is Chosen.RISK]
    assert risky == sorted(risky, reverse=True)
    assert len({one.encounter_id for one in found}) == len(found)
    done = {one.encounter_id for one in found}
    assert not done & {
        one.encounter_id for one in choose_reviews(examples, by_chance=5, by_risk=10, seed="s", reviewed=done)
    }
