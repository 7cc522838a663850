"""Second reviews are drawn fairly, and agreement is measured as the textbooks do."""

import math
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from chartcode import cli
from data.autonomy import AUTONOMY
from data.decisions import Decision
from data.home import Home
from data.store.audit import iter_events
from data.store.drawn_reviews import iter_random_draws
from data.store.encounters import add_encounter, append_decisions
from data.store.errors import LevelError
from data.store.session import Store, open_store
from data.synthetic.coders import FLAWLESS, HABITS, record_visits, simulate_visits
from data.wilson import wilson
from training.agreement import Opinion, measure_agreement
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


def test_kept_draws_look_at_each_encounter_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was first decided before the last kept draw can't be drawn again, whoever corrected it since."""
    monkeypatch.setenv("CHARTCODE_HOME", str(home.path))
    monkeypatch.delenv("CHARTCODE_DATABASE_URL", raising=False)
    store = open_store(home.database_url)
    record_visits(store, simulate_visits(40, habits=HABITS))
    options = ["quality", "--seed", "s", "--by-chance", "5", "--by-risk", "5"]
    shown = CliRunner().invoke(cli, options)
    kept = CliRunner().invoke(cli, [*options, "--keep"])
    assert (shown.exit_code, kept.exit_code) == (0, 0)
    assert kept.output == shown.output
    assert "review" not in CliRunner().invoke(cli, [*options, "--keep"]).output
    with store.reading() as session:
        drawn = [one.encounter.encounter_id for _, one in iter_random_draws(session, datetime(2026, 1, 1, tzinfo=UTC))]
        event, _ = (one for one in iter_events(session) if one.kind == "reviews.drawn")
    assert sorted(drawn) == sorted(event.details["by_chance"])
    assert len(drawn) == 5
    assert CliRunner().invoke(cli, [*options, "--keep", "--as-of", "2026-06-01"]).exit_code == 2


def test_levels_on_the_command_line(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTCODE_HOME", str(home.path))
    monkeypatch.delenv("CHARTCODE_DATABASE_URL", raising=False)
    family = ["icd10cm", "E11", "--reason", "a test"]
    steps = (
        (["autonomy", "test", *family, "--target", "0.95"], "test\ticd10cm E11"),
        (["autonomy", "list"], "too few encounters were audited"),
        (["autonomy", "withdraw", *family], "manual\ticd10cm E11"),
        (["autonomy", "list", "--history"], "manual\ticd10cm E11"),
    )
    for arguments, told in steps:
        answer = CliRunner().invoke(cli, arguments)
        assert answer.exit_code == 0, answer.output
        assert told in answer.output
    assert isinstance(CliRunner().invoke(cli, ["autonomy", "release", *family]).exception, LevelError)


def test_who_changes_a_released_code_contradicts_nobody(sqlite_store: Store) -> None:
    (visit, *_) = simulate_visits(1, habits=FLAWLESS)
    one = visit.suggestion_set.suggestions[0]
    said = (("accepted", AUTONOMY), ("rejected", "ada"))
    with sqlite_store.transaction() as session:
        stored = add_encounter(
            session, visit.encounter, visit.suggestion_set, visit.profile, by="clinic", at=visit.stored_at
        )
        for outcome, by in said:
            facts = {"suggestion_id": one.suggestion_id, "outcome": outcome, "system": one.system, "code": one.code}
            name, decision = visit.encounter.encounter_id, Decision.model_validate(facts)
            stored = append_decisions(
                session, name, [decision], by=by, at=visit.stored_at, expected_version=stored.version
            )
        assert measure_agreement(session, NOW) == {}
