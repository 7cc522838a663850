"""Who is calling: a bearer token of a program, or the cookie of a browser that signed in.

The layer runs before any body is parsed. Routes under /v1/ need a caller unless they are named here, so a new route
is closed until somebody opens it; which roles it takes stands in its signature (see api.dependencies).
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ForbiddenError, ProblemError, UnauthenticatedError
from api.problems import render_problem, to_problem
from api.services import Services
from data.store.browser_sessions import BrowserSession, find_browser_session
from data.store.errors import StoreError
from data.store.users import User, find_user_by_token

SESSION_COOKIE = "chartcode_session"
OPEN_PATHS = frozenset({"/v1/openapi.json", "/v1/sessions"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """`session` is there when a browser calls."""

    user: User
    session: BrowserSession | None = None


class Authentication:
    """Puts the caller, or None, into `request.state.caller`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await _identify(scope)
        except (ProblemError, StoreError) as error:
            await render_problem(to_problem(error), scope["state"]["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _identify(scope: Scope) -> None:
    request = Request(scope)
    services: Services = request.app.state.services
    check_origin(request)
    request.state.caller = caller = await _find_caller(request, services)
    request.state.user_id = caller.user.name if caller else None
    if caller is None and scope["path"].startswith("/v1/") and scope["path"] not in OPEN_PATHS:
        raise UnauthenticatedError


async def _find_caller(request: Request, services: Services) -> Caller | None:
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return await run_in_threadpool(_find_bearer, services, authorization)
    if cookie := request.cookies.get(SESSION_COOKIE):
        return await run_in_threadpool(_find_browser, services, cookie, services.clock())
    return None


def _find_bearer(services: Services, authorization: str) -> Caller:
    """Credentials that open nothing are refused, even where none are needed."""
    scheme, _, token = authorization.partition(" ")
    with services.store.reading() as session:
        user = find_user_by_token(session, token.strip()) if scheme.lower() == "bearer" else None
    if user is None:
        raise UnauthenticatedError("the token opens nothing")
    return Caller(user)


def _find_browser(services: Services, cookie: str, at: datetime) -> Caller | None:
    """None once the session has ended: the page then asks to sign in again."""
    with services.store.reading() as session:
        found = find_browser_session(session, cookie, at=at)
    return Caller(found.user, found) if found else None


def check_origin(request: Request) -> None:
    """Refuses a change that another site's page sends with the browser's cookie; programs send no such headers."""
    if request.method in _SAFE_METHODS or "authorization" in request.headers:
        return
    if not _is_same_site(request.headers):
        raise ForbiddenError("the request comes from a page of another site")


def _is_same_site(headers: Headers) -> bool:
    if origin := headers.get("origin"):
        return urlsplit(origin).netloc == headers.get("host")
    return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
