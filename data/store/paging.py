"""Pages of a list, each with an opaque cursor to the next: rows that come or go meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from data.canonical import canonical_json, format_utc, parse_utc
from data.noun import Noun
from data.store.errors import InvalidCursorError

MAX_PAGE = 200

ItemT = TypeVar("ItemT")
Columns = Sequence[InstrumentedAttribute[Any]]


class Page(Noun, Generic[ItemT]):
    items: tuple[ItemT, ...]
    next_cursor: str | None = None


def encode_cursor(order: str, values: Sequence[Any]) -> str:
    plain = [_write_value(value) for value in values]
    return base64.urlsafe_b64encode(canonical_json([order, *plain]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, order: str, types: Sequence[type]) -> tuple[Any, ...]:
    """The sort values of the last row seen; raises InvalidCursorError unless it was made for this order."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if found != order or len(values) != len(types):
            raise InvalidCursorError
        return tuple(_read_value(value, kind) for value, kind in zip(values, types, strict=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise InvalidCursorError from None


def _write_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_utc(value)
    return value.isoformat() if isinstance(value, date) else value


def _read_value(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        return parse_utc(value)
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    if type(value) is not kind or (isinstance(value, int) and abs(value) >= 2**63):
        raise InvalidCursorError
    return value


def is_after(columns: Columns, values: Sequence[Any]) -> ColumnElement[bool]:
    after: ColumnElement[bool] = tuple_(*columns) > _row(columns, values)
    return after


def is_before(columns: Columns, values: Sequence[Any]) -> ColumnElement[bool]:
    before: ColumnElement[bool] = tuple_(*columns) < _row(columns, values)
    return before


def _row(columns: Columns, values: Sequence[Any]) -> Any:
    return tuple_(*(literal(value, column.type) for column, value in zip(columns, values, strict=True)))


def check_limit(limit: int) -> int:
    if not 1 <= limit <= MAX_PAGE:
        raise ValueError(f"a page has 1 to {MAX_PAGE} items")
    return limit
