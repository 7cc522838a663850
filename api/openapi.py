"""What the OpenAPI document says besides the signatures: errors, examples, tags. All examples are invented."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api import errors
from api.problems import MEDIA_TYPE

DESCRIPTION = """
Suggests codes for clinical notes, reviews draft claims, and keeps what people decide.

Sign in with `Authorization: Bearer TOKEN`, or with the cookie of `POST /v1/sessions`. Roles: coder, biller, auditor,
data_scientist, admin. Times are RFC 3339 in UTC, money is integer cents, offsets count Unicode code points of the
original text, from 0, half-open. Errors are RFC 9457 problem details and never repeat what was sent.

Objects answer with an ETag, their version in quotes; what changes one takes it back in `If-Match`.
Writes take an `Idempotency-Key`: sent again within 24 hours, the request acts once and is answered as before.
"""

TAGS = [
    {"name": "coding", "description": "Encounters, suggested codes, a coder's decisions."},
    {"name": "claims", "description": "Draft claims, their edits and denial risk, a biller's decisions."},
    {"name": "imports", "description": "Claims and remittances that come in by files."},
    {"name": "reports", "description": "Denials, receivables, underpayments, payers that changed their policy."},
    {"name": "worklists", "description": "What waits for a person, most pressing first."},
    {"name": "codes", "description": "Code sets: search, and all that is known of a code."},
    {"name": "models", "description": "The models in service and their cards."},
    {"name": "autonomy", "description": "Families of codes that may go without confirmation."},
    {"name": "audit", "description": "The hash-chained record of who did what."},
    {"name": "sessions", "description": "Signing in with a browser."},
    {"name": "system", "description": "Health and metrics."},
]

PROBLEMS: dict[int, type[errors.ProblemError]] = {
    kind.status: kind
    for kind in (
        errors.MalformedError,
        errors.UnauthenticatedError,
        errors.ForbiddenError,
        errors.UnknownError,
        errors.MethodError,
        errors.ConflictError,
        errors.StaleError,
        errors.TooLargeError,
        errors.UnsupportedError,
        errors.InvalidError,
        errors.PreconditionMissingError,
        errors.TooManyError,
        errors.ProblemError,
        errors.UnavailableError,
    )
}

ETAG = {"ETag": {"description": "The version, quoted.", "schema": {"type": "string", "example": '"1"'}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route. Every route under /v1/ may answer 401 and 403 as well."""
    reference = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        status: {"description": PROBLEMS[status].title, "content": {MEDIA_TYPE: {"schema": reference}}}
        for status in sorted({401, 403, *statuses})
    }


READ = problems(404, 422)
WRITE = problems(400, 404, 409, 413, 415, 422)
CHANGE = problems(400, 404, 409, 412, 413, 415, 422, 428)
MODEL_READ = problems(400, 413, 415, 422, 503)
MODEL_WRITE = problems(400, 409, 413, 415, 422, 503)
MODEL_CHANGE = problems(400, 404, 409, 412, 413, 415, 422, 428, 503)


def name_operation(route: APIRoute) -> str:
    return route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, with the schema that all errors share."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=TAGS,
            separate_input_output_schemas=False,
        )
        schemas = document["components"]["schemas"]
        schemas.update(_error_schemas())
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = document
    return app.openapi_schema


def _error_schemas() -> dict[str, Any]:
    schema = errors.ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "ProblemDetails": schema}
