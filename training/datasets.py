"""What people decided and payers answered, as labelled examples.

Nothing becomes an example without a decision or a remittance. A code that was not suggested is no negative, and a
deferred one is neither. Later decisions supersede earlier ones. `as_of` is strict: what was recorded at that moment
or later does not exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy.orm import Session

from data.codes import CodeSystem, parse_code
from data.decisions import Outcome, Reason, RecordedDecision
from data.first_answers import find_first_answers, label_line
from data.noun import Flag, Identifier, Noun, Positive, Probability, UtcTime
from data.remittances import Remittance, RemittanceLine
from data.store.claims import SubmittedClaim, iter_submitted
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import iter_decided
from data.store.remittances import iter_remittances
from data.suggestions import Evidence, Suggestion
from training.agreement import measure_agreement
from training.denial_labels import LabelledClaim, date_before_answer

# A code accepted or rejected in bulk without being looked at says what the model thinks, not what the coder does.
VIEWED_WEIGHT = 1.0
UNVIEWED_WEIGHT = 0.0
_VOID = "8"


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


class DenialExample(NamedTuple):
    """A claim as it went out, with its first answer. `answers` holds the labelled lines as they were adjudicated."""

    submitted: SubmittedClaim
    labelled: LabelledClaim
    answers: Mapping[int, RemittanceLine]


class _Vote(NamedTuple):
    """What one standing decision says about one code."""

    system: CodeSystem
    compact: str
    is_positive: bool
    recorded: RecordedDecision
    suggestion: Suggestion | None


def iter_coding_examples(session: Session, as_of: datetime) -> Iterator[LabelledEncounter]:
    """In order of encounter_id; encounters that were only deferred have no examples and are left out.

    Decisions of a coder whom others often contradict weigh less (`agreement.py`).
    """
    agreement = measure_agreement(session, as_of)
    for stored in iter_decided(session, as_of):
        if examples := label_encounter(stored, agreement):
            yield LabelledEncounter(stored=stored, examples=examples)


def label_encounter(
    stored: StoredEncounter, agreement: Mapping[str, float] = MappingProxyType({})
) -> tuple[CodingExample, ...]:
    """A code that one standing decision keeps and another refuses is kept: it is on the claim.

    `agreement` is a factor of the weight, by coder; 1 for those of whom nothing is known.
    """
    votes: dict[tuple[CodeSystem, str], list[_Vote]] = defaultdict(list)
    for vote in _vote(stored):
        votes[vote.system, vote.compact].append(vote)
    return tuple(_to_example(stored, found, agreement) for _, found in sorted(votes.items()))


def iter_denial_examples(session: Session, as_of: datetime) -> Iterator[DenialExample]:
    """In order of claim_id. Claims without an answer by `as_of` are censored, and voids are no claims."""
    answers = groupby(iter_remittances(session, as_of), key=lambda remittance: remittance.claim_id)
    current = next(answers, None)
    for submitted in iter_submitted(session, as_of):
        claim_id = submitted.claim.claim_id
        while current is not None and current[0] < claim_id:
            current = next(answers, None)
        if current is not None and current[0] == claim_id and (example := label_submitted(submitted, current[1])):
            yield example


def label_submitted(submitted: SubmittedClaim, answers: Iterable[Remittance]) -> DenialExample | None:
    """`answers` come oldest first; one that is split over several remittances makes one history.

    Reversals and corrections after a line's first adjudication change nothing.
    """
    first = find_first_answers(submitted.claim, answers)
    found = {line.line_number: first[line.line_number] for line in submitted.claim.lines if line.line_number in first}
    if not found or submitted.claim.frequency_code == _VOID:
        return None
    known_on = max(day for day, _ in found.values())
    labels = tuple(label_line(line) for _, line in found.values())
    return DenialExample(
        submitted=submitted,
        labelled=LabelledClaim(date_before_answer(submitted.claim, known_on), known_on, labels),
        answers={number: line for number, (_, line) in found.items()},
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


def _to_example(stored: StoredEncounter, votes: list[_Vote], agreement: Mapping[str, float]) -> CodingExample:
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
        weight=max(_weigh(vote.recorded, agreement) for vote in counted),
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


def _weigh(recorded: RecordedDecision, agreement: Mapping[str, float]) -> float:
    seen = VIEWED_WEIGHT if recorded.decision.viewed else UNVIEWED_WEIGHT
    return seen * agreement.get(recorded.decided_by, 1.0)


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
