"""The answer to one encounter while it is put together, before its parts get identifiers and ranks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.suggestions import Alternative, Evidence, Query, Rationale, Role, Suggestion, Tier, Withheld, WithheldReason
from models.coding.evidence import find_alternatives, quote_mentions
from models.coding.identity import suggestion_id
from models.coding.policy import ProfilePolicy
from models.coding.recognize import RecognizedCode


@dataclass(frozen=True, slots=True)
class Entry:
    """A suggestion without its identifier and rank; the code is dotted."""

    system: CodeSystem
    code: str
    term: str
    probability: float
    tier: Tier
    role: Role
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Alternative, ...] = ()
    rationale: tuple[Rationale, ...] = ()
    modifiers: tuple[str, ...] = ()
    units: int = 1
    linked_diagnoses: tuple[Icd10Cm, ...] = ()

    def as_suggestion(self, set_id: str, rank: int) -> Suggestion:
        return Suggestion(
            suggestion_id=suggestion_id(set_id, self.system, self.code, self.modifiers),
            system=self.system,
            code=self.code,
            term=self.term,
            probability=min(max(self.probability, 0.0), 1.0),
            tier=self.tier,
            rank=rank,
            role=self.role,
            modifiers=self.modifiers,
            units=self.units,
            linked_diagnoses=self.linked_diagnoses,
            evidence=self.evidence,
            alternatives=self.alternatives,
            rationale=self.rationale,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Entries in the order in which they are listed."""

    entries: tuple[Entry, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    queries: tuple[Query, ...] = ()

    def with_more(self, entries: Iterable[Entry], withheld: Iterable[Withheld], queries: Iterable[Query]) -> Self:
        return replace(
            self,
            entries=(*self.entries, *entries),
            withheld=(*self.withheld, *withheld),
            queries=(*self.queries, *queries),
        )

    def as_suggestions(self, set_id: str) -> tuple[Suggestion, ...]:
        """Each code of a system once, a service once with the same modifiers; ranked as listed."""
        unique = {(entry.system, entry.code, entry.modifiers): entry for entry in reversed(self.entries)}
        ordered = [entry for entry in self.entries if unique[entry.system, entry.code, entry.modifiers] is entry]
        return tuple(entry.as_suggestion(set_id, rank) for rank, entry in enumerate(ordered, start=1))


def show_mentions(found: Sequence[RecognizedCode], code_set: CodeSet, policy: ProfilePolicy) -> Answer:
    """Every recognised code, headers included, by probability: as research corpora are annotated."""
    known = [item for item in found if item.code in code_set][: policy.limit]
    unknown = [item for item in found if item.code not in code_set]
    entries = [
        _to_entry(item, known, code_set, tier, is_first=index == 0)
        for index, item in enumerate(known)
        if (tier := policy.find_tier(item.probability)) is not None
    ]
    return Answer(tuple(entries), tuple(_to_withheld(item) for item in unknown if item.probability >= policy.suggested))


def _to_entry(
    item: RecognizedCode, known: Sequence[RecognizedCode], code_set: CodeSet, tier: Tier, *, is_first: bool
) -> Entry:
    return Entry(
        system=CodeSystem.ICD10CM,
        code=Icd10Cm(item.code).dotted,
        term=code_set.get(item.code).term,
        probability=item.probability,
        tier=tier,
        role=Role.FIRST_LISTED if is_first else Role.SECONDARY,
        evidence=quote_mentions(item.support),
        alternatives=find_alternatives(item, known, code_set) if tier is Tier.SUGGESTED else (),
    )


def _to_withheld(item: RecognizedCode) -> Withheld:
    return Withheld(
        code=Icd10Cm(item.code).dotted,
        reason=WithheldReason.INVALID_ON_DATE,
        evidence=quote_mentions(item.support),
    )
