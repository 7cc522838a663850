"""Wrong decisions stand out, coders who are often contradicted weigh less, and the right ones are left alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.decisions import Decision
from data.store.encounters import append_decisions, get_encounter
from data.store.session import Store
from data.synthetic.coder_sheet import load_sheet
from data.synthetic.coders import FLAWLESS, HABITS, Habits, record_visits, simulate_visits
from training.agreement import EXPECTED, iter_shared, measure_agreement
from training.datasets import CodingExample, iter_coding_examples
from training.label_quality import find_suspects

AS_OF = datetime(2027, 1, 1, tzinfo=UTC)


def _examples(store: Store, habits: Habits, count: int = 150) -> list[CodingExample]:
    record_visits(store, simulate_visits(count, seed=3, habits=habits))
    with store.reading() as session:
        return [example for labelled in iter_coding_examples(session, AS_OF) for example in labelled.examples]


def _wrong(examples: list[CodingExample]) -> set[tuple[str, str]]:
    """Decisions that the sheet contradicts. The visit's note is known by its service day alone, so by its codes."""
    right: dict[str, set[bool]] = {}
    for _, findings in load_sheet():
        for one in findings:
            right.setdefault(one.code, set()).add(one.reason is None)
            if one.better:
                right.setdefault(one.better, set()).add(True)
    return {
        (one.encounter_id, one.code)
        for one in examples
        if right.get(one.code) is not None and one.is_positive not in right[one.code]
    }


def test_suspects_are_mostly_wrong(sqlite_store: Store) -> None:
    examples = _examples(sqlite_store, Habits(0.0, 0.15, 0.08, 0.15, 0.2, 0.0, 0.0))
    found = find_suspects(examples)
    wrong = _wrong(examples)
    suspects = [(one.encounter_id, one.code) for one in found.suspects]
    hits = sum(one in wrong for one in suspects[:30])
    base = len(wrong) / len(examples)
    assert base < 0.15
    assert hits / 30 > 3 * base
    assert "suspect" in found.as_table()


def test_flawless_coders_are_rarely_suspected(sqlite_store: Store) -> None:
    found = find_suspects(_examples(sqlite_store, FLAWLESS))
    assert len(found.suspects) / found.examples < 0.1


@pytest.mark.parametrize("labels", [[], [True], [True, True], [False]])
def test_one_kind_of_label_proves_nothing(sqlite_store: Store, labels: list[bool]) -> None:
    examples = _examples(sqlite_store, HABITS, 20)
    chosen = [next(one for one in examples if one.is_positive == label) for label in labels]
    assert find_suspects(chosen).suspects == ()


def _decide(store: Store, encounter_id: str, by: str, minute: int, make: Callable[[Decision], Decision]) -> None:
    with store.transaction() as session:
        stored = get_encounter(session, encounter_id)
        decisions = [make(one.decision) for one in stored.standing if one.decision.suggestion_id]
        append_decisions(
            session,
            encounter_id,
            decisions,
            by=by,
            at=datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=minute),
            expected_version=stored.version,
        )


def _oppose(decision: Decision) -> Decision:
    outcome = "rejected" if decision.outcome != "rejected" else "accepted"
    return Decision(suggestion_id=decision.suggestion_id, outcome=outcome, system=decision.system, code=decision.code)


def test_agreement_lowers_the_weight_of_whom_others_contradict(store: Store) -> None:
    record_visits(store, simulate_visits(30, habits=FLAWLESS))
    with store.reading() as session:
        assert measure_agreement(session, AS_OF) == {}
    for number in range(12):
        _decide(store, f"sim-{number:05d}", "second", number, lambda decision: decision)
        _decide(store, f"sim-{number:05d}", "contrarian", 60 + number, _oppose)
    with store.reading() as session:
        agreement = measure_agreement(session, AS_OF)
        shared = list(iter_shared(session, AS_OF))
        early = measure_agreement(session, datetime(2026, 12, 1, tzinfo=UTC))
        examples = [one for labelled in iter_coding_examples(session, AS_OF) for one in labelled.examples]
    assert early == {}
    assert all(len({one.coder for one in opinions}) == len(opinions) >= 2 for opinions in shared)
    assert agreement["contrarian"] < 0.4 < agreement["second"]
    weights = {one.weight for one in examples if one.decided_by == "contrarian"}
    assert weights == {agreement["contrarian"]}


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_weight_is_a_share(agreed: int, more: int) -> None:
    from training.agreement import _weigh

    weight = _weigh(agreed, agreed + more)
    assert 0 < weight <= 1
    assert (weight == 1) == (agreed >= EXPECTED * (agreed + more) - 1e-3)
