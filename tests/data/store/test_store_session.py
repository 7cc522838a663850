"""Opening, migrating, transactions."""

import multiprocessing
import stat
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, text
from sqlalchemy.exc import StatementError

from data.store.errors import DatabaseError, NewerDatabaseError, UnsupportedDatabaseError
from data.store.session import Store, open_store
from data.store.tables import Base, IdempotencyRow, UserRow


def _user(name: str, at: datetime) -> UserRow:
    return UserRow(name=name, roles="[]", password_hash="", is_disabled=False, created_at=at)


def _open_and_count(url: str) -> int:
    opened = open_store(url)
    with opened.reading() as session:
        return len(session.execute(text("SELECT version_num FROM alembic_version")).all())


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_open_and_count, [empty_url] * 3, chunksize=1) == [1] * 3


def test_migrations_make_the_tables_that_the_code_declares(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_travel_with_the_package() -> None:
    names = {entry.name for entry in files("data.store.migrations").joinpath("versions").iterdir()}
    assert "v0001_first_schema.py" in names


def test_a_block_commits_when_it_ends(store: Store, now: datetime) -> None:
    with store.transaction() as session:
        session.add(_user("ada", now))
    with store.reading() as session:
        assert session.get_one(UserRow, "ada").created_at == now


def test_a_block_that_raises_leaves_nothing(store: Store, now: datetime) -> None:
    def write_and_fail() -> None:
        with store.transaction() as session:
            session.add(_user("ada", now))
            session.flush()
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        write_and_fail()
    with store.reading() as session:
        assert session.get(UserRow, "ada") is None


def test_a_reading_block_refuses_writes(store: Store, now: datetime) -> None:
    with pytest.raises(DatabaseError), store.reading() as session:
        session.execute(
            insert(UserRow).values(name="ada", roles="[]", password_hash="", is_disabled=False, created_at=now)
        )
    with store.transaction() as session:
        session.add(_user("ada", now))


def test_a_reading_block_sees_one_moment(store: Store, now: datetime) -> None:
    with store.reading() as reader:
        assert reader.get(UserRow, "ada") is None
        with store.transaction() as session:
            session.add(_user("ada", now))
        assert reader.get(UserRow, "ada") is None
    with store.reading() as reader:
        assert reader.get(UserRow, "ada") is not None


def test_readers_do_not_wait_for_a_writer(store: Store, now: datetime) -> None:
    with store.transaction() as writer:
        writer.add(_user("ada", now))
        writer.flush()
        with store.reading() as reader:
            assert reader.get(UserRow, "ada") is None


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="with its zone"), store.transaction() as session:
        session.add(_user("ada", datetime(2026, 3, 14)))  # noqa: DTZ001


def test_times_come_back_in_utc(store: Store) -> None:
    local = datetime.fromisoformat("2026-03-14T23:30:00.000001-08:00")
    with store.transaction() as session:
        session.add(_user("ada", local))
    with store.reading() as session:
        found = session.get_one(UserRow, "ada").created_at
    assert found == local
    assert found.tzinfo is UTC


def test_failures_do_not_quote_the_row(store: Store, now: datetime) -> None:
    secret = "Mrs Example's diabetes"
    with pytest.raises(DatabaseError) as raised, store.transaction() as session:
        session.add(
            IdempotencyRow(
                user_name="ada",
                key=secret,
                route="r",
                body_sha256="0",
                status=None,
                headers="{}",
                response=secret.encode(),
                created_at=now,
            )
        )
    seen = str(raised.value) + repr(raised.value.__cause__) + repr(raised.value.__suppress_context__)
    assert secret not in seen
    assert raised.value.__suppress_context__


def test_a_database_of_a_newer_release_is_refused(store: Store) -> None:
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError):
        open_store(store.engine.url.render_as_string(hide_password=False))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/test", "", "chartcode.db"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UnsupportedDatabaseError, match="SQLite"):
        open_store(url)


def test_a_database_file_is_private_and_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "100%.db"
    store = open_store(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with store.reading() as session:
        settings = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
        assert settings == {"journal_mode": "wal", "synchronous": 1}
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
