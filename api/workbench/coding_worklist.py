"""The coder's worklist: encounters with codes to decide."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse

from api.answers import to_location
from api.dependencies import Coder, Cursor, Reading
from api.raw_path import EncounterId
from api.workbench.coding_views import CodingRow
from api.workbench.pages import PageRoute, SharedShell, page
from api.workbench.returned import list_returned
from data.decisions import Outcome
from data.store.encounters import get_encounter, list_coding_worklist
from data.suggestions import Tier

router = APIRouter(route_class=PageRoute)

_PAGE = 25
_SHOWN_CODES = 4


@router.get("/coding")
def show_coding_worklist(_user: Coder, shell: SharedShell, session: Reading, cursor: Cursor = None) -> Response:
    listed = list_coding_worklist(session, cursor=cursor, limit=_PAGE)
    rows = [build_row(session, task.encounter_id) for task in listed.items]
    returned = list_returned(session) if cursor is None else ()
    return page("coding_worklist.html", shell, rows=rows, returned=returned, next_cursor=listed.next_cursor)


@router.get("/coding/{encounter_id}/next")
def go_to_next_encounter(_user: Coder, session: Reading, encounter_id: EncounterId) -> Response:
    """The most urgent encounter other than this one; the worklist when none is left."""
    waiting = (task.encounter_id for task in list_coding_worklist(session, limit=2).items)
    following = next((waits for waits in waiting if waits != encounter_id), None)
    return RedirectResponse(to_location("coding", following) if following else "/coding", status_code=303)


def build_row(session: Session, encounter_id: str) -> CodingRow:
    stored = get_encounter(session, encounter_id)
    suggested = [one for one in stored.suggestion_set.suggestions if one.tier is Tier.SUGGESTED]
    settled = {
        recorded.decision.suggestion_id
        for recorded in stored.standing
        if recorded.decision.outcome is not Outcome.DEFERRED
    }
    return CodingRow(
        encounter=stored.encounter,
        codes=tuple(one.code for one in suggested[:_SHOWN_CODES]),
        total=len(suggested),
        decided=sum(one.suggestion_id in settled for one in suggested),
        queries=len(stored.suggestion_set.queries),
    )
