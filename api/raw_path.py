"""Paths whose parts are identifiers. An identifier may hold any character, a slash too, and comes percent-encoded.

Servers decode a path before it is routed, which makes `a%2Fb` two parts. Here a part stays one: in `scope["path"]`
`%` and `/` within a part are percent-encoded, everything else is decoded; a `PathId` is the identifier itself.
"""

from typing import Annotated
from urllib.parse import unquote

from fastapi import Path
from pydantic import BeforeValidator
from starlette.types import ASGIApp, Receive, Scope, Send

from data.noun import Identifier

PathId = Annotated[Identifier, BeforeValidator(unquote)]
ClaimId = Annotated[PathId, Path(description="The claim_id.", examples=["c1"])]
EncounterId = Annotated[PathId, Path(description="The encounter_id.", examples=["e1"])]


def keep_parts(raw_path: bytes) -> str:
    return "/".join(_keep_part(part) for part in raw_path.decode("latin-1").split("/"))


def _keep_part(part: str) -> str:
    return unquote(part).replace("%", "%25").replace("/", "%2F")


class RawPath:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("raw_path"):
            scope["path"] = keep_parts(scope["raw_path"])
        await self._app(scope, receive, send)
