"""What the demo's clinic has behind it: claims that went out, their payers' answers, and a visit that was refused."""

from collections.abc import Sequence
from datetime import date, timedelta

from api.acts import Act
from api.claims.service import keep_claim
from api.coding.schemas import Charge, ClaimRequest
from api.coding.service import decide, draft
from api.demo import BY, is_stored
from api.services import Services
from data.claims import Claim
from data.codes import CodeSystem
from data.remittances import Remittance
from data.store.claims import get_claim
from data.store.encounters import get_encounter
from data.store.imported_answers import keep_remittances
from data.store.imported_claims import keep_submitted_claims
from data.synthetic.demo_claims import BILLING, CHARGES, RENDERING
from data.synthetic.demo_coder import demo_decisions
from data.synthetic.demo_history import past_claims, refuse_line

_DENIED_VISIT = "demo-office-knee-injection"
_DENIED_CLAIM = f"{_DENIED_VISIT}-claim"
_REFUSED_PROCEDURE, _NOT_NECESSARY = "20610", "50"
_DAYS_SINCE_SENT, _DAYS_SINCE_DENIED = 34, 12


def load_past(services: Services) -> None:
    """All or nothing. Days count back from the first start of the demo."""
    found = past_claims(services.clock().date())
    if is_stored(services, get_claim, found[0].claim.claim_id):
        return
    with services.store.transaction() as session:
        act = Act(session, BY, services.clock())
        _import(act, [past.claim for past in found], [past.answer for past in found if past.answer])


def load_denied_visit(services: Services) -> None:
    """A note is coded, its claim drafted and sent, and the payer holds what was done for not necessary.

    Where somebody has worked on the note already, nothing is done.
    """
    with services.store.transaction() as session:
        act = Act(session, BY, services.clock())
        if get_encounter(session, _DENIED_VISIT).standing:
            return
        today = act.at.date()
        claim = _bill_visit(act, services, today - timedelta(days=_DAYS_SINCE_SENT))
        refused = next(one for one in claim.lines if one.procedure.code.compact == _REFUSED_PROCEDURE)
        denied_on = today - timedelta(days=_DAYS_SINCE_DENIED)
        _import(act, [claim], [refuse_line(claim, refused.line_number, _NOT_NECESSARY, denied_on)])


def _bill_visit(act: Act, services: Services, prepared_on: date) -> Claim:
    """Goes through the same functions as the routes."""
    stored = get_encounter(act.session, _DENIED_VISIT)
    decisions = demo_decisions(stored.suggestion_set)
    decide(act, _DENIED_VISIT, decisions, services.library, seen=stored.version)
    claim = draft(act, _DENIED_VISIT, _request(prepared_on))
    (review,) = services.reviewer.review([claim])
    keep_claim(act, claim, review, services.contracts())
    return claim


def _request(prepared_on: date) -> ClaimRequest:
    return ClaimRequest(
        claim_id=_DENIED_CLAIM,
        billing_npi=BILLING,
        rendering_npi=RENDERING,
        rendering_taxonomy="207X00000X",
        prepared_on=prepared_on,
        charges=tuple(
            Charge(system=CodeSystem.HCPCS if code[0].isalpha() else CodeSystem.CPT, code=code, charge_cents=cents)
            for code, cents in CHARGES.items()
        ),
    )


def _import(act: Act, claims: Sequence[Claim], answers: Sequence[Remittance]) -> None:
    """As files of the formats 837 and 835 are kept."""
    keep_submitted_claims(act.session, claims, by=act.by, at=act.at)
    keep_remittances(act.session, answers, by=act.by, at=act.at)
