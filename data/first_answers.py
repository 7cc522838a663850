"""The first adjudication of a claim, line by line: what was denied, and why.

A line is denied when nothing was paid and an adjustment in CO, OA or PI (of PR some) refuses it; deductible,
coinsurance, copayment and contractual reductions refuse nothing. Later answers (reversals, corrections, appeals) don't
count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.carcs import categorize_carc, is_denying
from data.claims import Claim
from data.line_matching import match_lines
from data.remittances import Remittance, RemittanceLine
from data.reviews import ReasonCategory


@dataclass(frozen=True, slots=True)
class LineLabel:
    """`category` and `carc` are those of the refusing adjustment with the largest amount; None when not denied."""

    line_number: int
    is_denied: bool
    category: ReasonCategory | None = None
    carc: str | None = None


def label_line(line: RemittanceLine) -> LineLabel:
    refusals = [adjustment for adjustment in line.adjustments if is_denying(adjustment)]
    if line.paid_cents > 0 or not refusals:
        return LineLabel(line.line_number, is_denied=False)
    main = max(refusals, key=lambda adjustment: adjustment.amount_cents)
    return LineLabel(line.line_number, is_denied=True, category=categorize_carc(main.carc), carc=main.carc)


def find_first_answers(claim: Claim, answers: Iterable[Remittance]) -> dict[int, tuple[date, RemittanceLine]]:
    """By the claim's line numbers; `answers` come oldest first. A reversal answers nothing: it takes an answer back."""
    first: dict[int, tuple[date, RemittanceLine]] = {}
    for answer in answers:
        if not answer.is_reversal:
            for line in match_lines(claim, answer):
                first.setdefault(line.line_number, (answer.adjudicated_on, line))
    return first
