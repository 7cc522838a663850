"""Encounters, suggestions and decisions as rows, and back."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.canonical import canonical_json, format_utc, sha256_hex
from data.decisions import Decision, RecordedDecision, standing_decisions
from data.notes import Encounter, Profile
from data.noun import Identifier, Noun, Positive, UtcTime
from data.store.coding_checks import measure_progress
from data.store.tables import DecisionRow, EncounterRow, NoteRow, SuggestionSetRow
from data.suggestions import SuggestionSet


class StoredEncounter(Noun):
    """`version` changes with every append; `decisions` are in the order in which they were made."""

    encounter: Encounter
    profile: Profile
    suggestion_set: SuggestionSet
    decisions: tuple[RecordedDecision, ...] = ()
    version: Positive
    created_by: Identifier
    created_at: UtcTime

    @property
    def standing(self) -> tuple[RecordedDecision, ...]:
        """What holds now: the last decision on each suggestion and each added code."""
        return standing_decisions(self.decisions)


def to_encounter_row(
    encounter: Encounter, suggestion_set: SuggestionSet, profile: Profile, *, by: str, at: datetime
) -> EncounterRow:
    progress = measure_progress(suggestion_set, ())
    return EncounterRow(
        encounter_id=encounter.encounter_id,
        profile=profile.value,
        setting=encounter.setting.value,
        date_of_service=encounter.date_of_service,
        payer_id=encounter.payer.payer_id if encounter.payer else None,
        content=canonical_json(encounter.model_dump(mode="json", exclude={"documents"})),
        version=1,
        created_by=by,
        created_at=at,
        updated_at=at,
        **progress.model_dump(),
    )


def to_note_rows(encounter: Encounter) -> list[NoteRow]:
    return [
        NoteRow(
            encounter_id=encounter.encounter_id,
            position=position,
            document_id=note.document_id,
            kind=note.kind,
            text=note.text,
            sha256=sha256_hex(note.text),
        )
        for position, note in enumerate(encounter.documents)
    ]


def to_suggestion_row(suggestion_set: SuggestionSet, at: datetime) -> SuggestionSetRow:
    content = canonical_json(suggestion_set)
    return SuggestionSetRow(
        encounter_id=suggestion_set.encounter_id,
        position=0,
        suggestion_set_id=suggestion_set.suggestion_set_id,
        model_version=suggestion_set.model_version,
        content=content,
        sha256=sha256_hex(content),
        created_at=at,
    )


def to_decision_rows(
    stored: StoredEncounter, decisions: Sequence[Decision], *, by: str, at: datetime
) -> list[DecisionRow]:
    """The decision_id is a digest of what was decided where, by whom and when: two stores that saw the same agree."""
    return [
        DecisionRow(
            decision_id=digest_id(stored.encounter.encounter_id, position, decision, by, at),
            encounter_id=stored.encounter.encounter_id,
            position=position,
            encounter_version=stored.version,
            suggestion_set_id=stored.suggestion_set.suggestion_set_id,
            suggestion_id=decision.suggestion_id,
            outcome=decision.outcome.value,
            system=decision.system.value,
            code=decision.code,
            decided_by=by,
            decided_at=at,
            content=canonical_json(decision),
        )
        for position, decision in enumerate(decisions, start=len(stored.decisions))
    ]


def to_recorded(row: DecisionRow) -> RecordedDecision:
    return RecordedDecision(
        decision_id=row.decision_id,
        decision=Decision.model_validate_json(row.content),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def digest_id(subject: str, position: int, decision: Noun, by: str, at: datetime) -> str:
    return sha256_hex(canonical_json([subject, position, decision.model_dump(mode="json"), by, format_utc(at)]))[:32]


def load_encounters(
    session: Session, rows: Sequence[EncounterRow], as_of: datetime | None = None
) -> Iterator[StoredEncounter]:
    """In the order of the rows; with `as_of`, only decisions made before it."""
    ids = [row.encounter_id for row in rows]
    notes = _group(session, select(NoteRow).where(NoteRow.encounter_id.in_(ids)).order_by(NoteRow.position))
    answers = _group(session, select(SuggestionSetRow).where(SuggestionSetRow.encounter_id.in_(ids)))
    query = select(DecisionRow).where(DecisionRow.encounter_id.in_(ids)).order_by(DecisionRow.position)
    if as_of is not None:
        query = query.where(DecisionRow.decided_at < as_of)
    decisions = _group(session, query)
    for row in rows:
        key = row.encounter_id
        yield StoredEncounter(
            encounter=_to_encounter(row, notes[key]),
            profile=Profile(row.profile),
            suggestion_set=SuggestionSet.model_validate_json(answers[key][0].content),
            decisions=tuple(to_recorded(one) for one in decisions[key]),
            version=row.version,
            created_by=row.created_by,
            created_at=row.created_at,
        )


def _group(session: Session, query: Select[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in session.scalars(query):
        groups[row.encounter_id].append(row)
    return groups


def _to_encounter(row: EncounterRow, notes: Sequence[NoteRow]) -> Encounter:
    documents = [{"document_id": note.document_id, "kind": note.kind, "text": note.text} for note in notes]
    return Encounter.model_validate(json.loads(row.content) | {"documents": documents})
