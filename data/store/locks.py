"""Named locks that are held until the transaction ends."""

import hashlib

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session


def lock_until_commit(connection: Connection | Session, name: str) -> None:
    """On SQLite a write transaction is alone already."""
    bind = connection.get_bind() if isinstance(connection, Session) else connection
    if bind.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(f"chartcode:{name}".encode()).digest()[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
