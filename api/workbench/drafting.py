"""From decided codes to a claim on the biller's worklist, and again when the coder changed something."""

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from api.acts import Act
from api.answers import answer, to_location
from api.claims.schemas import ClaimRecord
from api.claims.service import review
from api.coding.claim_draft import draft_claim
from api.coding.schemas import Charge, ClaimRequest
from api.dependencies import Coder, Denial, LoadedServices, Now
from api.raw_path import EncounterId
from api.workbench.pages import require_header_token
from api.workbench.returned import find_returned
from data.claims import Claim
from data.deadlines import Contracts
from data.reviews import ClaimReview
from data.store.claims import NO_CONTRACTS, StoredClaim, add_claim, get_claim, replace_claim
from data.store.encounters import get_encounter
from data.store.errors import NotFoundError
from data.store.probes import without_probe

router = APIRouter()


@router.post("/coding/{encounter_id}/claim", status_code=201, dependencies=[Depends(require_header_token)])
def draft_and_keep(
    user: Coder, encounter_id: EncounterId, services: LoadedServices, denial: Denial, now: Now
) -> Response:
    """A claim that a biller sent back is drafted anew under its own id. No lock is held while the model works."""
    with services.store.reading() as session:
        stored = without_probe(session, get_encounter(session, encounter_id))
        returned = find_returned(session, encounter_id)
        first = draft_claim(stored, ClaimRequest(claim_id=returned.claim_id if returned else None), on=now.date())
        earlier = _find_claim(session, first.claim_id)
    claim = draft_claim(stored, _like(earlier.claim), on=now.date()) if earlier else first
    claim_review = review(denial, claim, now=now)
    with services.store.transaction() as session:
        act = Act(session, user.name, now)
        kept = keep_draft(act, claim, claim_review, earlier, services.contracts())
        act.record("encounter.claim_drafted", encounter_id)
    return answer(
        ClaimRecord.of(kept), status=201, version=kept.version, location=to_location("v1", "claims", claim.claim_id)
    )


def keep_draft(
    act: Act,
    claim: Claim,
    claim_review: ClaimReview,
    earlier: StoredClaim | None,
    contracts: Contracts = NO_CONTRACTS,
) -> StoredClaim:
    """A draft that changed is the next revision of the claim. Raises StaleVersionError when a biller was faster."""
    if earlier is None:
        return add_claim(act.session, claim, claim_review, by=act.by, at=act.at, contracts=contracts)
    if earlier.claim == claim:
        return earlier
    return replace_claim(
        act.session,
        claim,
        claim_review,
        by=act.by,
        at=act.at,
        expected_version=earlier.version,
        contracts=contracts,
    )


def _find_claim(session: Session, claim_id: str) -> StoredClaim | None:
    try:
        return get_claim(session, claim_id)
    except NotFoundError:
        return None


def _like(claim: Claim) -> ClaimRequest:
    """What a biller filled in stays when the codes are drafted anew."""
    return ClaimRequest(
        claim_id=claim.claim_id,
        patient_id=claim.patient.patient_id,
        payer=claim.payer,
        billing_npi=claim.billing_npi,
        rendering_npi=claim.rendering_npi,
        rendering_taxonomy=claim.rendering_taxonomy,
        prior_authorization=claim.prior_authorization,
        prepared_on=claim.prepared_on,
        charges=tuple(
            Charge(
                system=line.procedure.code.system,
                code=line.procedure.code.compact,
                charge_cents=line.charge_cents // line.units,
            )
            for line in claim.lines
        ),
    )
