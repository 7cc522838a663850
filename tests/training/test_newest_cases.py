"""The newest decisions that nobody learned from: the right ones, and no more notes read than needed."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from sqlalchemy import event

from data.store.encounters import iter_decided, iter_newest_decided
from data.store.session import Store
from data.synthetic.coders import record_visits, simulate_visits
from training.coding_cases import find_newest_cases, from_decisions
from training.datasets import LabelledEncounter, iter_coding_examples
from training.holdout import is_held_out

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def decided(sqlite_store: Store) -> Store:
    record_visits(sqlite_store, simulate_visits(400, seed=3))
    return sqlite_store


def _all_newest(store: Store, as_of: datetime) -> list[str]:
    """By reading everything."""

    def last(labelled: LabelledEncounter) -> tuple[datetime, str]:
        stored = labelled.stored
        return max(one.decided_at for one in stored.decisions), stored.encounter.encounter_id

    with store.reading() as session:
        found = [
            last(labelled)
            for labelled in iter_coding_examples(session, as_of)
            if is_held_out(labelled.stored.encounter.encounter_id) and from_decisions(labelled)
        ]
    return [encounter_id for _, encounter_id in sorted(found)]


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_they_are_those_of_reading_everything(decided: Store, limit: int) -> None:
    expected = _all_newest(decided, LATER)
    assert len(expected) > 30
    found = [case.encounter.encounter_id for case in find_newest_cases(decided, LATER, limit)]
    assert found == expected[-limit:]


def test_what_was_decided_later_does_not_exist(decided: Store) -> None:
    with decided.reading() as session:
        times = sorted(one.decided_at for stored in iter_decided(session, LATER) for one in stored.decisions)
    middle = times[len(times) // 2] + timedelta(microseconds=1)
    found = [case.encounter.encounter_id for case in find_newest_cases(decided, middle)]
    assert found == _all_newest(decided, middle)[-150:]
    assert find_newest_cases(decided, times[0]) == []


def test_few_notes_are_read(decided: Store) -> None:
    statements: list[str] = []
    with decided.reading() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))
        first = list(islice(iter_newest_decided(session, LATER, lambda _: True), 3))
    assert len(first) == 3
    assert sum("FROM notes" in statement for statement in statements) == 1
