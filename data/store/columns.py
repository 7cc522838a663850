"""Column types that read the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC with microseconds; a time without its zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected a time with its zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def text_key(length: int) -> String:
    """Text ordered by code point on both databases, whatever the collation of the server."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Name = Annotated[str, mapped_column(text_key(128))]
Word = Annotated[str, mapped_column(String(32))]
Sha256 = Annotated[str, mapped_column(text_key(64))]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
