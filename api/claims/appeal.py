"""A denied claim with what contests the denial."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from api.acts import Act
from api.claims.overturn import find_prior
from api.claims.service import view_claim
from api.services import CodeLibrary, Services
from data.appeal_asks import Recourse
from data.appeals import Appeal, DeniedLine
from data.catalogue import load_catalogue
from data.claims import Claim
from data.codes import CodeSystem
from data.deadlines import Contracts
from data.decisions import ClaimOutcome
from data.denials import find_refusals
from data.remittances import Remittance
from data.store.appeals import iter_appealed
from data.store.claims import StoredClaim
from data.store.encounters import get_encounter
from data.store.errors import NotDeniedError, NotFoundError
from data.store.probes import without_probe
from data.store.remittances import find_remittances
from models.appeal.denied_lines import WRITTEN, describe_refusal, find_line
from models.appeal.letter import Facts, write_letter
from models.appeal.odds import NO_ODDS, find_odds, judge_appeal
from models.appeal.own_rates import AppealOutcome
from models.appeal.support import Chart, Support

_find_catalogue = cache(load_catalogue)


def view_appeal(act: Act, claim_id: str, services: Services) -> Appeal:
    """Raises NotFoundError, or NotDeniedError. The audit log records who looked at the claim, and at its chart."""
    stored = view_claim(act, claim_id)
    claim, answers = stored.claim, find_remittances(act.session, claim_id)
    refusals = find_refusals(claim, answers)
    if not refusals:
        raise NotDeniedError
    denied = tuple(describe_refusal(claim, one) for one in refusals)
    contracts = services.contracts()
    outcomes = _iter_outcomes(act.session, claim.payer.payer_id)
    odds = find_odds(claim, refusals, outcomes, find_prior(services.registry))
    written = tuple(line for line in denied if line.recourse in WRITTEN)
    facts = _gather(act, stored, written, answers, contracts, services.library)
    return Appeal(
        claim_id=claim_id,
        is_appealable=any(line.recourse is Recourse.APPEAL for line in denied),
        denied=denied,
        denied_cents=sum(line.denied_cents for line in denied),
        file_by=contracts.file_by(claim),
        appeal_by=contracts.appeal_by(claim, answers) if written else None,
        odds=odds,
        odds_note="" if odds else NO_ODDS,
        letter=write_letter(facts) if written else None,
        appealed_at=_decided_at(stored, ClaimOutcome.APPEALED, -1),
    )


def _iter_outcomes(session: Session, payer_id: str) -> Iterable[AppealOutcome]:
    for appealed in iter_appealed(session, payer_id):
        yield from judge_appeal(appealed.claim, appealed.answers, appealed.appealed_at.date())


def _gather(
    act: Act,
    stored: StoredClaim,
    written: tuple[DeniedLine, ...],
    answers: tuple[Remittance, ...],
    contracts: Contracts,
    library: CodeLibrary,
) -> Facts:
    claim, chart = stored.claim, _view_chart(act, stored.claim)
    numbers = [answer.payer_control_number for answer in answers if answer.payer_control_number]
    sent_at = _decided_at(stored, ClaimOutcome.SUBMITTED, 0)
    return Facts(
        claim=claim,
        lines=written,
        services=_name_services(claim),
        titles=_title_diagnoses(claim, library),
        supports=_find_supports(claim, written, chart) if chart else {},
        documents={note.document_id: note.kind for note in chart.encounter.documents} if chart else {},
        payer_number=numbers[-1] if numbers else claim.payer_control_number,
        submitted_on=sent_at.date() if sent_at else None,
        file_by=contracts.file_by(claim),
    )


def _view_chart(act: Act, claim: Claim) -> Chart | None:
    """None where the encounter is not kept here. A planted suggestion supports nothing."""
    if claim.encounter_id is None:
        return None
    try:
        stored = without_probe(act.session, get_encounter(act.session, claim.encounter_id))
    except NotFoundError:
        return None
    act.record("encounter.viewed", claim.encounter_id)
    return Chart(stored.encounter, stored.suggestion_set, stored.standing)


def _find_supports(claim: Claim, written: tuple[DeniedLine, ...], chart: Chart) -> dict[int, Support]:
    lines = (find_line(claim, denied.line_number) for denied in written)
    return {line.line_number: chart.support(claim, line) for line in lines if line is not None}


def _name_services(claim: Claim) -> dict[str, str]:
    """In the project's own words."""
    codes = {line.procedure.code for line in claim.lines}
    found = {code.compact: _find_catalogue().find(code) for code in codes}
    return {code: service.name for code, service in found.items() if service is not None}


def _title_diagnoses(claim: Claim, library: CodeLibrary) -> dict[str, str]:
    """By the release in force on the first day of service."""
    release = library.release_on(CodeSystem.ICD10CM, min(line.service_date for line in claim.all_lines))
    entries = {one.dotted: release.find(one.compact) for one in claim.diagnoses} if release else {}
    return {code: entry.term for code, entry in entries.items() if entry is not None}


def _decided_at(stored: StoredClaim, outcome: ClaimOutcome, place: int) -> datetime | None:
    """When this was decided, for the first time (0) or the last (-1)."""
    found = [one.decided_at for one in stored.decisions if one.decision.outcome is outcome]
    return found[place] if found else None
