"""What the guideline rules read and give: drafts of suggestions, and what they know of the visit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from spacy.tokens import Doc

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.notes import Patient, Profile, Setting
from data.suggestions import Evidence, Query, Rationale, Role, Withheld, WithheldReason
from models.coding.assertion import Assertion
from models.coding.guidelines.tables import Codes
from models.coding.headers import SectionKind


@dataclass(frozen=True, slots=True)
class DraftMention:
    """Words of a note that speak for a code, and how they are meant. `weight`: how strongly, beside its other words."""

    evidence: Evidence
    assertion: Assertion = field(default_factory=Assertion)
    section: SectionKind = SectionKind.OTHER
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A code on its way to becoming a suggestion. `probability` is calibrated; rules change drafts, never in place."""

    code: Icd10Cm
    probability: float
    mentions: tuple[DraftMention, ...] = ()
    alternatives: tuple[Icd10Cm, ...] = ()
    rationale: tuple[Rationale, ...] = ()
    role: Role = Role.SECONDARY

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(dict.fromkeys(mention.evidence for mention in self.mentions))

    def because(self, *rationale: Rationale) -> Self:
        return replace(self, rationale=tuple(dict.fromkeys((*self.rationale, *rationale))))

    def recoded(self, code: Icd10Cm, *rationale: Rationale, keep_as_alternative: bool = False) -> Self:
        """The same finding under another code."""
        kept = (self.code,) if keep_as_alternative else ()
        alternatives = tuple(other for other in dict.fromkeys((*self.alternatives, *kept)) if other != code)
        return replace(self, code=code, alternatives=alternatives).because(*rationale)


@dataclass(frozen=True)
class CodingContext:
    """The visit that is coded. `documents` come from read_note; `code_set` is the release in force, None when unknown.

    A draft below `min_probability` displaces no other draft.
    """

    profile: Profile
    setting: Setting
    date_of_service: date
    patient: Patient
    code_set: CodeSet | None
    documents: tuple[Doc, ...] = ()
    min_probability: float = 0.3


@dataclass(frozen=True)
class GuidelineOutcome:
    """Drafts in the order of the list, what was withheld and why, and questions to the provider."""

    drafts: tuple[Draft, ...]
    withheld: tuple[Withheld, ...] = field(default=())
    queries: tuple[Query, ...] = field(default=())

    @property
    def codes(self) -> frozenset[str]:
        """The compact codes of the drafts."""
        return frozenset(draft.code.compact for draft in self.drafts)

    def acting(self, context: CodingContext, codes: Codes | None = None) -> tuple[Draft, ...]:
        """The drafts, of these codes, that are probable enough to act on others."""
        likely = (draft for draft in self.drafts if draft.probability >= context.min_probability)
        return tuple(draft for draft in likely if codes is None or draft.code in codes)

    def with_drafts(self, drafts: Iterable[Draft]) -> Self:
        return replace(self, drafts=_merge(drafts))

    def add(self, *made: Draft) -> Self:
        """Puts drafts behind the others, or into those of the same code."""
        return self.with_drafts((*self.drafts, *made))

    def withhold(self, gone: Iterable[Draft], reason: WithheldReason) -> Self:
        """Takes drafts out of the list and says why."""
        gone = tuple(gone)
        found = tuple(Withheld(code=draft.code.dotted, reason=reason, evidence=draft.evidence) for draft in gone)
        kept = tuple(draft for draft in self.drafts if draft not in gone)
        return replace(self, drafts=kept, withheld=tuple(dict.fromkeys((*self.withheld, *found))))

    def exchange(self, old: Draft, *new: Draft) -> Self:
        """Puts drafts in the place of another, merging those of the same code."""
        return self.with_drafts(each for draft in self.drafts for each in (new if draft is old else (draft,)))

    def ask(self, *queries: Query) -> Self:
        return replace(self, queries=tuple(dict.fromkeys((*self.queries, *queries))))


Rule = Callable[[GuidelineOutcome, CodingContext], GuidelineOutcome]


def _merge(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """One draft a code, at the place of its first; the higher probability and the words of all count."""
    merged: dict[Icd10Cm, Draft] = {}
    for draft in drafts:
        first = merged.get(draft.code)
        merged[draft.code] = _join(first, draft) if first else draft
    return tuple(merged.values())


def _join(first: Draft, other: Draft) -> Draft:
    return replace(
        first,
        probability=max(first.probability, other.probability),
        mentions=tuple(dict.fromkeys((*first.mentions, *other.mentions))),
        alternatives=tuple(dict.fromkeys((*first.alternatives, *other.alternatives))),
    ).because(*other.rationale)
