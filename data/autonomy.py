"""Families of codes that may go without human confirmation, and what has to be known of them first.

By default there is none. A person puts a family to the test, in which nothing changes for anybody; a person releases
it once audited encounters show that it deserves that. What was audited was drawn at random since the test began and
decided on again by somebody else. A release is for one version of the model, and ends by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from data.codes import CodeSystem, parse_code
from data.decisions import Outcome, RecordedDecision
from data.monitoring import Proportion
from data.noun import Count, Identifier, Noun, Probability, UtcTime
from data.suggestions import Suggestion, SuggestionSet, Tier

# Who accepts what is released, and withdraws what no longer deserves it. Nobody can sign in by this name.
AUTONOMY = "autonomy"
# Of so many audited encounters at least; the newest ones are also looked at alone.
LEAST_CASES = 50
# What was drawn and not reviewed for so long counts as changed; so long after the last draw an audit is too old.
PATIENCE = timedelta(days=14)
LONGEST_BREAK = timedelta(days=90)


class Level(StrEnum):
    """manual: people confirm each code; test: they still do, and it is told what a release would have done."""

    MANUAL = "manual"
    TEST = "test"
    RELEASED = "released"


class CodeFamily(Noun):
    """The codes of a system that begin with `prefix`, written without a dot."""

    system: CodeSystem
    prefix: Annotated[str, Field(pattern=r"^[0-9A-Z]{1,7}$", examples=["E11"])]

    def __str__(self) -> str:
        return f"{self.system.value} {self.prefix}"

    def has(self, suggestion: Suggestion) -> bool:
        code = parse_code(suggestion.system, suggestion.code)
        return code.system is self.system and code.compact.startswith(self.prefix)

    def overlaps(self, other: "CodeFamily") -> bool:
        is_nested = self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix)
        return self.system is other.system and is_nested


class Terms(Noun):
    """The lower bound of the audited precision reaches `target`, of suggestions from `least_probability` on.

    Only encounters that were drawn for an audit since `tested_since` count.
    """

    target: Annotated[Probability, Field(ge=0.5, lt=1)]
    least_probability: Probability
    model_version: Identifier
    tested_since: UtcTime


class LevelChange(Noun):
    """A family that is manual again keeps the terms of its last test."""

    family: CodeFamily
    level: Level
    terms: Terms
    reason: Annotated[str, Field(max_length=200)]
    changed_by: Identifier
    changed_at: UtcTime


class Objection(StrEnum):
    TOO_FEW = "too few encounters were audited"
    BELOW_TARGET = "the lower bound of the audited precision is below the target"
    FALLING = "the newest audited encounters are clearly below the target"
    TOO_OLD = "nothing was drawn for an audit for too long"


class Audited(Noun):
    """Encounters in which the family would be released: the share of them in which an auditor kept all its codes.

    `newest` are the last of them; `waiting` were drawn and are not reviewed yet.
    """

    precision: Proportion
    newest: Proportion
    waiting: Count
    last_drawn_at: UtcTime | None

    @classmethod
    def of(cls, verdicts: Sequence[tuple[datetime, bool | None]]) -> "Audited":
        """`verdicts` of `judge_release` with the time of each draw, the oldest first."""
        known = [is_kept for _, is_kept in verdicts if is_kept is not None]
        newest = known[-LEAST_CASES:]
        return cls(
            precision=Proportion.of(sum(known), len(known)),
            newest=Proportion.of(sum(newest), len(newest)),
            waiting=len(verdicts) - len(known),
            last_drawn_at=verdicts[-1][0] if verdicts else None,
        )

    def find_objection(self, target: float, as_of: datetime) -> Objection | None:
        if self.last_drawn_at is None or self.precision.cases < LEAST_CASES:
            return Objection.TOO_FEW
        if self.precision.low < target:
            return Objection.BELOW_TARGET
        if self.newest.high < target:
            return Objection.FALLING
        return Objection.TOO_OLD if as_of - self.last_drawn_at > LONGEST_BREAK else None


def find_releasable(answer: SuggestionSet, family: CodeFamily, terms: Terms) -> tuple[Suggestion, ...]:
    """What a release accepts of an answer: nothing of another version, nothing that a query would change."""
    if answer.model_version != terms.model_version:
        return ()
    asked = {code for query in answer.queries for code in query.would_change}
    sure = (one for one in answer.suggestions if one.probability >= terms.least_probability and one.code not in asked)
    return tuple(one for one in sure if one.tier is Tier.SUGGESTED and family.has(one))


def judge_release(
    codes: Sequence[Suggestion], decisions: Sequence[RecordedDecision], drawn_at: datetime, as_of: datetime
) -> bool | None:
    """Whether an auditor kept all `codes` of an encounter that was drawn; None while that is not known yet."""
    verdicts = [_find_verdict(one, decisions, drawn_at) for one in codes]
    if None in verdicts and False not in verdicts:
        return None if as_of - drawn_at <= PATIENCE else False
    return all(verdicts)


def _find_verdict(code: Suggestion, decisions: Sequence[RecordedDecision], drawn_at: datetime) -> bool | None:
    """The last word since the draw of those who had not decided on the encounter before."""
    first = {AUTONOMY, *(one.decided_by for one in decisions if one.decided_at < drawn_at)}
    own = [one for one in decisions if one.decision.suggestion_id == code.suggestion_id]
    again = [one.decision for one in own if one.decided_at >= drawn_at and one.decided_by not in first]
    if not again or again[-1].outcome is Outcome.DEFERRED:
        return None
    return again[-1].final_code == code.code
