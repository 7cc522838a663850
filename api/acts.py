"""An act: who does something, when, in which transaction. A write may carry an Idempotency-Key, and then acts once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from sqlalchemy.orm import Session

from api.answers import answer_bytes
from api.dependencies import CurrentUser, Now, Transaction
from api.edge import find_route_template
from data.store.audit import append_event
from data.store.idempotency import StoredResponse, recall, remember

_KEPT_HEADERS = ("etag", "location")


@dataclass(frozen=True, slots=True)
class Act:
    """Committed when the route has returned, before its answer leaves."""

    session: Session
    by: str
    at: datetime

    def record(self, kind: str, subject: str) -> None:
        """Tells the audit log what the store can't see, such as a view."""
        append_event(self.session, kind, actor=self.by, subject=subject, at=self.at)


@dataclass(frozen=True, slots=True)
class Write(Act):
    """`request` is what the key stands for: the target and the body."""

    route: str
    request: bytes
    key: str | None

    def once(self, act: Callable[[], Response]) -> Response:
        """Answers as before when the same request came before. Raises IdempotencyConflictError for another one."""
        if self.key is None:
            return act()
        if stored := self._recall(self.key):
            headers = stored.headers | {"Idempotent-Replayed": "true"}
            return answer_bytes(stored.body, status=stored.status, headers=headers)
        response = act()
        self._remember(self.key, response)
        return response

    def _recall(self, key: str) -> StoredResponse | None:
        return recall(self.session, user=self.by, key=key, route=self.route, body=self.request, at=self.at)

    def _remember(self, key: str, response: Response) -> None:
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        stored = StoredResponse(response.status_code, headers, bytes(response.body))
        remember(self.session, stored, user=self.by, key=key, route=self.route, body=self.request, at=self.at)


def open_act(session: Transaction, user: CurrentUser, now: Now) -> Act:
    return Act(session, user.name, now)


_Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Made up by the client; kept for 24 hours.",
        pattern=r"^[\x21-\x7e]{1,255}$",
    ),
]


async def open_write(request: Request, session: Transaction, user: CurrentUser, now: Now, key: _Key = None) -> Write:
    target = f"{request.scope['path']}?{request.url.query}\n".encode()
    route = f"{request.method} {find_route_template(request.scope)}"
    return Write(session, user.name, now, route, target + await request.body(), key)


Acting = Annotated[Act, Depends(open_act)]
Writing = Annotated[Write, Depends(open_write)]
