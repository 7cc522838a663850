"""The coder's page: notes, suggestions, what was decided."""

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Response

from api.acts import Acting
from api.answers import to_etag
from api.coding.grouping import group_encounter
from api.coding.risk import find_risk_categories
from api.coding.service import view_encounter
from api.dependencies import Coder, LoadedServices
from api.errors import ConflictError, UnavailableError
from api.raw_path import EncounterId
from api.services import Services
from api.workbench.coding_views import (
    AddedView,
    EncounterView,
    GroupView,
    NoteView,
    QueryView,
    SuggestionGroup,
    SuggestionView,
    WithheldView,
)
from api.workbench.formats import words
from api.workbench.note_parts import Mark, cut_note, find_marks, name_suggestions
from api.workbench.pages import PageRoute, SharedShell, page
from api.workbench.returned import find_returned
from api.workbench.terms import Terms
from api.workbench.views import OPEN, Shell, Standing
from data.codes import CodeSystem
from data.decisions import Reason, RecordedDecision
from data.notes import Note, Setting
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import get_encounter
from data.suggestions import Suggestion, SuggestionSet, Tier, Withheld
from models.coding.sections import find_sections
from models.grouping.risk_categories import RiskAdjustment, RiskCategory

router = APIRouter(route_class=PageRoute)

_BLANK = AddedView("", "", "", Standing("added"))


@router.get("/coding/{encounter_id}")
def show_encounter(
    _user: Coder, shell: SharedShell, services: LoadedServices, act: Acting, encounter_id: EncounterId
) -> Response:
    """The audit log records who looked."""
    drg = _view_group(services, encounter_id)
    stored = view_encounter(act, encounter_id)
    terms = Terms(services.library, services.search, stored.encounter.date_of_service)
    view = build_encounter_view(stored, terms, services.risk_adjustment, drg)
    return page(
        "encounter.html",
        shell,
        view=view,
        state=_state(stored, shell),
        reasons=tuple(Reason),
        blank_added=_BLANK,
        returned=find_returned(act.session, encounter_id),
    )


def build_encounter_view(
    stored: StoredEncounter, terms: Terms, risk_adjustment: RiskAdjustment, drg: GroupView | None
) -> EncounterView:
    suggestions = stored.suggestion_set
    categories = find_risk_categories(risk_adjustment, stored)
    return EncounterView(
        encounter=stored.encounter,
        profile=stored.profile,
        model_version=suggestions.model_version,
        notes=tuple(_view_note(note, suggestions) for note in stored.encounter.documents),
        groups=_group(stored, terms, categories),
        withheld=tuple(
            WithheldView(f"w{number}", item, _withheld_term(item, terms))
            for number, item in enumerate(suggestions.withheld, start=1)
        ),
        queries=tuple(QueryView(f"q{number}", query) for number, query in enumerate(suggestions.queries, start=1)),
        releases=tuple(sorted(suggestions.code_set_releases.items())),
        drg=drg,
    )


def _view_group(services: Services, encounter_id: str) -> GroupView | None:
    """None for what is no inpatient stay. No lock is held while a grouper reads its tables."""
    with services.store.reading() as session:
        stored = get_encounter(session, encounter_id)
    if stored.encounter.setting is not Setting.INPATIENT:
        return None
    try:
        return GroupView(group_encounter(services.grouper, stored))
    except (ConflictError, UnavailableError) as error:
        return GroupView(None, str(error))


def _view_note(note: Note, suggestions: SuggestionSet) -> NoteView:
    headings = [section.header for section in find_sections(note.text) if section.header]
    marks: Sequence[Mark] = find_marks(suggestions, note.document_id)
    return NoteView(note.document_id, words(note.kind), cut_note(note.text, marks, headings))


def _group(
    stored: StoredEncounter, terms: Terms, categories: Sequence[RiskCategory]
) -> tuple[SuggestionGroup, SuggestionGroup]:
    standing = {recorded.decision.suggestion_id: recorded for recorded in stored.standing}
    rows = [
        SuggestionView(
            key,
            suggestion,
            _to_standing(standing.get(suggestion.suggestion_id)),
            tuple(one for one in categories if _is_of(one, suggestion)),
        )
        for key, suggestion in name_suggestions(stored.suggestion_set)
    ]
    added = [_to_added(recorded, terms) for recorded in stored.standing if recorded.decision.suggestion_id is None]
    return (
        _pick("diagnoses", "Diagnoses", rows, added, lambda system: system == CodeSystem.ICD10CM),
        _pick("procedures", "Procedures", rows, added, lambda system: system != CodeSystem.ICD10CM),
    )


def _is_of(category: RiskCategory, suggestion: Suggestion) -> bool:
    return suggestion.system is CodeSystem.ICD10CM and category.code.dotted == suggestion.code


def _pick(
    name: str,
    title: str,
    rows: Sequence[SuggestionView],
    added: Sequence[AddedView],
    belongs: Callable[[str], bool],
) -> SuggestionGroup:
    chosen = [row for row in rows if belongs(row.suggestion.system)]
    return SuggestionGroup(
        name=name,
        title=title,
        suggested=tuple(row for row in chosen if row.suggestion.tier is Tier.SUGGESTED),
        candidates=tuple(row for row in chosen if row.suggestion.tier is Tier.CANDIDATE),
        added=tuple(row for row in added if belongs(row.system)),
    )


def _to_standing(recorded: RecordedDecision | None) -> Standing:
    if recorded is None:
        return OPEN
    decision = recorded.decision
    return Standing(
        outcome=decision.outcome.value,
        code=decision.final_code or "",
        reason=decision.reason.value if decision.reason else "",
        decided_by=recorded.decided_by,
        decided_at=recorded.decided_at,
    )


def _to_added(recorded: RecordedDecision, terms: Terms) -> AddedView:
    decision = recorded.decision
    term = terms.find(decision.system, decision.code)
    return AddedView(decision.system, decision.code, term, _to_standing(recorded), decision.evidence)


def _withheld_term(item: Withheld, terms: Terms) -> str:
    """A withheld code names no system; most are diagnoses."""
    systems = (CodeSystem.ICD10CM, CodeSystem.CPT, CodeSystem.HCPCS)
    return next(filter(None, (terms.find(system, item.code) for system in systems)), "")


def _state(stored: StoredEncounter, shell: Shell) -> Mapping[str, object]:
    """What the page's script starts from."""
    return {
        "encounter_id": stored.encounter.encounter_id,
        "date_of_service": stored.encounter.date_of_service.isoformat(),
        "etag": to_etag(stored.version),
        "seen": len(stored.decisions),
        "decisions": [recorded.decision.model_dump(mode="json") for recorded in stored.standing],
        "can_bill": shell.can_bill,
    }
