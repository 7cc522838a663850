"""Which past claims a payer rule would have held, and what became of them: asked before the rule goes live."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from data.claims import Claim
from data.payer_rules import PayerRule
from data.store.claims import iter_submitted
from models.denial.edits.context import ClaimContext
from models.denial.edits.payer_rules import find_breaches
from models.denial.edits.references import EditReferences
from training.datasets import iter_denial_examples


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """`is_denied` of the lines that break the rule: None while the payer has not answered."""

    claim_id: str
    lines: tuple[int, ...]
    charge_cents: int
    is_denied: bool | None


@dataclass(slots=True)
class RuleTrial:
    """`asked` claims of the rule's payers were held against it; `held` are those that break it, in order of id."""

    rule: PayerRule
    asked: int = 0
    held: list[HeldClaim] = field(default_factory=list)

    def count(self, *, is_denied: bool | None) -> int:
        return sum(claim.is_denied is is_denied for claim in self.held)

    @property
    def charge_cents(self) -> int:
        """Charges of the lines that break the rule."""
        return sum(claim.charge_cents for claim in self.held)


def try_payer_rule(
    rule: PayerRule, past: Iterable[tuple[Claim, frozenset[int] | None]], references: EditReferences
) -> RuleTrial:
    """Past claims with the numbers of their denied lines, None while open. The rule's own days are left aside: it is
    asked what it would have held had it stood then."""
    trial = RuleTrial(rule)
    for claim, denied in past:
        if not claim.lines or not rule.is_for(claim.payer):
            continue
        trial.asked += 1
        findings = find_breaches(rule, ClaimContext(claim, references))
        if numbers := tuple(number for finding in findings for number in finding.lines):
            charge = sum(line.charge_cents for line in claim.lines if line.line_number in numbers)
            is_denied = None if denied is None else not denied.isdisjoint(numbers)
            trial.held.append(HeldClaim(claim.claim_id, numbers, charge, is_denied))
    return trial


def read_past_claims(session: Session, since: date) -> Iterable[tuple[Claim, frozenset[int] | None]]:
    """Claims that went out, with services on or after a day, and the numbers of the lines that were denied at first."""
    now = datetime.now(UTC)
    denied = {
        example.labelled.claim.claim_id: frozenset(
            line.line_number for line in example.labelled.lines if line.is_denied
        )
        for example in iter_denial_examples(session, now)
    }
    for submitted in iter_submitted(session, now):
        if any(line.service_date >= since for line in submitted.claim.lines):
            yield submitted.claim, denied.get(submitted.claim.claim_id)


def describe_trial(trial: RuleTrial, limit: int) -> str:
    """A summary, and one line for each held claim up to a limit."""
    denied, paid, unanswered = (trial.count(is_denied=state) for state in (True, False, None))
    head = (
        f"{trial.asked} past claims of its payers; {len(trial.held)} would have been held: {denied} were denied on "
        f"these lines, {paid} were paid, {unanswered} have no answer; charges ${trial.charge_cents / 100:,.2f}"
    )
    words = {True: "denied", False: "paid", None: "open"}
    rows = [
        f"{claim.claim_id}\tlines {', '.join(map(str, claim.lines))}\t{words[claim.is_denied]}"
        for claim in trial.held[:limit]
    ]
    return "\n".join([head, *rows])
