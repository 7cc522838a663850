"""Probes of automation bias: now and then an answer is spoiled on purpose, to see whether coders still read the note.

A planted code is wrong: the least likely reading of a diagnosis of which the model is sure. A withheld one is a
secondary diagnosis of which the model is sure. An encounter has at most one probe; only auditors learn of it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from data.codes import CodeSystem
from data.noun import Identifier, Noun
from data.suggestions import Alternative, Role, Suggestion, SuggestionSet, Tier

_SURE = 0.9
_UNLIKELY = 0.1


class ProbeKind(StrEnum):
    PLANTED = "planted"
    WITHHELD = "withheld"


class Probe(Noun):
    """`suggestion_id` is the planted suggestion's, or the one that was left out; `answer` is the model's own answer."""

    encounter_id: Identifier
    kind: ProbeKind
    suggestion_id: Identifier
    system: CodeSystem
    code: str
    answer: SuggestionSet


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """`share` of encounters is probed, chosen by the seed: whoever does not know it can't tell which."""

    share: float = 0.0
    seed: str = ""

    def spoil(self, answer: SuggestionSet) -> tuple[SuggestionSet, Probe | None]:
        """What is shown, and the probe in it, None for most answers."""
        if self._draw("chosen", answer) >= self.share:
            return answer, None
        ways = [_withhold, _plant] if self._draw("kind", answer) < 0.5 else [_plant, _withhold]
        spoiled = (way(answer) for way in ways)
        return next((one for one in spoiled if one is not None), (answer, None))

    def _draw(self, what: str, answer: SuggestionSet) -> float:
        """Uniform in [0, 1)."""
        digest = hashlib.sha256(f"{self.seed}\x00{what}\x00{answer.encounter_id}".encode()).digest()
        return int.from_bytes(digest[:7]) / 2**56


def _withhold(answer: SuggestionSet) -> tuple[SuggestionSet, Probe] | None:
    chosen = next((one for one in _sure(answer) if one.role is Role.SECONDARY), None)
    if chosen is None:
        return None
    kept = [one for one in answer.suggestions if one is not chosen]
    return _show(answer, kept), _probe(answer, ProbeKind.WITHHELD, chosen)


def _plant(answer: SuggestionSet) -> tuple[SuggestionSet, Probe] | None:
    taken = {one.code for one in answer.suggestions} | {one.code for one in answer.withheld}
    for donor in _sure(answer):
        others = [other for other in donor.alternatives if other.code not in taken and other.probability <= _UNLIKELY]
        if others:
            wrong = _disguise(donor, min(others, key=lambda other: (other.probability, other.code)))
            place = answer.suggestions.index(donor) + 1
            shown = [*answer.suggestions[:place], wrong, *answer.suggestions[place:]]
            return _show(answer, shown), _probe(answer, ProbeKind.PLANTED, wrong)
    return None


def _sure(answer: SuggestionSet) -> Iterator[Suggestion]:
    for one in answer.suggestions:
        if one.system is CodeSystem.ICD10CM and one.tier is Tier.SUGGESTED and one.probability >= _SURE:
            yield one


def _disguise(donor: Suggestion, other: Alternative) -> Suggestion:
    """Looks as the donor does: its evidence, nearly its probability."""
    digest = hashlib.sha256(f"{donor.suggestion_id} {other.code}".encode()).hexdigest()
    return donor.model_copy(
        update={
            "suggestion_id": digest[: len(donor.suggestion_id)] if len(donor.suggestion_id) >= 8 else digest[:16],
            "code": other.code,
            "term": other.term,
            "probability": round(donor.probability - 0.02, 4),
            "role": Role.SECONDARY,
            "alternatives": (),
            "rationale": (),
        }
    )


def _show(answer: SuggestionSet, suggestions: list[Suggestion]) -> SuggestionSet:
    ranked = (one.model_copy(update={"rank": rank}) for rank, one in enumerate(suggestions, start=1))
    return answer.model_copy(update={"suggestions": tuple(ranked)})


def _probe(answer: SuggestionSet, kind: ProbeKind, about: Suggestion) -> Probe:
    return Probe(
        encounter_id=answer.encounter_id,
        kind=kind,
        suggestion_id=about.suggestion_id,
        system=about.system,
        code=about.code,
        answer=answer,
    )
