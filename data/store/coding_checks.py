"""What must fit together before it is kept: suggestions and notes, decisions and suggestions."""

from collections.abc import Iterable, Sequence

from data.codes import parse_code
from data.decisions import Decision, Outcome, RecordedDecision, standing_decisions
from data.notes import Encounter
from data.noun import Noun
from data.store.errors import MismatchError
from data.suggestions import Evidence, Query, Suggestion, SuggestionSet, Tier, Withheld


class Progress(Noun):
    undecided: int
    lowest_probability: float
    is_decided: bool


def check_suggestions(encounter: Encounter, suggestion_set: SuggestionSet) -> None:
    """Raises MismatchError unless the set is about this encounter and each quote stands where it says."""
    if suggestion_set.encounter_id != encounter.encounter_id:
        raise MismatchError("the suggestions are for another encounter")
    ids = [suggestion.suggestion_id for suggestion in suggestion_set.suggestions]
    if len(set(ids)) != len(ids):
        raise MismatchError("suggestion_id must be unique within a set")
    _check_quotes(encounter, _all_evidence(suggestion_set))


def check_decisions(encounter: Encounter, suggestion_set: SuggestionSet, decisions: Sequence[Decision]) -> None:
    """Raises MismatchError unless each decision is about a suggestion of the set, with its code, or adds one."""
    if not decisions:
        raise MismatchError("at least one decision is expected")
    _check_quotes(encounter, [piece for decision in decisions for piece in decision.evidence])
    suggested = {one.suggestion_id: (one.system, one.code) for one in suggestion_set.suggestions}
    for decision in decisions:
        if decision.suggestion_id is None:
            continue
        if decision.suggestion_id not in suggested:
            raise MismatchError("the decision is about no suggestion of this encounter")
        if suggested[decision.suggestion_id] != (decision.system, parse_code(decision.system, decision.code).dotted):
            raise MismatchError("the decision names another code than its suggestion")


def measure_progress(suggestion_set: SuggestionSet, decisions: Sequence[RecordedDecision]) -> Progress:
    """Deferred is undecided, and so is an encounter that nobody has touched."""
    settled = {
        one.decision.suggestion_id
        for one in standing_decisions(decisions)
        if one.decision.outcome is not Outcome.DEFERRED
    }
    open_probabilities = [
        one.probability
        for one in suggestion_set.suggestions
        if one.tier is Tier.SUGGESTED and one.suggestion_id not in settled
    ]
    return Progress(
        undecided=len(open_probabilities),
        lowest_probability=min(open_probabilities, default=0.0),
        is_decided=bool(decisions) and not open_probabilities,
    )


def _check_quotes(encounter: Encounter, evidence: Iterable[Evidence]) -> None:
    texts = {note.document_id: note.text for note in encounter.documents}
    for piece in evidence:
        if texts.get(piece.document_id, "")[piece.start : piece.end] != piece.quote:
            raise MismatchError("a quote is not in the notes at its place")


def _all_evidence(suggestion_set: SuggestionSet) -> list[Evidence]:
    owners: list[Suggestion | Withheld | Query] = [
        *suggestion_set.suggestions,
        *suggestion_set.withheld,
        *suggestion_set.queries,
    ]
    return [piece for owner in owners for piece in owner.evidence]
