"""Health, metrics, and the description of the API. Open to all: nothing here is about a patient."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.dependencies import LoadedServices
from api.errors import UnavailableError
from api.metrics import Metrics
from api.openapi import describe, problems
from api.services import ModelName
from api.system.readiness import find_unready
from api.system.reference import STYLE, render_reference
from data.monitoring import find_report
from data.noun import Noun

router = APIRouter(tags=["system"])

_PUBLIC = {"Cache-Control": "no-cache"}


class Health(Noun):
    status: Literal["up", "ready"]


@router.get("/healthz", summary="Is the process up?")
async def healthz() -> Health:
    return Health(status="up")


@router.get("/readyz", summary="Can it serve?", responses={503: problems(503)[503]})
def readyz(services: LoadedServices) -> Health:
    """The store answers and the models are loaded."""
    if unready := find_unready(services):
        raise UnavailableError(f"not ready: {', '.join(unready)}")
    return Health(status="ready")


@router.get("/metrics", summary="Numbers for Prometheus", response_class=Response)
def metrics(request: Request) -> Response:
    """Labels are route templates, methods, statuses, names of models and of what is monitored."""
    numbers: Metrics = request.app.state.metrics
    home = request.app.state.settings.home
    numbers.show_drift(report for name in ModelName if (report := find_report(home, name)))
    return Response(numbers.render(), media_type=numbers.content_type)


@router.get("/v1/openapi.json", include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    document: dict[str, Any] = describe(request.app)
    return JSONResponse(document, headers=_PUBLIC)


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    return HTMLResponse(render_reference(describe(request.app)), headers=_PUBLIC)


@router.get("/docs/reference.css", include_in_schema=False)
def docs_style() -> Response:
    return Response(STYLE, media_type="text/css", headers=_PUBLIC)
