"""The pages of the workbench, one module each. They are for people, so the OpenAPI document leaves them out."""

from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from api.dependencies import CurrentUser
from api.workbench import (
    appeal,
    billing_worklist,
    claim,
    claim_form,
    coding_worklist,
    drafting,
    encounter,
    performance,
    sign_in,
    static_files,
)
from api.workbench.pages import PageRoute, SharedShell, page

router = APIRouter(include_in_schema=False)
_home = APIRouter(route_class=PageRoute)


@_home.get("/")
def show_home(_user: CurrentUser, shell: SharedShell) -> Response:
    """The worklist of the role; roles without one work through the API."""
    if shell.can_code or shell.can_bill:
        return RedirectResponse("/coding" if shell.can_code else "/billing", status_code=303)
    return page(
        "message.html",
        shell,
        title="No worklist for your role",
        text="Coders and billers work here; the other roles use the API, described under /docs.",
    )


_BILLING = (billing_worklist, claim, claim_form, appeal, performance)
for pages in (
    _home,
    *(module.router for module in (sign_in, coding_worklist, encounter, drafting, *_BILLING, static_files)),
):
    router.include_router(pages)
