"""Claims: review, keep, change, decide."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from api import examples
from api.acts import Acting, Writing
from api.answers import answer, to_location
from api.claims import service
from api.claims.appeal import view_appeal
from api.claims.batch import ClaimBatch, ReviewBatch, review_batch
from api.claims.deadlines import find_deadlines
from api.claims.schemas import BillingItem, ClaimRecord
from api.dependencies import (
    Biller,
    BillingReader,
    BillingTrier,
    Cursor,
    Denial,
    JsonOnly,
    Limit,
    LoadedServices,
    Now,
    PayerContracts,
    Reading,
)
from api.openapi import ETAG, MODEL_CHANGE, MODEL_READ, MODEL_WRITE, READ, problems
from api.preconditions import FoundVersion, SeenVersion
from api.raw_path import ClaimId
from data.appeals import Appeal
from data.claims import Claim
from data.decisions import ClaimDecision
from data.reviews import ClaimReview
from data.store.billing_worklist import BillingOrder
from data.store.claims import append_claim_decision, replace_claim
from data.store.paging import Page
from data.store.timelines import ClaimTimeline, read_claim_timeline

router = APIRouter(prefix="/v1", tags=["claims"], dependencies=[JsonOnly])

ClaimBody = Annotated[Claim, Body(examples=[examples.CLAIM])]


@router.post(
    "/claims",
    status_code=201,
    response_model=ClaimReview,
    summary="Store a draft claim and review it",
    responses={200: {"model": ClaimReview, "description": "The same claim is stored already."}, **MODEL_WRITE},
)
def create_claim(
    _user: Biller, claim: ClaimBody, denial: Denial, contracts: PayerContracts, write: Writing
) -> Response:
    """Edits are facts with a citation; the risk is a probability."""
    review = service.review(denial, claim, now=write.at)

    def keep() -> Response:
        stored, is_new = service.keep_claim(write, claim, review, contracts)
        status, location = (201 if is_new else 200), to_location("v1", "claims", claim.claim_id)
        return answer(stored.review, status=status, version=stored.version, location=location)

    return write.once(keep)


@router.get(
    "/claims/{claim_id}",
    response_model=ClaimRecord,
    summary="Read a claim with its review and decisions",
    responses={200: {"headers": ETAG}, **READ},
)
def read_claim(_user: BillingReader, claim_id: ClaimId, contracts: PayerContracts, act: Acting) -> Response:
    """The audit log records who looked."""
    stored = service.view_claim(act, claim_id)
    found = find_deadlines(act.session, stored.claim, contracts)
    return answer(ClaimRecord.of(stored, found), version=stored.version)


@router.get("/claims/{claim_id}/history", summary="Read what happened to a claim", responses=READ)
def read_claim_history(_user: BillingReader, claim_id: ClaimId, act: Acting) -> ClaimTimeline:
    """Revisions with the fields that changed, decisions and payers' answers, in order of time. Looking is recorded."""
    timeline = read_claim_timeline(act.session, claim_id)
    act.record("claim.viewed", claim_id)
    return timeline


@router.get("/claims/{claim_id}/appeal", summary="Read what contests a denied claim", responses=problems(404, 409, 422))
def read_appeal(_user: BillingReader, claim_id: ClaimId, services: LoadedServices, act: Acting) -> Appeal:
    """What the denial asks for, by when, the odds where they are known, and a draft letter made of documented facts.

    Looking at the claim and at its chart is recorded.
    """
    return view_appeal(act, claim_id, services)


@router.put(
    "/claims/{claim_id}",
    response_model=ClaimReview,
    summary="Change a claim and review it again",
    responses={200: {"headers": ETAG}, **MODEL_CHANGE},
)
def change_claim(
    _user: Biller,
    claim_id: ClaimId,
    claim: ClaimBody,
    seen: SeenVersion,
    denial: Denial,
    contracts: PayerContracts,
    write: Writing,
) -> Response:
    """The earlier revisions and the decisions on them are kept."""
    service.check_same_id(claim, claim_id)
    review = service.review(denial, claim, now=write.at)

    def replace() -> Response:
        stored = replace_claim(
            write.session, claim, review, by=write.by, at=write.at, expected_version=seen, contracts=contracts
        )
        return answer(stored.review, version=stored.version)

    return write.once(replace)


@router.post("/claims/reviews", summary="Review claims and keep nothing", responses=MODEL_READ)
def review_claims(
    _user: BillingTrier, batch: Annotated[ClaimBatch, Body(examples=[examples.CLAIMS])], denial: Denial, now: Now
) -> ReviewBatch:
    """A claim that can't be reviewed is named under `errors`; the others are reviewed."""
    return review_batch(denial, batch.claims, now=now)


@router.post(
    "/claims/{claim_id}/decisions",
    status_code=201,
    response_model=ClaimRecord,
    summary="Decide on a claim",
    responses=problems(400, 404, 409, 412, 413, 415, 422),
)
def decide_claim(
    _user: Biller,
    claim_id: ClaimId,
    decision: Annotated[ClaimDecision, Body(examples=[examples.CLAIM_DECISION])],
    seen: FoundVersion,
    write: Writing,
) -> Response:
    """Without `If-Match` the decision is about the current revision."""

    def append() -> Response:
        stored = append_claim_decision(
            write.session, claim_id, decision, by=write.by, at=write.at, expected_version=seen
        )
        return answer(ClaimRecord.of(stored), status=201, version=stored.version)

    return write.once(append)


@router.get(
    "/worklists/billing",
    tags=["worklists"],
    summary="Claims that wait for a biller",
    responses=problems(422),
)
def list_billing(
    _user: BillingReader,
    session: Reading,
    contracts: PayerContracts,
    cursor: Cursor = None,
    limit: Limit = 50,
    order: BillingOrder = BillingOrder.AT_STAKE,
) -> Page[BillingItem]:
    """Held claims first, then by what a denial would cost times its probability; or by the last day for filing."""
    return service.list_billing(session, contracts, cursor=cursor, limit=limit, order=order)
