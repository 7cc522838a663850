"""What people decided and payers answered, as labelled examples.

Nothing becomes an example without a decision or a remittance. A code that was not suggested is no negative, and a
deferred one is neither. Later decisions supersede earlier ones. `as_of` is strict: what was recorded at that moment
or later does not exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.orm import Session

from data.carcs import categorize_carc, is_denying
from data.claims import Claim
from data.codes import CodeSystem, parse_code
from data.decisions import ClaimOutcome, Outcome, Reason, RecordedDecision
from data.noun import Cents, Flag, Identifier, IsoDate, Noun, Positive, Probability, UtcTime
from data.remittances import Remittance, RemittanceLine
from data.reviews import ReasonCategory
from data.store.claims import SubmittedClaim, iter_submitted
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import iter_decided
from data.store.remittances import iter_remittances
from data.suggestions import Evidence, Suggestion

# A code accepted or rejected in bulk without being looked at says what the model thinks, not what the coder does.
VIEWED_WEIGHT = 1.0
UNVIEWED_WEIGHT = 0.0


class CodingExample(Noun):
    """One code of one encounter. `decision_ids` are all decisions behind it, superseded ones included.

    `suggestion_id`, `probability` and `rank` are what the model had said, None for a code that it had missed.
    """

    encounter_id: Identifier
    system: CodeSystem
    code: str
    is_positive: Flag
    weight: float
    reason: Reason | None
    evidence: tuple[Evidence, ...]
    suggestion_id: Identifier | None
    probability: Probability | None
    rank: Positive | None
    decision_ids: tuple[Identifier, ...]
    decided_by: Identifier
    decided_at: UtcTime
    model_version: str
    releases: dict[str, str]


class LabelledEncounter(Noun):
    """An encounter with its examples: at most one per code, in order of system and code."""

    stored: StoredEncounter
    examples: tuple[CodingExample, ...]


class LineLabel(Noun):
    """A line's first adjudication. `category` is that of the first denying code, None when the line was not denied."""

    line_number: Positive
    is_denied: Flag
    carcs: tuple[str, ...]
    category: ReasonCategory | None
    charge_cents: Cents
    paid_cents: int


class LabelledClaim(Noun):
    """A claim as it went out. Lines without an answer yet are censored: they are not in `lines`.

    `predicted` is the probability of denial that the biller had seen, `outcome` what the biller did.
    """

    claim: Claim
    submitted_at: UtcTime
    adjudicated_on: IsoDate
    lines: tuple[LineLabel, ...]
    outcome: ClaimOutcome
    decision_id: Identifier
    predicted: Probability
    model_version: str

    @property
    def is_denied(self) -> bool:
        return any(line.is_denied for line in self.lines)


class _Vote(NamedTuple):
    """What one standing decision says about one code."""

    system: CodeSystem
    compact: str
    is_positive: bool
    recorded: RecordedDecision
    suggestion: Suggestion | None


def iter_coding_examples(session: Session, as_of: datetime) -> Iterator[LabelledEncounter]:
    """In order of encounter_id; encounters that were only deferred have no examples and are left out."""
    for stored in iter_decided(session, as_of):
        if examples := label_encounter(stored):
            yield LabelledEncounter(stored=stored, examples=examples)


def label_encounter(stored: StoredEncounter) -> tuple[CodingExample, ...]:
    """A code that one standing decision keeps and another refuses is kept: it is on the claim."""
    votes: dict[tuple[CodeSystem, str], list[_Vote]] = defaultdict(list)
    for vote in _vote(stored):
        votes[vote.system, vote.compact].append(vote)
    return tuple(_to_example(stored, found) for _, found in sorted(votes.items()))


def iter_denial_examples(session: Session, as_of: datetime) -> Iterator[LabelledClaim]:
    """In order of claim_id; claims without an answer by `as_of` are censored."""
    answers = groupby(iter_remittances(session, as_of), key=lambda remittance: remittance.claim_id)
    current = next(answers, None)
    for submitted in iter_submitted(session, as_of):
        claim_id = submitted.claim.claim_id
        while current is not None and current[0] < claim_id:
            current = next(answers, None)
        if current is not None and current[0] == claim_id and (labelled := label_claim(submitted, current[1])):
            yield labelled


