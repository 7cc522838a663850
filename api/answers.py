"""Writes nouns as JSON answers. The ETag of an object is its version, quoted."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Response

from api.errors import invalid
from data.noun import Noun


def to_location(*parts: str) -> str:
    """Identifiers may hold any character, and a header only some."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def check_path_part(pointer: str, identifier: str) -> None:
    """Raises InvalidError for an identifier that clients drop from a path, even when it is percent-encoded."""
    if identifier in (".", ".."):
        raise invalid(pointer, "no_path_part", "an identifier other than . and ..")


def answer(noun: Noun, *, status: int = 200, version: int | None = None, location: str | None = None) -> Response:
    headers = {"ETag": to_etag(version)} if version is not None else {}
    if location is not None:
        headers["Location"] = location
    return answer_bytes(noun.model_dump_json().encode(), status=status, headers=headers)


def answer_bytes(body: bytes, *, status: int, headers: Mapping[str, str]) -> Response:
    return Response(body, status_code=status, media_type="application/json", headers=dict(headers))


def to_etag(version: int) -> str:
    return f'"{version}"'
