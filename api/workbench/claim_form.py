"""The paper form of a claim: a page to print, and a PDF."""

from fastapi import APIRouter, Response

from api.acts import Acting
from api.claims.service import view_claim
from api.dependencies import Biller
from api.raw_path import ClaimId
from api.workbench.form_pdf import write_pdf
from api.workbench.form_views import build_form_view
from api.workbench.pages import PageRoute, SharedShell, page

router = APIRouter(route_class=PageRoute)


@router.get("/billing/{claim_id}/form")
def show_form(_user: Biller, shell: SharedShell, act: Acting, claim_id: ClaimId) -> Response:
    """The audit log records who looked."""
    return page("claim_form.html", shell, view=build_form_view(view_claim(act, claim_id).claim))


@router.get("/billing/{claim_id}/form.pdf")
def download_form(_user: Biller, shell: SharedShell, act: Acting, claim_id: ClaimId) -> Response:
    """As the page; the audit log records who looked."""
    view = build_form_view(view_claim(act, claim_id).claim)
    headers = {"Content-Disposition": f'inline; filename="{view.title.split()[0].lower()}.pdf"'}
    return Response(write_pdf(view, is_invented=shell.is_demo), media_type="application/pdf", headers=headers)
