"""Codes: search and look up."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator

from api.codes import service
from api.codes.schemas import CodeHit, CodePage, CodeRecord
from api.dependencies import Codes, CurrentUser, Library, Now
from api.openapi import READ, problems
from data.codes import CodeSystem
from data.noun import IsoDate

router = APIRouter(prefix="/v1/codes", tags=["codes"])

_or_none = BeforeValidator(lambda value: value or None)
ChosenSystem = Annotated[CodeSystem | None, _or_none, Query(description="All systems unless given.")]
OnDay = Annotated[IsoDate | None, _or_none, Query(description="The day of service; today's release unless given.")]


@router.get("", summary="Search codes", responses=problems(422))
def search_codes(
    _user: CurrentUser,
    codes: Codes,
    q: Annotated[str, Query(max_length=200, description="Words, a code or its start; typos are forgiven.")] = "",
    system: ChosenSystem = None,
    on: OnDay = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CodePage:
    """As people type: `heart attack`, `DM2 neuropathy`, `E112`."""
    hits = codes.search(q, system=system, on=on, limit=limit) if q.strip() else ()
    return CodePage(codes=tuple(CodeHit.of(hit) for hit in hits))


@router.get("/{system}/{code}", summary="Look a code up", responses=READ)
def read_code(
    _user: CurrentUser,
    library: Library,
    now: Now,
    system: CodeSystem,
    code: Annotated[str, Path(max_length=20, examples=["E11.22"])],
    on: OnDay = None,
) -> CodeRecord:
    """With the notes that hold for it; a retired code names its successors."""
    return service.get_code(library, system, code, on, today=now.date())
