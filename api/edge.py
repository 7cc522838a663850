"""The outermost layer: gives a request its id, logs and counts it, and answers 500 for what nobody caught."""

import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.headers import add_security_headers
from api.logging import describe_error, get_logger
from api.metrics import Metrics
from api.problems import render_problem, to_problem

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


class Edge:
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            await self._app(scope, receive, exchange.send)
        except Exception as error:
            get_logger().error("unhandled_error", request_id=exchange.request_id, **describe_error(error))
            if exchange.status is not None:
                raise
            answer = render_problem(to_problem(error), exchange.request_id)
            await answer(scope, receive, exchange.send)
        finally:
            self._record(scope, exchange)

    def _record(self, scope: Scope, exchange: "_Exchange") -> None:
        seconds = time.perf_counter() - exchange.started
        method, route, status = _known_method(scope), find_route_template(scope), exchange.status or 499
        self._metrics.count_request(method, route, status, seconds)
        get_logger().info(
            "request",
            method=method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 1),
            request_id=exchange.request_id,
            user_id=scope["state"].get("user_id"),
        )


class _Exchange:
    """One request and its answer, as the edge sees them."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.started = time.perf_counter()
        self.status: int | None = None
        self.request_id = _choose_request_id(scope)
        self._is_encrypted = scope.get("scheme") == "https"
        self._send = send
        scope.setdefault("state", {})["request_id"] = self.request_id

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.request_id
            add_security_headers(headers, is_encrypted=self._is_encrypted)
        await self._send(message)


def find_route_template(scope: Scope) -> str:
    """`/v1/encounters/{encounter_id}`, never the path itself: it may name a patient."""
    return str(getattr(scope.get("route"), "path", "unmatched"))


def _known_method(scope: Scope) -> str:
    """A client may send any word as the method."""
    return scope["method"] if scope["method"] in _METHODS else "other"


def _choose_request_id(scope: Scope) -> str:
    """A caller's own id is kept when it is a UUID: free text would reach the log."""
    given = Headers(scope=scope).get("x-request-id", "").lower()
    return given if _UUID.fullmatch(given) else str(uuid4())
