"""What all pages share: who looks at them, how they are answered, how they fail."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, RedirectResponse

from api.auth import Caller
from api.dependencies import FoundCaller, LoadedSettings
from api.errors import ForbiddenError, ProblemError, UnauthenticatedError
from api.problems import to_problem
from api.workbench.rendering import render
from api.workbench.views import Shell
from data.store.errors import StoreError


def get_shell(caller: FoundCaller, settings: LoadedSettings) -> Shell:
    if caller is None:
        return Shell(is_demo=settings.demo)
    roles = tuple(sorted(role.value for role in caller.user.roles))
    return Shell(caller.user.name, roles, caller.session.csrf_secret if caller.session else "", settings.demo)


SharedShell = Annotated[Shell, Depends(get_shell)]


def page(template: str, shell: Shell, *, status: int = 200, **values: object) -> HTMLResponse:
    return HTMLResponse(render(template, shell, **values), status_code=status)


def check_csrf(caller: Caller | None, token: str) -> None:
    """Raises ForbiddenError unless the page that sent this was given to the same session."""
    secret = caller.session.csrf_secret if caller and caller.session else ""
    if not secret or not hmac.compare_digest(token.encode(), secret.encode()):
        raise ForbiddenError("the page is out of date: load it again")


def require_form_token(caller: FoundCaller, csrf_token: Annotated[str, Form(max_length=200)] = "") -> None:
    check_csrf(caller, csrf_token)


def require_header_token(request: Request, caller: FoundCaller) -> None:
    check_csrf(caller, request.headers.get("X-CSRF-Token", ""))


class PageRoute(APIRoute):
    """Answers people: without a session with the sign-in page, on errors with a page that says what to do."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except UnauthenticatedError:
                return RedirectResponse(f"/sign-in?next={quote(_address(request))}", status_code=303)
            except (ProblemError, StoreError, RequestValidationError) as error:
                return _explain(request, to_problem(error))

        return handle_page


def _address(request: Request) -> str:
    """Percent-encoded: an identifier in it may hold any character."""
    return quote(request.scope["path"], safe="/%")


def _explain(request: Request, problem: ProblemError) -> HTMLResponse:
    shell = get_shell(request.state.caller, request.app.state.settings)
    title, text = _WORDS.get(problem.status, (problem.title, str(problem)))
    return page("message.html", shell, status=problem.status, title=title, text=text)


_WORDS = {
    403: ("Not for your role", "Ask an administrator when you need this page."),
    404: ("There is nothing here", "It may have been moved, or never have existed."),
    422: ("There is nothing here", "The address is not one that this service writes."),
    503: ("Not available right now", "Try again in a moment."),
}
