"""Families of codes that may go without confirmation."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from api import examples
from api.acts import Writing
from api.answers import answer
from api.autonomy.schemas import AutonomyReport, LevelRequest
from api.autonomy.service import change_level
from api.dependencies import Administrator, JsonOnly, LoadedServices, ModelWatcher, Now, Reading
from api.openapi import WRITE, problems
from data.autonomy import LevelChange
from data.store.autonomy import find_standing, list_changes
from data.store.released_codes import report_family

router = APIRouter(prefix="/v1/autonomy", tags=["autonomy"], dependencies=[JsonOnly])


@router.get("", summary="Read which families are tested or released", responses=problems())
def read_autonomy(_user: ModelWatcher, session: Reading, now: Now) -> AutonomyReport:
    """With what their audits showed, and what a release did lately, or in a test would have done."""
    standing = find_standing(session).values()
    families = tuple(report_family(session, change, now) for change in standing)
    return AutonomyReport(families=families, changes=list_changes(session))


@router.post(
    "/changes", status_code=201, response_model=LevelChange, summary="Change the level of a family", responses=WRITE
)
def change(
    _user: Administrator,
    request: Annotated[LevelRequest, Body(examples=[examples.LEVEL_CHANGE])],
    services: LoadedServices,
    write: Writing,
) -> Response:
    """From manual to the test, from the test to released where its audit meets the target, and back to manual."""
    version = services.suggester.model_version
    return write.once(lambda: answer(change_level(write, request, version), status=201))
