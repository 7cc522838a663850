"""What the claim routes do."""

from collections.abc import Sequence
from datetime import datetime

from api.acts import Act
from api.answers import check_path_part
from api.clock import latest_today
from api.errors import ConflictError, FieldProblem, InvalidError, invalid
from api.model_slots import DenialModel
from data.claims import Claim
from data.reviews import ClaimReview
from data.store.claims import StoredClaim, add_claim, get_claim
from data.store.errors import NotFoundError


def review(denial: DenialModel, claims: Sequence[Claim], *, at: str, now: datetime) -> list[ClaimReview]:
    """`at` is the JSON pointer of the claims, `{}` in it their position. Whether a claim is billable, its edits say."""
    problems = [
        FieldProblem(
            location="body",
            pointer=f"{at.format(position)}/lines",
            rule="too_short",
            expected="a line with a procedure: edits and risk are about procedures",
        )
        for position, claim in enumerate(claims)
        if not claim.lines
    ]
    problems += [
        FieldProblem(
            location="body",
            pointer=f"{at.format(position)}/lines/{number}/service_date",
            rule="date_in_future",
            expected="a day that has come",
        )
        for position, claim in enumerate(claims)
        for number, line in enumerate(claim.lines)
        if line.service_date > latest_today(now)
    ]
    if problems:
        raise InvalidError(errors=problems)
    return denial.review(claims)


def keep_claim(act: Act, claim: Claim, claim_review: ClaimReview) -> tuple[StoredClaim, bool]:
    """The stored claim, and whether it is new. Raises ConflictError when the id holds another claim."""
    check_path_part("/claim_id", claim.claim_id)
    try:
        stored = get_claim(act.session, claim.claim_id)
    except NotFoundError:
        return add_claim(act.session, claim, claim_review, by=act.by, at=act.at), True
    if stored.claim != claim:
        raise ConflictError("another claim is stored under this claim_id: change it with PUT")
    return stored, False


def view_claim(act: Act, claim_id: str) -> StoredClaim:
    stored = get_claim(act.session, claim_id)
    act.record("claim.viewed", claim_id)
    return stored


def check_same_id(claim: Claim, claim_id: str) -> None:
    if claim.claim_id != claim_id:
        raise invalid("/claim_id", "not_the_path", "the claim_id of the path")
