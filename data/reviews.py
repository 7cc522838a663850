"""What the denial side answers: findings of rules, and a probability, kept apart."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from data.noun import Cents, Count, Flag, Identifier, Noun, Positive, Probability


class Severity(StrEnum):
    """reject: no payer accepts the claim; deny: the cited edit denies it; unchecked: the rule's table is not loaded."""

    REJECT = "reject"
    DENY = "deny"
    WARN = "warn"
    INFO = "info"
    UNCHECKED = "unchecked"


class ReasonCategory(StrEnum):
    ELIGIBILITY = "eligibility"
    COORDINATION_OF_BENEFITS = "coordination_of_benefits"
    CLAIM_DATA = "claim_data"
    AUTHORIZATION = "authorization"
    NON_COVERED = "non_covered"
    MEDICAL_NECESSITY = "medical_necessity"
    BUNDLING = "bundling"
    UNITS = "units"
    DOCUMENTATION = "documentation"
    TIMELY_FILING = "timely_filing"
    DUPLICATE = "duplicate"
    PROVIDER = "provider"
    CODING = "coding"
    OTHER = "other"


class Needs(StrEnum):
    CODER = "coder"
    DOCUMENTATION = "documentation"
    PAYER = "payer"
    BILLER = "biller"


class Disposition(StrEnum):
    RELEASE = "release"
    HOLD = "hold"


class Source(Noun):
    """Where a rule stands written."""

    name: str
    release: str
    citation: str


class Edit(Noun):
    """A fact about a claim, with its citation. `lines` are line numbers, `fields` JSON pointers into the claim."""

    rule_id: str
    severity: Severity
    message: str
    lines: tuple[Positive, ...] = ()
    fields: tuple[str, ...] = ()
    source: Source


class DenialReason(Noun):
    category: ReasonCategory
    carcs: tuple[str, ...] = ()
    probability: Probability


class LineRisk(Noun):
    line_number: Positive
    probability: Probability
    reasons: tuple[DenialReason, ...] = ()


class Factor(Noun):
    """A field's additive share of the score, in log-odds."""

    field: str
    label: str
    contribution: float


class Support(Noun):
    similar_claims: Count
    is_low: Flag


class DenialRisk(Noun):
    probability: Probability
    expected_loss_cents: Cents
    support: Support
    operating_point: str
    lines: tuple[LineRisk, ...] = ()
    factors: tuple[Factor, ...] = ()


class Fix(Noun):
    """A change of the claim (RFC 6902 operations) with the probability of denial after it."""

    change: tuple[dict[str, Any], ...]
    label: str
    needs: Needs
    probability_after: Annotated[Probability, Field()]


# The model version of the review that stands beside a claim which nobody reviewed: it went out elsewhere.
UNREVIEWED = "unreviewed"


class ClaimReview(Noun):
    claim_id: Identifier
    model_version: str
    edits: tuple[Edit, ...] = ()
    risk: DenialRisk
    fixes: tuple[Fix, ...] = ()
    disposition: Disposition
