"""What the coding routes read and answer besides the nouns."""

from typing import Annotated, Self

from pydantic import Field

from data.codes import CodeSystem
from data.decisions import Decision, RecordedDecision
from data.notes import Encounter, Payer, Profile
from data.noun import Cents, Identifier, IsoDate, Noun, Positive, UtcTime
from data.store.encounter_rows import StoredEncounter
from data.suggestions import SuggestionSet


class EncounterRecord(SuggestionSet):
    """A stored encounter: what was suggested for it, and all that was decided."""

    encounter: Encounter
    profile: Profile
    decisions: tuple[RecordedDecision, ...]
    version: Positive
    created_by: Identifier
    created_at: UtcTime

    @classmethod
    def of(cls, stored: StoredEncounter) -> Self:
        kept = {name: value for name, value in stored if name != "suggestion_set"}
        return cls(**dict(stored.suggestion_set), **kept)


class SuggestionRequest(Encounter):
    """An encounter to suggest codes for without keeping it; the query's profile goes before the body's."""

    profile: Profile | None = None

    def to_encounter(self) -> Encounter:
        return Encounter(**{name: getattr(self, name) for name in Encounter.model_fields})


class DecisionBatch(Noun):
    """Decisions that are recorded together or not at all."""

    decisions: Annotated[tuple[Decision, ...], Field(min_length=1, max_length=500, fail_fast=True)]


class Charge(Noun):
    """What the practice charges for one unit of a service."""

    system: CodeSystem
    code: Annotated[str, Field(min_length=1, max_length=8)]
    charge_cents: Cents


class ClaimRequest(Noun):
    """What a draft claim needs and an encounter does not hold; all of it may follow later."""

    claim_id: Identifier | None = None
    patient_id: Identifier | None = None
    payer: Payer | None = None
    billing_npi: Annotated[str, Field(max_length=20)] = ""
    rendering_npi: Annotated[str, Field(max_length=20)] = ""
    rendering_taxonomy: Annotated[str, Field(max_length=20)] = ""
    prior_authorization: Annotated[str, Field(max_length=50)] | None = None
    prepared_on: IsoDate | None = None
    charges: Annotated[tuple[Charge, ...], Field(max_length=999, fail_fast=True)] = ()
