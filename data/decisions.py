"""What people decide. Who decided and when come from the login and the clock, never from the body."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from data.codes import CodeSystem, parse_code
from data.noun import Flag, Identifier, Modifier, Noun, Positive, UtcTime
from data.suggestions import Evidence


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REPLACED = "replaced"
    ADDED = "added"
    DEFERRED = "deferred"


class Reason(StrEnum):
    NOT_DOCUMENTED = "not_documented"
    NEGATED = "negated"
    HISTORICAL = "historical"
    WRONG_SPECIFICITY = "wrong_specificity"
    WRONG_LATERALITY = "wrong_laterality"
    INTEGRAL = "integral"
    BUNDLED = "bundled"
    WRONG_CODE = "wrong_code"
    OTHER = "other"


class Decision(Noun):
    """A coder's act on one suggestion, or on a code of their own (`added`, without a suggestion).

    `rejected` without a suggestion takes an added code back. `evidence` is what the coder marked in the notes
    for a code of their own.
    """

    suggestion_id: Identifier | None = None
    outcome: Outcome
    system: CodeSystem
    code: str
    replaced_by: str | None = None
    modifiers: Annotated[tuple[Modifier, ...], Field(max_length=4, fail_fast=True)] = ()
    units: Annotated[Positive, Field(le=99_999)] = 1
    reason: Reason | None = None
    comment: Annotated[str, Field(max_length=2000, repr=False)] = ""
    viewed: Flag = True
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=100, fail_fast=True)] = ()

    @model_validator(mode="after")
    def _check_coherence(self) -> Self:
        for text in filter(None, (self.code, self.replaced_by)):
            parse_code(self.system, text)
        if self.outcome is Outcome.ADDED and self.suggestion_id is not None:
            raise ValueError("a code that is added has no suggestion_id")
        if self.suggestion_id is None and self.outcome not in (Outcome.ADDED, Outcome.REJECTED):
            raise ValueError("without a suggestion_id a code is added, or an added one rejected")
        if (self.outcome is Outcome.REPLACED) != (self.replaced_by is not None):
            raise ValueError("replaced_by goes with the outcome replaced, and only with it")
        return self

    @property
    def topic(self) -> tuple[str, ...]:
        """What is decided: a suggestion, or a code of the coder's own. A later decision on it supersedes this one."""
        if self.suggestion_id is not None:
            return (self.suggestion_id,)
        return self.system.value, parse_code(self.system, self.code).compact

    @property
    def final_code(self) -> str | None:
        """The code that stands after this decision, dotted; None when the decision leaves none."""
        if self.outcome in (Outcome.REJECTED, Outcome.DEFERRED):
            return None
        return parse_code(self.system, self.replaced_by or self.code).dotted


class RecordedDecision(Noun):
    """A decision as it was appended to the log."""

    decision_id: Identifier
    decision: Decision
    decided_by: Identifier
    decided_at: UtcTime


def standing_decisions(decisions: Iterable[RecordedDecision]) -> tuple[RecordedDecision, ...]:
    """What holds after a log of decisions: the last one on each suggestion, and on each code added by hand."""
    last: dict[tuple[str, ...], RecordedDecision] = {}
    for recorded in decisions:
        last[recorded.decision.topic] = recorded
    return tuple(last.values())


class ClaimOutcome(StrEnum):
    FIXED = "fixed"
    OVERRIDDEN = "overridden"
    HELD = "held"
    RELEASED = "released"
    SUBMITTED = "submitted"
    APPEALED = "appealed"
    REJECTED = "rejected"


class ClaimDecision(Noun):
    """A biller's act on a claim; `appealed` is about a denial that stands, `rejected` says that a claim that went out
    was not taken in, and why: no payer decided on it."""

    outcome: ClaimOutcome
    reason: Annotated[str, Field(max_length=2000, repr=False)] = ""

    @model_validator(mode="after")
    def _check_reason(self) -> Self:
        if self.outcome in (ClaimOutcome.OVERRIDDEN, ClaimOutcome.REJECTED) and not self.reason.strip():
            raise ValueError("an override or a rejection needs a reason")
        return self


class RecordedClaimDecision(Noun):
    """A biller's decision as it was appended, on the revision of the claim that was seen."""

    decision_id: Identifier
    decision: ClaimDecision
    revision: Positive
    decided_by: Identifier
    decided_at: UtcTime
