"""Signing in with a browser. Programs use bearer tokens."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from pydantic import Field

from api import examples
from api.answers import answer
from api.auth import SESSION_COOKIE
from api.dependencies import CurrentUser, JsonOnly, LoadedSettings, SignIn
from api.openapi import problems
from api.sessions.cookies import clear_cookie, set_cookie
from data.noun import Identifier, Noun, UtcTime

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], dependencies=[JsonOnly])


class Credentials(Noun):
    name: Identifier
    password: Annotated[str, Field(min_length=1, max_length=1024, repr=False)]


class OpenedSession(Noun):
    name: Identifier
    roles: tuple[str, ...]
    expires_at: UtcTime


@router.post(
    "",
    status_code=201,
    response_model=OpenedSession,
    summary="Sign in",
    responses=problems(400, 413, 415, 422, 429),
)
def open_session(
    request: Request,
    credentials: Annotated[Credentials, Body(examples=[examples.SIGN_IN])],
    desk: SignIn,
    settings: LoadedSettings,
) -> Response:
    """Sets the cookie of a browser session. Failures are counted by name and by address."""
    address = request.client.host if request.client else "unknown"
    token, opened = desk.open(credentials.name, credentials.password, address=address)
    user, roles = opened.user, tuple(sorted(opened.user.roles))
    response = answer(OpenedSession(name=user.name, roles=roles, expires_at=opened.expires_at), status=201)
    set_cookie(response, token, settings)
    return response


@router.delete("/current", status_code=204, summary="Sign out", responses=problems())
def close_session(request: Request, user: CurrentUser, desk: SignIn) -> Response:
    if token := request.cookies.get(SESSION_COOKIE):
        desk.close(token, user)
    response = Response(status_code=204)
    clear_cookie(response)
    return response
