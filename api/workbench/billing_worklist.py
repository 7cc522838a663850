"""The biller's worklist: claims that wait, the most money at risk first."""

from datetime import date

from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from api.answers import to_location
from api.claims.schemas import BillingItem
from api.claims.service import list_billing
from api.dependencies import Biller, Cursor, LoadedServices, Reading
from api.raw_path import ClaimId
from api.workbench.billing_views import BillingRow, find_dues
from api.workbench.pages import PageRoute, SharedShell, page
from api.workbench.prior import is_synthetic
from data.store.billing_worklist import BillingOrder, list_billing_worklist
from data.store.claims import StoredClaim, get_claim

router = APIRouter(route_class=PageRoute)

_PAGE = 25


@router.get("/billing")
def show_billing_worklist(
    _user: Biller,
    shell: SharedShell,
    session: Reading,
    services: LoadedServices,
    cursor: Cursor = None,
    order: BillingOrder = BillingOrder.AT_STAKE,
) -> Response:
    listed = list_billing(session, services.contracts(), cursor=cursor, limit=_PAGE, order=order)
    today = services.clock().date()
    rows = [build_row(get_claim(session, item.claim_id), item, today) for item in listed.items]
    return page(
        "billing_worklist.html",
        shell,
        rows=rows,
        next_cursor=listed.next_cursor,
        order=order.value,
        is_synthetic=is_synthetic(services.registry),
    )


@router.get("/billing/{claim_id}/next")
def go_to_next_claim(_user: Biller, session: Reading, claim_id: ClaimId) -> Response:
    """The most pressing claim other than this one; the worklist when none is left."""
    waiting = (task.claim_id for task in list_billing_worklist(session, limit=2).items)
    following = next((waits for waits in waiting if waits != claim_id), None)
    return RedirectResponse(to_location("billing", following) if following else "/billing", status_code=303)


def build_row(stored: StoredClaim, item: BillingItem, today: date) -> BillingRow:
    current = [one for one in stored.decisions if one.revision == stored.revision]
    outcome = current[-1].decision.outcome.value if current else "open"
    return BillingRow(stored.claim, stored.review, outcome, find_dues(item.file_by, item.appeal_by, today))
