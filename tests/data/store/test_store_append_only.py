"""The database itself refuses to change what was written, whoever asks."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from data.autonomy import CodeFamily, Terms
from data.decisions import ClaimDecision, Decision
from data.notes import Profile
from data.remittances import Remittance
from data.store.autonomy import start_test
from data.store.claims import add_claim, append_claim_decision
from data.store.drawn_reviews import record_draw
from data.store.encounters import add_encounter, append_decisions
from data.store.errors import DatabaseError
from data.store.remittances import add_remittance
from data.store.session import Store
from data.store.tables import Base

FROZEN = (
    "notes",
    "suggestion_sets",
    "decisions",
    "drawn_reviews",
    "autonomy_changes",
    "claim_revisions",
    "claim_decisions",
    "remittances",
    "audit_events",
)


@pytest.fixture
def full_store(
    store: Store, make_encounter: Callable[..., Any], make_claim: Callable[..., Any], now: datetime
) -> Store:
    accept = Decision(suggestion_id="s1", outcome="accepted", system="icd10cm", code="E11.22")
    line = {"line_number": 1, "charge_cents": 18500, "paid_cents": 0}
    answer = Remittance(claim_id="c1", adjudicated_on=date(2026, 4, 1), lines=(line,))
    with store.transaction() as session:
        add_encounter(session, *make_encounter(), Profile.OUTPATIENT, by="ada", at=now)
        append_decisions(session, "e1", [accept], by="ada", at=now, expected_version=1)
        record_draw(session, by_chance=["e1"], by_risk=(), seed="s", by="ada", at=now)
        terms = Terms(target=0.9, least_probability=0.9, model_version="coding-1", tested_since=now)
        start_test(session, CodeFamily(system="icd10cm", prefix="E11"), terms, reason="a test", by="ada")
        add_claim(session, *make_claim(), by="bob", at=now)
        append_claim_decision(session, "c1", ClaimDecision(outcome="submitted"), by="bob", at=now)
        assert add_remittance(session, answer, by="bob", at=now)
    return store


def _dump(store: Store, table: str) -> list[Any]:
    with store.reading() as session:
        return sorted(map(tuple, session.execute(text(f"SELECT * FROM {table}")).all()))


def _attempt(store: Store, statement: str) -> None:
    with pytest.raises(DatabaseError), store.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("table", FROZEN)
def test_rows_can_not_be_changed_or_removed(full_store: Store, table: str) -> None:
    before = _dump(full_store, table)
    assert before
    columns = [column.name for column in Base.metadata.tables[table].columns]
    for column in columns:
        _attempt(full_store, f"UPDATE {table} SET {column} = {column}")
    _attempt(full_store, f"DELETE FROM {table}")
    assert _dump(full_store, table) == before


@pytest.mark.parametrize("table", FROZEN)
def test_rows_can_not_be_replaced_or_truncated(full_store: Store, table: str) -> None:
    before = _dump(full_store, table)
    if full_store.engine.dialect.name == "postgresql":
        _attempt(full_store, f"TRUNCATE {table} CASCADE")
    else:  # as a plain client would, without the settings of ours that catch this too
        with full_store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA recursive_triggers=OFF")
            with pytest.raises(IntegrityError):
                connection.exec_driver_sql(f"REPLACE INTO {table} SELECT * FROM {table}")
    assert _dump(full_store, table) == before


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("encounters", ("encounter_id", "profile", "date_of_service", "content", "created_by", "created_at")),
        ("claims", ("claim_id", "created_by", "created_at")),
    ],
)
def test_heads_keep_their_content(full_store: Store, table: str, columns: tuple[str, ...]) -> None:
    for column in columns:
        _attempt(full_store, f"UPDATE {table} SET {column} = {column}")
    _attempt(full_store, f"DELETE FROM {table}")
    with full_store.transaction() as session:
        session.execute(text(f"UPDATE {table} SET version = version + 1"))
