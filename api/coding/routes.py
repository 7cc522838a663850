"""Encounters: suggest, decide, draft the claim."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Response

from api import examples
from api.acts import Acting, Writing
from api.answers import answer, to_location
from api.coding import service
from api.coding.grouping import EncounterGrouping, group_stored
from api.coding.risk import RiskCategories, find_risk_categories
from api.coding.schemas import ClaimRequest, DecisionBatch, EncounterRecord, SuggestionRequest
from api.dependencies import (
    ChosenProfile,
    ClaimDrafter,
    Coder,
    Coding,
    CodingQueueReader,
    CodingReader,
    CodingTrier,
    Cursor,
    JsonOnly,
    Library,
    Limit,
    LoadedGrouper,
    LoadedRiskAdjustment,
    LoadedSettings,
    LoadedStore,
    Now,
    Reading,
)
from api.openapi import CHANGE, ETAG, MODEL_READ, MODEL_WRITE, READ, WRITE, problems
from api.preconditions import SeenVersion
from api.raw_path import EncounterId
from data.claims import Claim
from data.notes import Encounter
from data.probes import ProbePlan
from data.stays import HOME, DischargeStatus
from data.store.encounters import CodingOrder, CodingTask, list_coding_worklist
from data.store.paging import Page
from data.store.timelines import EncounterTimeline, read_encounter_timeline
from data.suggestions import SuggestionSet

router = APIRouter(prefix="/v1", tags=["coding"], dependencies=[JsonOnly])


@router.post(
    "/encounters",
    status_code=201,
    response_model=SuggestionSet,
    summary="Store an encounter and suggest its codes",
    responses={200: {"model": SuggestionSet, "description": "The same encounter is stored already."}, **MODEL_WRITE},
)
def create_encounter(
    _user: Coder,
    encounter: Annotated[Encounter, Body(examples=[examples.ENCOUNTER])],
    store: LoadedStore,
    coding: Coding,
    settings: LoadedSettings,
    write: Writing,
    chosen: ChosenProfile = None,
) -> Response:
    """The suggestions are kept as they are; asking again with the same encounter gives the same ones."""
    profile = service.choose_profile(encounter, chosen)
    suggested = service.suggest_once(store, coding, encounter, profile, now=write.at)

    def keep() -> Response:
        plan = ProbePlan(settings.probe_share, settings.probe_seed)
        stored, is_new = service.keep_encounter(write, encounter, suggested, profile, plan)
        status, location = (201 if is_new else 200), to_location("v1", "encounters", encounter.encounter_id)
        return answer(stored.suggestion_set, status=status, version=stored.version, location=location)

    return write.once(keep)


@router.get(
    "/encounters/{encounter_id}",
    response_model=EncounterRecord,
    summary="Read an encounter with its suggestions and decisions",
    responses={200: {"headers": ETAG}, **READ},
)
def read_encounter(_user: CodingReader, encounter_id: EncounterId, act: Acting) -> Response:
    """The audit log records who looked."""
    stored = service.view_encounter(act, encounter_id)
    return answer(EncounterRecord.of(stored), version=stored.version)


@router.get("/encounters/{encounter_id}/history", summary="Read what happened to an encounter", responses=READ)
def read_encounter_history(_user: CodingReader, encounter_id: EncounterId, act: Acting) -> EncounterTimeline:
    """The first suggestions and every decision, with what each changed of the one before. Looking is recorded."""
    timeline = read_encounter_timeline(act.session, encounter_id)
    act.record("encounter.viewed", encounter_id)
    return timeline


@router.post(
    "/encounters/{encounter_id}/decisions",
    status_code=201,
    response_model=EncounterRecord,
    summary="Decide on suggestions, or add codes",
    responses=CHANGE,
)
def decide(
    _user: Coder,
    encounter_id: EncounterId,
    batch: Annotated[DecisionBatch, Body(examples=[examples.DECISIONS])],
    seen: SeenVersion,
    library: Library,
    write: Writing,
) -> Response:
    """Appended together or not at all. Who decided comes from the credentials, when from the clock."""

    def append() -> Response:
        stored = service.decide(write, encounter_id, batch.decisions, library, seen=seen)
        return answer(EncounterRecord.of(stored), status=201, version=stored.version)

    return write.once(append)


@router.post("/encounters/{encounter_id}/claim", summary="Draft a claim out of the accepted codes", responses=WRITE)
def draft_claim(
    _user: ClaimDrafter,
    encounter_id: EncounterId,
    act: Acting,
    request: Annotated[ClaimRequest | None, Body(examples=[examples.CLAIM_REQUEST])] = None,
) -> Claim:
    """Diagnoses in sequence, a line for each procedure. The draft is not stored: `POST /v1/claims` does that."""
    return service.draft(act, encounter_id, request or ClaimRequest())


@router.get(
    "/encounters/{encounter_id}/drg",
    summary="Group an inpatient encounter into its MS-DRG",
    responses=problems(404, 409, 422, 503),
)
def read_drg(
    _user: CodingReader,
    encounter_id: EncounterId,
    act: Acting,
    store: LoadedStore,
    grouper: LoadedGrouper,
    discharge_status: Annotated[DischargeStatus, Query(description="UB-04 form locator 17; 01 is home.")] = HOME,
) -> EncounterGrouping:
    """By the accepted codes, before there are any by the suggested ones; with what each secondary diagnosis changes.
    Looking is recorded."""
    grouping = group_stored(store, grouper, encounter_id, discharge_status)
    act.record("encounter.viewed", encounter_id)
    return grouping


@router.get(
    "/encounters/{encounter_id}/risk-categories",
    summary="List the risk adjustment categories of an encounter's diagnoses",
    responses=READ,
)
def list_risk_categories(
    _user: CodingReader, encounter_id: EncounterId, act: Acting, risk_adjustment: LoadedRiskAdjustment
) -> RiskCategories:
    """CMS-HCC V28, of suggested and added diagnoses; it takes no part in what is suggested. Looking is recorded."""
    stored = service.view_encounter(act, encounter_id)
    return RiskCategories(risk_categories=find_risk_categories(risk_adjustment, stored))


@router.post("/suggestions", summary="Suggest codes and keep nothing", responses=MODEL_READ)
def suggest(
    _user: CodingTrier,
    request: Annotated[SuggestionRequest, Body(examples=[examples.ENCOUNTER])],
    coding: Coding,
    now: Now,
    chosen: ChosenProfile = None,
) -> SuggestionSet:
    profile = service.choose_profile(request, chosen or request.profile)
    return service.suggest(coding, request.to_encounter(), profile, now=now)


@router.get(
    "/worklists/coding", tags=["worklists"], summary="Encounters that wait for a coder", responses=problems(422)
)
def list_coding(
    _user: CodingQueueReader,
    session: Reading,
    cursor: Cursor = None,
    limit: Limit = 50,
    order: CodingOrder = CodingOrder.OLDEST,
) -> Page[CodingTask]:
    return list_coding_worklist(session, cursor=cursor, limit=limit, order=order)