def label_claim(submitted: SubmittedClaim, answers: Iterable[Remittance]) -> LabelledClaim | None:
    """`answers` come oldest first: reversals and corrections after a line's first adjudication change nothing."""
    first: dict[int, tuple[Remittance, RemittanceLine]] = {}
    for answer in answers:
        for line in answer.lines:
            first.setdefault(line.line_number, (answer, line))
    numbers = [line.line_number for line in submitted.claim.lines if line.line_number in first]
    if not numbers:
        return None
    return LabelledClaim(
        claim=submitted.claim,
        submitted_at=submitted.submitted_at,
        adjudicated_on=min(first[number][0].adjudicated_on for number in numbers),
        lines=tuple(_label_line(first[number][1]) for number in numbers),
        outcome=submitted.outcome,
        decision_id=submitted.decision_id,
        predicted=submitted.review.risk.probability,
        model_version=submitted.review.model_version,
    )


def _label_line(line: RemittanceLine) -> LineLabel:
    """Denied: nothing was paid, and a code that refuses the service says so; a patient's share is no denial."""
    denying = [adjustment.carc for adjustment in line.adjustments if is_denying(adjustment)]
    is_denied = line.paid_cents <= 0 and bool(denying)
    return LineLabel(
        line_number=line.line_number,
        is_denied=is_denied,
        carcs=tuple(denying) if is_denied else (),
        category=categorize_carc(denying[0]) if is_denied else None,
        charge_cents=line.charge_cents,
        paid_cents=line.paid_cents,
    )


def _vote(stored: StoredEncounter) -> Iterator[_Vote]:
    suggestions = {one.suggestion_id: one for one in stored.suggestion_set.suggestions}
    for recorded in stored.standing:
        decision = recorded.decision
        suggestion = suggestions.get(decision.suggestion_id or "")
        for text, is_positive in _read(recorded):
            compact = parse_code(decision.system, text).compact
            yield _Vote(decision.system, compact, is_positive, recorded, suggestion)


def _read(recorded: RecordedDecision) -> Iterator[tuple[str, bool]]:
    """A code of the coder's own that was taken back says nothing about the note."""
    decision = recorded.decision
    if decision.outcome in (Outcome.ACCEPTED, Outcome.ADDED):
        yield decision.code, True
    elif decision.outcome is Outcome.REJECTED and decision.suggestion_id is not None:
        yield decision.code, False
    elif decision.outcome is Outcome.REPLACED and decision.replaced_by is not None:
        yield decision.code, False
        yield decision.replaced_by, True


def _to_example(stored: StoredEncounter, votes: list[_Vote]) -> CodingExample:
    is_positive = any(vote.is_positive for vote in votes)
    counted = [vote for vote in votes if vote.is_positive == is_positive]
    last = max(counted, key=lambda vote: vote.recorded.decided_at)
    dotted = parse_code(last.system, last.compact).dotted
    own = next((vote.suggestion for vote in votes if vote.suggestion and vote.suggestion.code == dotted), None)
    return CodingExample(
        encounter_id=stored.encounter.encounter_id,
        system=last.system,
        code=dotted,
        is_positive=is_positive,
        weight=max(VIEWED_WEIGHT if vote.recorded.decision.viewed else UNVIEWED_WEIGHT for vote in counted),
        reason=last.recorded.decision.reason,
        evidence=_collect_evidence(counted),
        suggestion_id=own.suggestion_id if own else None,
        probability=own.probability if own else None,
        rank=own.rank if own else None,
        decision_ids=_find_history(stored, counted),
        decided_by=last.recorded.decided_by,
        decided_at=last.recorded.decided_at,
        model_version=stored.suggestion_set.model_version,
        releases=stored.suggestion_set.code_set_releases,
    )


def _collect_evidence(votes: list[_Vote]) -> tuple[Evidence, ...]:
    pieces = {
        (piece.document_id, piece.start, piece.end): piece
        for vote in votes
        for piece in (*vote.recorded.decision.evidence, *(vote.suggestion.evidence if vote.suggestion else ()))
    }
    return tuple(piece for _, piece in sorted(pieces.items()))


def _find_history(stored: StoredEncounter, votes: list[_Vote]) -> tuple[str, ...]:
    """All decisions about the same suggestions, and about the same added code."""
    kept = {vote.recorded.decision.topic for vote in votes}
    return tuple(recorded.decision_id for recorded in stored.decisions if recorded.decision.topic in kept)
