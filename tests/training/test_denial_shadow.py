"""A denial challenger in the shadow: what it would have disposed otherwise, and what payers then said."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from data.claims import Claim
from data.home import Home
from data.remittances import Remittance
from data.reviews import UNREVIEWED, ClaimReview, DenialRisk, Disposition, Support
from data.store.claims import add_claim
from data.store.remittances import add_remittance
from data.store.session import Store
from data.synthetic.demo_claims import draft_claim
from training.denial_shadow import Reviewed, iter_reviewed, run_denial_shadow

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def review(claim: Claim, probability: float, version: str = "m1") -> ClaimReview:
    return ClaimReview(
        claim_id=claim.claim_id,
        model_version=version,
        risk=DenialRisk(
            probability=probability,
            expected_loss_cents=0,
            support=Support(similar_claims=0, is_low=True),
            operating_point="balanced",
        ),
        disposition=Disposition.HOLD if probability >= 0.5 else Disposition.RELEASE,
    )


class Challenger:
    def __init__(self, probabilities: dict[str, float]) -> None:
        self._probabilities = probabilities

    def review(self, claims: Sequence[Claim]) -> list[ClaimReview]:
        return [review(claim, self._probabilities[claim.claim_id]) for claim in claims]


def test_disagreements_are_listed_by_surprise() -> None:
    said = {"same": (0.2, 0.4), "near": (0.45, 0.55), "far": (0.9, 0.1), "held": (0.8, 0.9)}
    denied = {"near": True, "far": True}
    reviewed = [
        Reviewed(draft_claim(name), review(draft_claim(name), said[name][0]), denied.get(name)) for name in said
    ]
    challenger = Challenger({name: pair[1] for name, pair in said.items()})
    report = run_denial_shadow(challenger, "v2", reviewed * 200)
    assert (report.claims, len(report.disagreements), report.share) == (800, 400, 0.5)
    first, last = report.disagreements[0], report.disagreements[-1]
    assert (first.claim_id, first.champion, first.challenger) == ("far", Disposition.HOLD, Disposition.RELEASE)
    assert (first.is_challenger_right, last.claim_id, last.is_challenger_right) == (False, "near", True)


def test_what_nobody_reviewed_is_left_out(sqlite_store: Store, home: Home) -> None:
    old, new, imported = (draft_claim(name) for name in ("old", "new", "imported"))
    refused = {"group": "CO", "carc": "50", "amount_cents": 15000}
    line = {"line_number": 1, "charge_cents": 15000, "paid_cents": 0, "adjustments": [refused]}
    answer = Remittance.model_validate({"claim_id": "new", "adjudicated_on": "2026-04-20", "lines": [line]})
    with sqlite_store.transaction() as session:
        add_claim(session, old, review(old, 0.1), by="bob", at=NOW - timedelta(days=9))
        add_claim(session, new, review(new, 0.1), by="bob", at=NOW)
        add_claim(session, imported, review(imported, 0.0, UNREVIEWED), by="bob", at=NOW)
        add_remittance(session, answer, by="payer", at=NOW + timedelta(days=30))
    with sqlite_store.reading() as session:
        found = list(iter_reviewed(session, NOW - timedelta(days=1)))
    assert [(one.claim.claim_id, one.is_denied) for one in found] == [("new", True)]
