"""The biller's page about a denial: what it asks for, by when, with what odds, and the draft letter."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.acts import Acting
from api.claims.appeal import view_appeal
from api.dependencies import Biller, LoadedServices
from api.raw_path import ClaimId
from api.workbench.billing_views import Due, find_dues
from api.workbench.pages import PageRoute, SharedShell, page
from data.appeals import Appeal, OddsBasis

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class AppealView:
    """`is_prior`: the odds are of published reviews, not the operator's own."""

    appeal: Appeal
    dues: tuple[Due, ...]
    is_prior: bool


@router.get("/billing/{claim_id}/appeal")
def show_appeal(
    _user: Biller, shell: SharedShell, services: LoadedServices, act: Acting, claim_id: ClaimId
) -> Response:
    """The audit log records who looked at the claim, and at its chart."""
    appeal = view_appeal(act, claim_id, services)
    dues = find_dues(None, appeal.appeal_by.day if appeal.appeal_by else None, services.clock().date())
    is_prior = appeal.odds is not None and appeal.odds.basis is OddsBasis.REVIEW_PRIOR
    return page("appeal.html", shell, view=AppealView(appeal, dues, is_prior))
