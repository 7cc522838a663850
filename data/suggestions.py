"""What the coding model answers: suggested codes with the words that support them."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from data.codes import CodeSystem, parse_code
from data.noun import Count, Diagnosis, Identifier, Modifier, Noun, Positive, Probability


class Tier(StrEnum):
    """suggested: meant to be right; candidate: worth a look."""

    SUGGESTED = "suggested"
    CANDIDATE = "candidate"


class Role(StrEnum):
    FIRST_LISTED = "first_listed"
    SECONDARY = "secondary"
    PROCEDURE = "procedure"


class WithheldReason(StrEnum):
    NEGATED = "negated"
    FAMILY = "family"
    HISTORICAL = "historical"
    UNCERTAIN = "uncertain"
    HYPOTHETICAL = "hypothetical"
    INTEGRAL_SYMPTOM = "integral_symptom"
    EXCLUDED = "excluded"
    SUPERSEDED = "superseded"
    INVALID_ON_DATE = "invalid_on_date"


class Evidence(Noun):
    """Words of a note: `note.text[start:end] == quote`."""

    document_id: Identifier
    start: Count
    end: Count
    quote: Annotated[str, Field(min_length=1, repr=False)]

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError("the quote is as long as its span")
        return self


class Alternative(Noun):
    code: str
    term: str
    probability: Probability


class Rationale(Noun):
    """A guideline rule that acted on a suggestion, with the section that it comes from."""

    rule_id: str
    text: str
    source: str


class Suggestion(Noun):
    suggestion_id: Identifier
    system: CodeSystem
    code: str
    term: str
    probability: Probability
    tier: Tier
    rank: Positive
    role: Role
    modifiers: tuple[Modifier, ...] = ()
    units: Positive = 1
    linked_diagnoses: tuple[Diagnosis, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    rationale: tuple[Rationale, ...] = ()

    @model_validator(mode="after")
    def _check_code(self) -> Self:
        if parse_code(self.system, self.code).dotted != self.code:
            raise ValueError("a suggested code is written as the system prints it")
        return self


class Withheld(Noun):
    """A code that was recognised and deliberately not suggested."""

    code: str
    reason: WithheldReason
    evidence: tuple[Evidence, ...] = ()


class Query(Noun):
    """A non-leading question to the provider about a fact that the notes leave open."""

    about: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    would_change: tuple[str, ...] = ()


class SuggestionSet(Noun):
    encounter_id: Identifier
    suggestion_set_id: Identifier
    model_version: str
    code_set_releases: dict[str, str]
    suggestions: tuple[Suggestion, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    queries: tuple[Query, ...] = ()
