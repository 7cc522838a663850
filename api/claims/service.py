"""What the claim routes do."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from api.acts import Act
from api.answers import check_path_part
from api.claims.schemas import BillingItem
from api.clock import latest_today
from api.errors import ConflictError, FieldProblem, InvalidError, invalid
from api.model_slots import DenialModel
from data.claims import Claim
from data.deadlines import Contracts
from data.reviews import ClaimReview
from data.store.billing_worklist import BillingOrder, BillingTask, list_billing_worklist
from data.store.claims import NO_CONTRACTS, StoredClaim, add_claim, get_claim
from data.store.errors import NotFoundError
from data.store.paging import Page
from data.store.remittances import find_remittances


def review(denial: DenialModel, claim: Claim, *, now: datetime) -> ClaimReview:
    """Whether a claim is billable, its edits say. Raises InvalidError."""
    if problems := [*find_problems(claim, now)]:
        raise InvalidError(errors=problems)
    (answer,) = denial.review([claim])
    return answer


def find_problems(claim: Claim, now: datetime) -> Iterator[FieldProblem]:
    """Why a well-formed claim can't be reviewed."""
    if not claim.lines:
        yield FieldProblem(
            location="body",
            pointer="/lines",
            rule="too_short",
            expected="a line with a procedure: edits and risk are about procedures",
        )
    for number, line in enumerate(claim.lines):
        if line.service_date > latest_today(now):
            yield FieldProblem(
                location="body",
                pointer=f"/lines/{number}/service_date",
                rule="date_in_future",
                expected="a day that has come",
            )


def keep_claim(
    act: Act, claim: Claim, claim_review: ClaimReview, contracts: Contracts = NO_CONTRACTS
) -> tuple[StoredClaim, bool]:
    """The stored claim, and whether it is new. Raises ConflictError when the id holds another claim."""
    check_path_part("/claim_id", claim.claim_id)
    try:
        stored = get_claim(act.session, claim.claim_id)
    except NotFoundError:
        return add_claim(act.session, claim, claim_review, by=act.by, at=act.at, contracts=contracts), True
    if stored.claim != claim:
        raise ConflictError("another claim is stored under this claim_id: change it with PUT")
    return stored, False


def list_billing(
    session: Session, contracts: Contracts, *, cursor: str | None, limit: int, order: BillingOrder
) -> Page[BillingItem]:
    listed = list_billing_worklist(session, cursor=cursor, limit=limit, order=order)
    items = (_with_appeal(session, contracts, task) for task in listed.items)
    return Page(items=tuple(items), next_cursor=listed.next_cursor)


def _with_appeal(session: Session, contracts: Contracts, task: BillingTask) -> BillingItem:
    """A claim on the list was denied only where it is being corrected."""
    answers = find_remittances(session, task.claim_id)
    appeal_by = contracts.appeal_by(get_claim(session, task.claim_id).claim, answers) if answers else None
    return BillingItem(**dict(task), appeal_by=appeal_by.day if appeal_by else None)


def view_claim(act: Act, claim_id: str) -> StoredClaim:
    stored = get_claim(act.session, claim_id)
    act.record("claim.viewed", claim_id)
    return stored


def check_same_id(claim: Claim, claim_id: str) -> None:
    if claim.claim_id != claim_id:
        raise invalid("/claim_id", "not_the_path", "the claim_id of the path")
