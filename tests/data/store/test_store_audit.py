"""The audit log in the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from data.audit import Problem
from data.notes import Profile
from data.store.audit import append_event, find_head, iter_events, verify_chain
from data.store.encounters import add_encounter
from data.store.session import Store


def _append(store: Store, at: datetime, subject: str = "e1") -> None:
    with store.transaction() as session:
        append_event(session, "encounter.viewed", actor="ada", subject=subject, at=at, details={"fields": ("text",)})


def test_events_of_many_threads_make_one_chain(store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: _append(store, now, f"e{number}"), range(24)))
    with store.reading() as session:
        report = verify_chain(session, find_head(session))
        assert (report.is_intact, report.events) == (True, 24)
        assert {event.subject for event in iter_events(session)} == {f"e{number}" for number in range(24)}


def test_an_event_goes_with_its_transaction(store: Store, now: datetime) -> None:
    def view_and_fail() -> None:
        with store.transaction() as session:
            append_event(session, "encounter.viewed", actor="ada", subject="e1", at=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        view_and_fail()
    _append(store, now)
    with store.reading() as session:
        assert find_head(session).sequence == 1


def test_writes_record_themselves(store: Store, make_encounter: Callable[..., Any], now: datetime) -> None:
    with store.transaction() as session:
        add_encounter(session, *make_encounter(), Profile.OUTPATIENT, by="ada", at=now)
    with store.reading() as session:
        (event,) = iter_events(session)
    assert (event.kind, event.actor, event.subject) == ("encounter.stored", "ada", "e1")
    assert event.at == "2026-03-14T09:26:53.589793Z"
    assert event.details["model_version"] == "coding-1"


@pytest.mark.parametrize("kind", ["", "Viewed", "a b", "a.", "x" * 129])
def test_kinds_are_dotted_words(store: Store, now: datetime, kind: str) -> None:
    with pytest.raises(ValidationError), store.transaction() as session:
        append_event(session, kind, actor="ada", subject="e1", at=now)


@pytest.mark.parametrize(
    ("statement", "problem", "sequence"),
    [
        ("UPDATE audit_events SET actor = 'mallory' WHERE sequence = 2", Problem.CHANGED, 2),
        ('UPDATE audit_events SET details = \'{"fields": ["text"]}\' WHERE sequence = 2', Problem.CHANGED, 2),
        ("UPDATE audit_events SET details = 'not json' WHERE sequence = 2", Problem.CHANGED, 2),
        ("UPDATE audit_events SET kind = '' WHERE sequence = 2", Problem.CHANGED, 2),
        ("DELETE FROM audit_events WHERE sequence = 2", Problem.DROPPED, 2),
        ("DELETE FROM audit_events WHERE sequence = 1", Problem.DROPPED, 1),
        ("DELETE FROM audit_events WHERE sequence = 3", Problem.TRUNCATED, 3),
    ],
)
def test_a_database_tampered_with_is_found(
    store: Store, now: datetime, statement: str, problem: Problem, sequence: int
) -> None:
    for _ in range(3):
        _append(store, now)
    with store.reading() as session:
        head = find_head(session)
    with store.transaction() as session:
        _disarm(store, session)
        session.execute(text(statement.replace(":", r"\:")))
    with store.reading() as session:
        report = verify_chain(session, head)
    assert (report.is_intact, report.problem, report.sequence) == (False, problem, sequence)


def _disarm(store: Store, session: Any) -> None:
    """What somebody who owns the database can do."""
    if store.engine.dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
    else:
        for name in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_events_no_{name}"))


def test_events_until_a_moment_stop_at_the_first_later_one(store: Store, now: datetime) -> None:
    for hours in (0, 2, 1):
        _append(store, now + timedelta(hours=hours))
    with store.reading() as session:
        assert [event.sequence for event in iter_events(session, until=now + timedelta(hours=2))] == [1]
        assert [event.sequence for event in iter_events(session, after=1)] == [2, 3]
