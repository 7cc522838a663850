"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.auth import SESSION_COOKIE
from api.dependencies import FoundCaller, LoadedSettings, SignIn
from api.errors import TooManyError, UnauthenticatedError
from api.sessions.cookies import clear_cookie, set_cookie
from api.workbench.pages import PageRoute, SharedShell, page, require_form_token

router = APIRouter(route_class=PageRoute)

_REFUSED = "The name or the password is wrong."
_TOO_MANY = "Too many attempts. Wait a few minutes, then try again."


@router.get("/sign-in")
def show_sign_in(shell: SharedShell, after: Annotated[str, Query(alias="next", max_length=2000)] = "/") -> Response:
    if shell.user:
        return RedirectResponse(_inside(after), status_code=303)
    return page("sign_in.html", shell, problem="", name="", after=_inside(after))


@router.post("/sign-in")
def sign_in(
    request: Request,
    shell: SharedShell,
    desk: SignIn,
    settings: LoadedSettings,
    name: Annotated[str, Form(max_length=128)] = "",
    password: Annotated[str, Form(max_length=1024)] = "",
    after: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Other sites can't post here: api.auth checks where every form comes from."""
    address = request.client.host if request.client else "unknown"
    try:
        token, _ = desk.open(name, password, address=address)
    except (UnauthenticatedError, TooManyError) as error:
        problem = _TOO_MANY if isinstance(error, TooManyError) else _REFUSED
        return page("sign_in.html", shell, status=error.status, problem=problem, name=name, after=_inside(after))
    response = RedirectResponse(_inside(after), status_code=303)
    set_cookie(response, token, settings)
    return response


@router.post("/sign-out", dependencies=[Depends(require_form_token)])
def sign_out(request: Request, caller: FoundCaller, desk: SignIn) -> Response:
    token = request.cookies.get(SESSION_COOKIE)
    if caller and token:
        desk.close(token, caller.user)
    response = RedirectResponse("/sign-in", status_code=303)
    clear_cookie(response)
    return response


def _inside(path: str) -> str:
    """A path of this service; anything that a browser might read as another site's address becomes `/`."""
    is_inside = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_inside else "/"
