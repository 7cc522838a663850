"""What an encounter and the decisions on it must keep to beyond their shape."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from api.clock import latest_today
from api.errors import FieldProblem, InvalidError, invalid
from api.services import CodeLibrary
from data.codes import CodeSystem, parse_code
from data.decisions import Decision, Outcome
from data.notes import Encounter
from data.store.encounter_rows import StoredEncounter
from data.suggestions import Suggestion

# HIPAA required ICD-10-CM for services from this day on.
ICD10CM_START = date(2015, 10, 1)


def check_date_of_service(encounter: Encounter, now: datetime) -> None:
    """Raises InvalidError for a day that has not come yet, and for one that ICD-9 coded."""
    if encounter.date_of_service > latest_today(now):
        raise invalid("/date_of_service", "date_in_future", "a day that has come")
    if encounter.date_of_service < ICD10CM_START:
        raise invalid("/date_of_service", "date_too_early", f"{ICD10CM_START} or later, when ICD-10-CM began")


def complete_decisions(
    stored: StoredEncounter, decisions: Sequence[Decision], library: CodeLibrary
) -> tuple[Decision, ...]:
    """Decisions as they are kept: codes as the system prints them, and what an acceptance leaves out as suggested.

    Raises InvalidError for evidence that is not in the notes, and for a chosen code that no coder could bill that day.
    """
    problems = [
        problem
        for position, decision in enumerate(decisions)
        for problem in (*_check_evidence(position, decision, stored), *_check_code(position, decision, stored, library))
    ]
    if problems:
        raise InvalidError(errors=problems)
    suggestions = {suggestion.suggestion_id: suggestion for suggestion in stored.suggestion_set.suggestions}
    return tuple(_complete(decision, suggestions.get(decision.suggestion_id or "")) for decision in decisions)


def _check_evidence(position: int, decision: Decision, stored: StoredEncounter) -> Iterator[FieldProblem]:
    texts = {note.document_id: note.text for note in stored.encounter.documents}
    for number, piece in enumerate(decision.evidence):
        if texts.get(piece.document_id, "")[piece.start : piece.end] != piece.quote:
            pointer = f"/decisions/{position}/evidence/{number}"
            yield _field(pointer, "not_in_notes", "words that stand in the notes at their place")


def _check_code(
    position: int, decision: Decision, stored: StoredEncounter, library: CodeLibrary
) -> Iterator[FieldProblem]:
    """Only codes that the coder brought; without a release for the day nothing can be said."""
    if decision.outcome not in (Outcome.ADDED, Outcome.REPLACED):
        return
    field = "replaced_by" if decision.outcome is Outcome.REPLACED else "code"
    release = library.release_on(decision.system, stored.encounter.date_of_service)
    if release is None:
        return
    entry = release.find(parse_code(decision.system, decision.replaced_by or decision.code).compact)
    if entry is None:
        yield _field(f"/decisions/{position}/{field}", "unknown_code", "a code in force on the date of service")
    elif not entry.is_billable:
        yield _field(f"/decisions/{position}/{field}", "not_billable", "a code with all its characters")


def _complete(decision: Decision, suggestion: Suggestion | None) -> Decision:
    changes: dict[str, object] = {"code": _dotted(decision.system, decision.code)}
    if decision.replaced_by is not None:
        changes["replaced_by"] = _dotted(decision.system, decision.replaced_by)
    if decision.outcome is Outcome.ACCEPTED and suggestion is not None:
        given = decision.model_fields_set
        changes |= {name: getattr(suggestion, name) for name in ("modifiers", "units") if name not in given}
    return decision.model_copy(update=changes)


def _dotted(system: CodeSystem, text: str) -> str:
    return parse_code(system, text).dotted


def _field(pointer: str, rule: str, expected: str) -> FieldProblem:
    return FieldProblem(location="body", pointer=pointer, rule=rule, expected=expected)
