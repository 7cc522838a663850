"""Refusals with what they ask for."""

from data.appeal_asks import Recourse, find_rule
from data.appeals import DeniedLine, DeniedReason
from data.carcs import categorize_carc, load_carcs
from data.claims import Claim, ClaimLine
from data.denials import Refusal
from data.remittances import Adjustment

# With these a letter goes out.
WRITTEN = frozenset({Recourse.APPEAL, Recourse.SUPPLY})


def find_line(claim: Claim, number: int | None) -> ClaimLine | None:
    return next((line for line in claim.lines if line.line_number == number), None)


def describe_refusal(claim: Claim, refusal: Refusal) -> DeniedLine:
    rule, line = find_rule(refusal), find_line(claim, refusal.line_number)
    return DeniedLine(
        line_number=refusal.line_number,
        procedure=line.procedure if line else None,
        decided_on=refusal.decided_on,
        charge_cents=max(0, refusal.charge_cents),
        denied_cents=max(0, refusal.denied_cents),
        reasons=tuple(map(_describe_adjustment, refusal.adjustments)),
        remarks=refusal.remarks,
        recourse=rule.recourse,
        asks=rule.asks,
        needs=rule.needs,
        why=rule.why,
    )


def _describe_adjustment(adjustment: Adjustment) -> DeniedReason:
    known = load_carcs().get(adjustment.carc)
    return DeniedReason(
        adjustment=adjustment, category=categorize_carc(adjustment.carc), words=known.words if known else ""
    )
