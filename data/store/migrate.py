"""Brings a database to the current schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from data.store.errors import NewerDatabaseError
from data.store.locks import lock_until_commit

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Does nothing when the schema is current. Processes that start at once wait for the first of them."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with engine.execution_options(is_reader=True).connect() as connection:
        if _is_current(connection, script):
            return
    _use_write_ahead_log(engine)
    with engine.begin() as connection:
        lock_until_commit(connection, "migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _is_current(connection: Connection, script: ScriptDirectory) -> bool:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in {known.revision for known in script.walk_revisions()}:
        raise NewerDatabaseError
    return revision == script.get_current_head()


def _use_write_ahead_log(engine: Engine) -> None:
    """Kept in the file, so it is set once; readers then never wait for the writer."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
