"""The words of the notes on which a claim line stands: the evidence of what coders accepted or added."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data.claims import Claim, ClaimLine
from data.codes import CodeSystem
from data.decisions import Outcome, RecordedDecision
from data.notes import Encounter, Span
from data.suggestions import Evidence, Rationale, Suggestion, SuggestionSet

_STANDING = frozenset({Outcome.ACCEPTED, Outcome.ADDED})
Billed = tuple[CodeSystem, str]


@dataclass(frozen=True, slots=True)
class Support:
    """Quotes in the order of the notes, and the rules that acted on what was accepted."""

    quotes: tuple[Evidence, ...] = ()
    rationale: tuple[Rationale, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """An encounter with what was suggested for it, and the decisions that stand."""

    encounter: Encounter
    suggestions: SuggestionSet
    standing: tuple[RecordedDecision, ...]

    def support(self, claim: Claim, line: ClaimLine) -> Support:
        """Of the line's procedure and of the diagnoses that it points to."""
        billed = set(_iter_billed(claim, line))
        suggested = {one.suggestion_id: one for one in self.suggestions.suggestions}
        found = [
            (one.decision.evidence, suggested.get(one.decision.suggestion_id or ""))
            for one in self.standing
            if one.decision.outcome in _STANDING and (one.decision.system, one.decision.final_code) in billed
        ]
        return Support(
            quotes=tuple(self._keep_verbatim(_iter_evidence(found))),
            rationale=tuple(dict.fromkeys(rule for _, one in found if one for rule in one.rationale)),
        )

    def _keep_verbatim(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Each once, in the order of the notes; only what stands there word for word."""
        places = {note.document_id: (place, note) for place, note in enumerate(self.encounter.documents)}
        kept = {
            one
            for one in evidence
            if one.document_id in places
            and Span(start=one.start, end=one.end).slice(places[one.document_id][1].text) == one.quote
        }
        return sorted(kept, key=lambda one: (places[one.document_id][0], one.start, one.end))


def _iter_billed(claim: Claim, line: ClaimLine) -> Iterator[Billed]:
    yield line.procedure.code.system, line.procedure.code.dotted
    for pointer in line.diagnosis_pointers:
        if pointer <= len(claim.diagnoses):
            yield CodeSystem.ICD10CM, claim.diagnoses[pointer - 1].dotted


def _iter_evidence(found: Iterable[tuple[tuple[Evidence, ...], Suggestion | None]]) -> Iterator[Evidence]:
    for marked, suggestion in found:
        yield from marked
        yield from suggestion.evidence if suggestion else ()
