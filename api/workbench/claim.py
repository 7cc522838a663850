"""The biller's page: a draft claim, what rules say of it, what the model expects."""

from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Response

from api.acts import Acting
from api.answers import to_etag
from api.claims.deadlines import find_deadlines
from api.claims.service import view_claim
from api.dependencies import Biller, LoadedServices
from api.raw_path import ClaimId
from api.workbench.billing_views import ClaimView, DiagnosisView, Due, LineView, find_dues
from api.workbench.pages import PageRoute, SharedShell, page
from api.workbench.prior import is_synthetic
from api.workbench.terms import Terms
from api.workbench.views import OPEN, Standing
from data.claims import Claim
from data.codes import CodeSystem
from data.decisions import RecordedClaimDecision
from data.denials import find_refusals
from data.store.claims import ClaimState, StoredClaim
from data.store.remittances import find_remittances

router = APIRouter(route_class=PageRoute)

# A professional claim has twelve places, A to L; an institutional one twenty-five.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY"


@router.get("/billing/{claim_id}")
def show_claim(_user: Biller, shell: SharedShell, services: LoadedServices, act: Acting, claim_id: ClaimId) -> Response:
    """The audit log records who looked."""
    stored = view_claim(act, claim_id)
    first_day = min(line.service_date for line in stored.claim.all_lines)
    terms = Terms(services.library, services.search, first_day)
    found = find_deadlines(act.session, stored.claim, services.contracts())
    file_by, appeal_by = (one.day if one else None for one in (found.file_by, found.appeal_by))
    dues = find_dues(file_by, appeal_by, services.clock().date())
    view = build_claim_view(stored, terms, is_synthetic=is_synthetic(services.registry), dues=dues)
    is_denied = bool(find_refusals(stored.claim, find_remittances(act.session, claim_id)))
    return page("claim.html", shell, view=view, state=_state(stored, view.standing.outcome), is_denied=is_denied)


def build_claim_view(stored: StoredClaim, terms: Terms, *, is_synthetic: bool, dues: tuple[Due, ...] = ()) -> ClaimView:
    history = tuple(_to_standing(recorded) for recorded in stored.decisions)
    current = [one for one, kept in zip(history, stored.decisions, strict=True) if kept.revision == stored.revision]
    return ClaimView(
        claim=stored.claim,
        review=stored.review,
        diagnoses=tuple(_view_diagnoses(stored.claim, terms)),
        lines=tuple(_view_lines(stored, terms)),
        standing=current[-1] if current else OPEN,
        history=history[::-1],
        is_final=stored.state is ClaimState.SUBMITTED,
        is_synthetic=is_synthetic,
        dues=dues,
    )


def _view_diagnoses(claim: Claim, terms: Terms) -> Iterator[DiagnosisView]:
    """The diagnoses and one free place."""
    for letter, diagnosis in zip(LETTERS, claim.diagnoses, strict=False):
        yield DiagnosisView(letter, diagnosis.dotted, terms.find(CodeSystem.ICD10CM, diagnosis.compact))
    if len(claim.diagnoses) < len(LETTERS):
        yield DiagnosisView(LETTERS[len(claim.diagnoses)], "", "")


def _view_lines(stored: StoredClaim, terms: Terms) -> Iterator[LineView]:
    risks = {risk.line_number: risk for risk in stored.review.risk.lines}
    for index, line in enumerate(stored.claim.lines):
        code = line.procedure.code
        pointers = "".join(LETTERS[pointer - 1] for pointer in line.diagnosis_pointers if pointer <= len(LETTERS))
        yield LineView(index, line, pointers, terms.find(code.system, code.compact), risks.get(line.line_number))


def _to_standing(recorded: RecordedClaimDecision) -> Standing:
    return Standing(
        outcome=recorded.decision.outcome.value,
        reason=recorded.decision.reason,
        decided_by=recorded.decided_by,
        decided_at=recorded.decided_at,
    )


def _state(stored: StoredClaim, outcome: str) -> Mapping[str, object]:
    """What the page's script starts from."""
    return {
        "claim": stored.claim.model_dump(mode="json"),
        "etag": to_etag(stored.version),
        "fixes": [fix.model_dump(mode="json") for fix in stored.review.fixes],
        "risk": stored.review.risk.probability,
        "disposition": stored.review.disposition.value,
        "outcome": outcome,
    }
