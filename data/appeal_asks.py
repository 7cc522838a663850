"""What a denial asks for: whether it is contested at all, with what, and who acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from data.carcs import categorize_carc
from data.denials import Refusal
from data.reference.rows import read_rows
from data.reviews import Needs

_ANY = "*"
_UNTOLD = ""


class Recourse(StrEnum):
    """appeal contests; supply sends what the payer asked for; correct is a claim of frequency 7 or 8, no appeal."""

    APPEAL = "appeal"
    SUPPLY = "supply"
    CORRECT = "correct"
    OTHER_PAYER = "other_payer"
    FOLLOW_UP = "follow_up"
    NONE = "none"


class Ask(StrEnum):
    RECORDS = "records"
    NECESSITY = "necessity"
    URGENCY = "urgency"
    LITERATURE = "literature"
    AUTHORIZATION = "authorization"
    TIMELY_FILING = "timely_filing"
    CODING_RATIONALE = "coding_rationale"
    PLAN_TERMS = "plan_terms"
    ADVANCE_NOTICE = "advance_notice"
    CLAIM_DATA = "claim_data"
    COVERAGE = "coverage"
    CREDENTIALS = "credentials"
    OTHER_PAYER = "other_payer"
    FIRST_ANSWER = "first_answer"
    PATIENT_ANSWER = "patient_answer"


class ReviewKind(StrEnum):
    """The kinds of denial that independent medical review decides."""

    NECESSITY = "necessity"
    EXPERIMENTAL = "experimental"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class AppealRule:
    """`carcs` are codes, `@` and a category, or `*`; without `remarks` any will do."""

    carcs: frozenset[str]
    remarks: frozenset[str]
    recourse: Recourse
    asks: tuple[Ask, ...]
    needs: Needs
    review: ReviewKind | None
    why: str

    def fits(self, carc: str, remarks: Sequence[str]) -> bool:
        is_meant = not self.carcs.isdisjoint((_ANY, carc, f"@{categorize_carc(carc)}"))
        return is_meant and (not self.remarks or not self.remarks.isdisjoint(remarks))


@cache
def load_appeal_rules() -> tuple[AppealRule, ...]:
    return tuple(
        AppealRule(
            carcs=frozenset(row["carcs"].split()),
            remarks=frozenset(row["remarks"].split()),
            recourse=Recourse(row["recourse"]),
            asks=tuple(map(Ask, row["asks"].split())),
            needs=Needs(row["needs"]),
            review=ReviewKind(row["review"]) if row["review"] else None,
            why=row["why"],
        )
        for row in read_rows("appeal_asks.tsv")
    )


def find_rule(refusal: Refusal) -> AppealRule:
    """By the refusal's largest adjustment; one without any is of a reason that is not known."""
    carc = refusal.adjustments[0].carc if refusal.adjustments else _UNTOLD
    return next(rule for rule in load_appeal_rules() if rule.fits(carc, refusal.remarks))
