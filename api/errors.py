"""The errors of the edge, each with its status.

ProblemError
  MalformedError            400  not HTTP, JSON or UTF-8 as agreed
  UnauthenticatedError      401  no credentials, or none that open anything
  ForbiddenError            403  signed in, without the role
  UnknownError              404  nothing there that the caller may see
  MethodError               405  the route does something else
  ConflictError             409  the object stands otherwise
    NotDeniedError          409  there is no denial to appeal
  StaleError                412  somebody else changed the object first
  TooLargeError             413  the body is over the limit
  UnsupportedError          415  not a content type that is read here
  InvalidError              422  well formed, but breaks a rule
  PreconditionMissingError  428  a change without If-Match
  TooManyError              429  too many failures to sign in
  UnavailableError          503  every slot is taken, or a part is not ready

Messages are constants or name kinds and rules: nothing that a client sent is repeated.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from data.noun import Noun


class FieldProblem(Noun):
    """A place that breaks a rule: a JSON pointer into the body, or the name of a parameter."""

    location: str
    pointer: str
    rule: str
    expected: str | None = None


class ProblemDetails(Noun):
    """An error as RFC 9457 writes it, `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: tuple[FieldProblem, ...] = ()


class ProblemError(Exception):
    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something failed on our side"

    def __init__(
        self, detail: str = "", *, errors: Sequence[FieldProblem] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def describe(self, request_id: str) -> ProblemDetails:
        return ProblemDetails(
            type=f"/docs#{self.slug}",
            title=self.title,
            status=self.status,
            detail=str(self),
            request_id=request_id,
            errors=self.errors,
        )


class MalformedError(ProblemError):
    status, slug, title = 400, "malformed", "The request can't be read"


class UnauthenticatedError(ProblemError):
    status, slug, title = 401, "unauthenticated", "Sign in first"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="chartcode"'})


class ForbiddenError(ProblemError):
    status, slug, title = 403, "forbidden", "Your roles don't allow this"


class UnknownError(ProblemError):
    status, slug, title = 404, "not-found", "There is nothing here"


class MethodError(ProblemError):
    status, slug, title = 405, "method-not-allowed", "This route does not know the method"


class ConflictError(ProblemError):
    status, slug, title = 409, "conflict", "The object stands otherwise"


class NotDeniedError(ConflictError):
    title = "This claim does not stand denied"


class StaleError(ProblemError):
    status, slug, title = 412, "stale", "Somebody changed it since you read it"


class TooLargeError(ProblemError):
    status, slug, title = 413, "too-large", "The body is too large"


class UnsupportedError(ProblemError):
    status, slug, title = 415, "unsupported-media-type", "This content type is not read here"


class InvalidError(ProblemError):
    status, slug, title = 422, "invalid", "The request breaks a rule"


def invalid(pointer: str, rule: str, expected: str) -> InvalidError:
    """One place of the body that breaks one rule."""
    return InvalidError(errors=[FieldProblem(location="body", pointer=pointer, rule=rule, expected=expected)])


class PreconditionMissingError(ProblemError):
    status, slug, title = 428, "precondition-missing", "Say which version you saw"


class TooManyError(ProblemError):
    status, slug, title = 429, "too-many", "Too many attempts"


class UnavailableError(ProblemError):
    status, slug, title = 503, "unavailable", "Not available right now"
