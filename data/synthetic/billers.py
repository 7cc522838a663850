"""Simulated billers send claims of the synthetic world, and the payers' answers come in. Everything is invented."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from data.decisions import ClaimDecision, ClaimOutcome
from data.reviews import ClaimReview, DenialRisk, Disposition, Support
from data.store.claims import add_claim, append_claim_decision
from data.store.remittances import add_remittance
from data.store.session import Store
from data.synthetic.claim_world import WorldClaim
from data.synthetic.dice import Dice

MODEL_VERSION = "synthetic-1"
_HOLD_FROM = 0.35
_BILLERS = (("biller-dora", 0.6), ("biller-emil", 0.4))


def record_claims(store: Store, claims: Iterable[WorldClaim], *, seed: int = 7) -> int:
    """Writes the claims as if they had been lived; returns how many.

    The review that the biller sees is the oracle's probability with noise. Held claims go out by an override.
    """
    dice = Dice(seed)
    count = 0
    with store.transaction() as session:
        for one in claims:
            at = datetime.combine(one.claim.prepared_on, time(15), UTC)
            by = dice.pick(_BILLERS)
            review = _review(one, dice)
            add_claim(session, one.claim, review, by=by, at=at)
            append_claim_decision(session, one.claim.claim_id, _decide(review), by=by, at=at + timedelta(hours=1))
            for answer in one.remittances:
                received = datetime.combine(answer.adjudicated_on + timedelta(days=1), time(8), UTC)
                add_remittance(session, answer, by="clearinghouse", at=received)
            count += 1
    return count


def _review(one: WorldClaim, dice: Dice) -> ClaimReview:
    probability = round(min(0.98, max(0.01, one.oracle * dice.factor(0.3))), 4)
    return ClaimReview(
        claim_id=one.claim.claim_id,
        model_version=MODEL_VERSION,
        risk=DenialRisk(
            probability=probability,
            expected_loss_cents=round(probability * one.claim.charge_cents),
            support=Support(similar_claims=0, is_low=True),
            operating_point="balanced",
        ),
        disposition=Disposition.HOLD if probability >= _HOLD_FROM else Disposition.RELEASE,
    )


def _decide(review: ClaimReview) -> ClaimDecision:
    if review.disposition is Disposition.HOLD:
        return ClaimDecision(outcome=ClaimOutcome.OVERRIDDEN, reason="checked by hand")
    return ClaimDecision(outcome=ClaimOutcome.SUBMITTED)
