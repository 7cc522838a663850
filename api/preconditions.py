"""If-Match: which version of an object the caller saw."""

import re
from typing import Annotated

from fastapi import Depends, Header

from api.errors import PreconditionMissingError

_ETAG = re.compile(r'"([1-9][0-9]{0,8})"')
_IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag that came with the version you saw.", examples=['"1"']),
]


def read_seen_version(if_match: _IfMatch = None) -> int:
    version = find_seen_version(if_match)
    if version is None:
        raise PreconditionMissingError("send If-Match with the ETag of the version that you saw")
    return version


def find_seen_version(if_match: _IfMatch = None) -> int | None:
    """Anything but an ETag of ours, `*` included, names no version that ever was current: 0."""
    if if_match is None:
        return None
    match = _ETAG.fullmatch(if_match.strip())
    return int(match[1]) if match else 0


SeenVersion = Annotated[int, Depends(read_seen_version)]
FoundVersion = Annotated[int | None, Depends(find_seen_version)]
