"""Triggers that refuse to change or remove a row, for tables that only grow.

On SQLite `INSERT OR REPLACE` removes the old row without firing its delete trigger (unless recursive triggers
are on), so an insert that would meet a unique key is refused before it comes to that.
"""

from collections.abc import Sequence

from alembic import op


def refuse_changes(table: str, *keys: Sequence[str]) -> None:
    """`keys` are the primary key and the unique keys of the table."""
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite(table, keys)
    else:
        _refuse_on_postgresql(table)


def refuse_column_changes(table: str, columns: Sequence[str]) -> None:
    names = ", ".join(columns)
    if op.get_bind().dialect.name == "sqlite":
        _create_on_sqlite(f"{table}_frozen", f"BEFORE UPDATE OF {names} ON {table}", f"{table} is written once")
    else:
        _create_on_postgresql(f"{table}_frozen", f"BEFORE UPDATE OF {names} ON {table} FOR EACH ROW")


def create_refusal() -> None:
    """The function that PostgreSQL's triggers call."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION chartcode_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME; END $$"
        )


def _refuse_on_sqlite(table: str, keys: Sequence[Sequence[str]]) -> None:
    for verb in ("UPDATE", "DELETE"):
        _create_on_sqlite(f"{table}_no_{verb.lower()}", f"BEFORE {verb} ON {table}", f"{table} is written once")
    taken = " OR ".join(f"EXISTS ({_same_row(table, key)})" for key in keys)
    _create_on_sqlite(f"{table}_no_replace", f"BEFORE INSERT ON {table} WHEN {taken}", f"{table} has this row")


def _same_row(table: str, key: Sequence[str]) -> str:
    same = " AND ".join(f"{name} = NEW.{name}" for name in key)
    return f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608


def _refuse_on_postgresql(table: str) -> None:
    _create_on_postgresql(f"{table}_no_change", f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW")
    _create_on_postgresql(f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT")


def _create_on_sqlite(name: str, event: str, message: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {event} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def _create_on_postgresql(name: str, event: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION chartcode_refuse()")
