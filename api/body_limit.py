"""Reads a body whole before anything else sees it, and keeps no more of it than the limit."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooLargeError
from api.problems import render_problem

# A client that is still sending would see its connection break and not the answer, so some more is read and dropped.
_DISCARDED_BYTES = 32 * 1024 * 1024


class BodyLimit:
    """`larger` gives the limits of paths that begin alike and take more than the others."""

    def __init__(self, app: ASGIApp, max_bytes: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = dict(larger or {})

    def _limit(self, path: str) -> int:
        return next((limit for start, limit in self._larger.items() if path.startswith(start)), self._max_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope.get("path", ""))
        try:
            body = await self._read(scope, receive, limit)
        except ClientDisconnect:
            return
        if body is None:
            error = TooLargeError(f"a body may have {limit} bytes", headers={"Connection": "close"})
            await render_problem(error, scope["state"]["request_id"])(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive, limit: int) -> bytes | None:
        """None when the body is over the limit, whether or not the client declared its length."""
        declared = Headers(scope=scope).get("content-length", "")
        is_over = declared.isdigit() and int(declared) > limit
        kept, seen, has_more = bytearray(), 0, True
        while has_more and seen <= max(limit, _DISCARDED_BYTES):
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            part, has_more = message.get("body", b""), message.get("more_body", False)
            seen += len(part)
            is_over = is_over or seen > limit
            kept.extend(b"" if is_over else part)
        return None if is_over else bytes(kept)


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return pending.pop() if pending else await receive()

    return replayed
