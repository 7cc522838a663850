"""Opens the database: SQLite by default, PostgreSQL by URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from data.store.errors import DatabaseError, UnsupportedDatabaseError
from data.store.migrate import upgrade

_BUSY_TIMEOUT_MS = 30_000
_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA recursive_triggers=ON",
)


class Store:
    """One database. Safe to share between threads; each process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reader = engine.execution_options(is_reader=True)
        if engine.dialect.name == "postgresql":
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commits when the block ends, rolls back when it raises. Writers wait for each other on SQLite."""
        with _failures_told(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A snapshot that holds nobody up; the database refuses a write in it."""
        with _failures_told(), Session(self._reader) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Opens the database and brings its schema up to date; several processes may do so at once.

    Raises UnsupportedDatabaseError, NewerDatabaseError, or DatabaseError when it can't be reached.
    """
    parsed = _parse(url)
    options: dict[str, Any] = {"hide_parameters": True}
    if parsed.get_backend_name() == "postgresql":
        options["pool_pre_ping"] = True
    engine = create_engine(parsed, **options)
    if parsed.get_backend_name() == "sqlite":
        _prepare_sqlite(engine, parsed)
    with _failures_told():
        upgrade(engine)
    return Store(engine)


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise UnsupportedDatabaseError from None
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    is_in_memory = url.database in (None, "", ":memory:")  # such a database is not shared between threads
    if url.get_backend_name() != "sqlite" or is_in_memory:
        raise UnsupportedDatabaseError
    return url


def _prepare_sqlite(engine: Engine, url: URL) -> None:
    """Patient data is readable by its owner alone; SQLite gives its side files the same permissions."""
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=True)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin transactions late, and only before some statements
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    """A writer takes its lock at once: upgrading a read lock later may fail whatever the timeout."""
    is_reader = connection.get_execution_options().get("is_reader", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if is_reader else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")


@contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or "no state"
        raise DatabaseError(f"{type(cause).__name__} ({state})") from None
