"""Files that come over HTTP: claims and remittances in X12."""

from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api import examples
from api.acts import Writing
from api.answers import answer
from api.dependencies import Biller
from api.errors import UnsupportedError, invalid
from api.openapi import problems
from data.x12_imports import X12Report, import_within

router = APIRouter(prefix="/v1/imports", tags=["imports"])

MEDIA_TYPES = ("application/edi-x12", "application/octet-stream", "text/plain")
# What clients send that name no type of their own; the body says whether it is X12.
_UNTYPED = ("", "application/x-www-form-urlencoded", "application/x12", "text/x12")
_CONTENT = {"schema": {"type": "string", "format": "binary"}, "example": examples.X12}


async def read_x12_body(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in (*MEDIA_TYPES, *_UNTYPED):
        raise UnsupportedError(f"send {' or '.join(MEDIA_TYPES)}")
    return await request.body()


X12Body = Annotated[bytes, Depends(read_x12_body)]


@router.post(
    "/x12",
    response_model=X12Report,
    summary="Import 837 claims or 835 remittances",
    responses=problems(400, 409, 413, 415, 422),
    openapi_extra={"requestBody": {"content": dict.fromkeys(MEDIA_TYPES, _CONTENT), "required": True}},
)
def import_x12_body(_user: Biller, body: X12Body, write: Writing) -> Response:
    """What is readable is kept, the rest is reported by position; the same file again changes nothing."""

    def keep() -> Response:
        report = import_within(write.session, BytesIO(body), by=write.by, at=write.at)
        if not report.interchanges:
            raise invalid("", "no_interchange", "an X12 interchange, from ISA to IEA")
        return answer(report)

    return write.once(keep)
