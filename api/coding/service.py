"""What the coding routes do."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.acts import Act
from api.answers import check_path_part
from api.coding.checks import check_date_of_service, complete_decisions
from api.coding.claim_draft import draft_claim
from api.coding.schemas import ClaimRequest
from api.errors import ConflictError
from api.model_slots import CodingModel
from api.services import CodeLibrary
from data.claims import Claim
from data.decisions import Decision
from data.notes import Encounter, Profile, Setting
from data.probes import ProbePlan
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import add_encounter, append_decisions, get_encounter
from data.store.errors import NotFoundError
from data.store.probes import add_probe, without_probe
from data.store.released_codes import accept_released
from data.store.session import Store
from data.suggestions import SuggestionSet

NO_PROBES = ProbePlan()


def choose_profile(encounter: Encounter, chosen: Profile | None) -> Profile:
    if chosen is not None:
        return chosen
    return Profile.INPATIENT if encounter.setting is Setting.INPATIENT else Profile.OUTPATIENT


def suggest(coding: CodingModel, encounter: Encounter, profile: Profile, *, now: datetime) -> SuggestionSet:
    check_date_of_service(encounter, now)
    return coding.suggest(encounter, profile)


def suggest_once(
    store: Store, coding: CodingModel, encounter: Encounter, profile: Profile, *, now: datetime
) -> SuggestionSet:
    """An encounter that is stored already keeps its suggestions. No lock is held while the model works."""
    check_path_part("/encounter_id", encounter.encounter_id)
    check_date_of_service(encounter, now)
    with store.reading() as session:
        stored = _find(session, encounter.encounter_id)
    return stored.suggestion_set if stored else coding.suggest(encounter, profile)


def keep_encounter(
    act: Act,
    encounter: Encounter,
    suggestion_set: SuggestionSet,
    profile: Profile,
    plan: ProbePlan = NO_PROBES,
) -> tuple[StoredEncounter, bool]:
    """The stored encounter, and whether it is new. Released codes stand accepted, but none of a spoiled answer.

    Raises ConflictError when the id holds another encounter.
    """
    stored = _find(act.session, encounter.encounter_id)
    if stored is None:
        shown, probe = plan.spoil(suggestion_set)
        added = add_encounter(act.session, encounter, shown, profile, by=act.by, at=act.at)
        if probe is None:
            return accept_released(act.session, added, act.at), True
        add_probe(act.session, probe, by=act.by, at=act.at)
        return added, True
    if (stored.encounter, stored.profile) != (encounter, profile):
        raise ConflictError("another encounter is stored under this encounter_id")
    return stored, False


def view_encounter(act: Act, encounter_id: str) -> StoredEncounter:
    stored = get_encounter(act.session, encounter_id)
    act.record("encounter.viewed", encounter_id)
    return stored


def decide(
    act: Act, encounter_id: str, decisions: tuple[Decision, ...], library: CodeLibrary, *, seen: int
) -> StoredEncounter:
    completed = complete_decisions(get_encounter(act.session, encounter_id), decisions, library)
    return append_decisions(act.session, encounter_id, completed, by=act.by, at=act.at, expected_version=seen)


def draft(act: Act, encounter_id: str, request: ClaimRequest) -> Claim:
    stored = without_probe(act.session, get_encounter(act.session, encounter_id))
    claim = draft_claim(stored, request, on=act.at.date())
    act.record("encounter.claim_drafted", encounter_id)
    return claim


def _find(session: Session, encounter_id: str) -> StoredEncounter | None:
    try:
        return get_encounter(session, encounter_id)
    except NotFoundError:
        return None
