"""Renders every error as `application/problem+json`, silent about what the client sent."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api.errors import (
    ConflictError,
    FieldProblem,
    InvalidError,
    MalformedError,
    MethodError,
    NotDeniedError,
    ProblemError,
    StaleError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
    UnknownError,
    UnsupportedError,
)
from api.logging import describe_error, get_logger
from data.codes import InvalidCodeError
from data.store import errors as store

MEDIA_TYPE = "application/problem+json"

_BY_STATUS: Mapping[int, type[ProblemError]] = {
    kind.status: kind for kind in (MalformedError, UnknownError, MethodError, TooLargeError, UnsupportedError)
}
_BY_STORE_ERROR: Mapping[type[store.StoreError], type[ProblemError]] = {
    store.NotFoundError: UnknownError,
    store.AlreadyExistsError: ConflictError,
    store.SubmittedError: ConflictError,
    store.NotDeniedError: NotDeniedError,
    store.StaleVersionError: StaleError,
    store.MismatchError: InvalidError,
    store.InvalidCursorError: InvalidError,
    store.LevelError: ConflictError,
    store.IdempotencyConflictError: ConflictError,
    store.SignInError: UnauthenticatedError,
    store.DatabaseError: UnavailableError,
}
_TOLD = (
    store.AlreadyExistsError,
    store.SubmittedError,
    store.NotDeniedError,
    store.MismatchError,
    store.InvalidCursorError,
    store.LevelError,
    store.IdempotencyConflictError,
)
# One body can break a rule a hundred thousand times.
MOST_TOLD = 100


def render_problem(error: ProblemError, request_id: str) -> Response:
    body = error.describe(request_id).model_dump_json(exclude_defaults=True)
    return Response(body, status_code=error.status, media_type=MEDIA_TYPE, headers=error.headers)


def to_problem(error: Exception) -> ProblemError:
    """What the client is told; an unforeseen error is an internal one, whatever its message."""
    match error:
        case ProblemError():
            return error
        case RequestValidationError():
            return _from_validation(error)
        case HTTPException():
            return _from_http(error)
        case store.StoreError():
            return _from_store(error)
    return ProblemError()


def add_problem_handlers(app: FastAPI) -> None:
    for kind in (ProblemError, RequestValidationError, HTTPException, *_BY_STORE_ERROR):
        app.add_exception_handler(kind, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    problem = to_problem(error)
    if problem.status >= 500:
        get_logger().error("failed", request_id=request.state.request_id, **describe_error(error))
    return render_problem(problem, request.state.request_id)


def _from_store(error: store.StoreError) -> ProblemError:
    """The store's messages name kinds and rules, never a value."""
    return _BY_STORE_ERROR.get(type(error), ProblemError)(str(error) if type(error) in _TOLD else "")


def _from_http(error: HTTPException) -> ProblemError:
    problem = _BY_STATUS.get(error.status_code, ProblemError)
    return problem(headers={name: value for name, value in (error.headers or {}).items() if name == "Allow"})


def _from_validation(error: RequestValidationError) -> ProblemError:
    findings = error.errors()
    if any(finding["type"] == "json_invalid" for finding in findings):
        return MalformedError("the body is not JSON")
    told = islice((finding for finding in findings if not _is_echo(finding, findings)), MOST_TOLD)
    return InvalidError(errors=[_to_field(finding, error.body) for finding in told])


def first_problem(error: ValidationError, value: Any) -> FieldProblem:
    """Of a part of a body; the pointer leads into that part, and is empty where it is the part as a whole."""
    finding = error.errors(include_url=False, include_input=False)[0]
    return _to_field({**finding, "loc": ("body", *finding["loc"])}, value)


def _is_echo(finding: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> bool:
    """A list counts as short when an item of it is wrong, which is told already."""
    if finding["type"] != "too_short":
        return False
    depth = len(finding["loc"])
    return any(len(other["loc"]) > depth and other["loc"][:depth] == finding["loc"] for other in findings)


def _to_field(finding: Mapping[str, Any], body: Any) -> FieldProblem:
    location, *path = finding["loc"]
    if location == "body":
        path = list(_known_part(path, body, finding["type"]))
    pointer = "".join(f"/{part}" for part in path)
    return FieldProblem(location=location, pointer=pointer, rule=finding["type"], expected=_expected(finding))


def _known_part(path: Sequence[str | int], body: Any, rule: str) -> Iterator[str | int]:
    """As far as the path leads into the body, without the name of an unknown field: that is the client's own text."""
    for position, part in enumerate(path):
        is_last = position == len(path) - 1
        if is_last and rule == "extra_forbidden":
            return
        if not _has(body, part):
            if is_last and rule == "missing":
                yield part
            return
        body = body[part]
        yield part


def _has(body: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(body, list) and part < len(body)
    return isinstance(body, dict) and part in body


def _expected(finding: Mapping[str, Any]) -> str | None:
    """The rule in words, where they are constant: a code's own error repeats what looks like a code."""
    if finding["type"] != "value_error":
        return None
    reason = finding.get("ctx", {}).get("error")
    return "a well-formed code of the named system" if isinstance(reason, InvalidCodeError) else str(reason)
