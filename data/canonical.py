"""One text for one value: JSON with sorted keys, no spaces and plain Unicode, and its SHA-256."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from data.noun import Noun


def canonical_json(value: Any) -> str:
    """The same value gives the same bytes on every machine; NaN and infinities are refused."""
    plain = value.model_dump(mode="json") if isinstance(value, Noun) else value
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def format_utc(at: datetime) -> str:
    """RFC 3339 with microseconds, always 27 characters, so that text order is time order."""
    if at.tzinfo is None:
        raise ValueError("expected a time with its zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
