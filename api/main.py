"""The application: routes, layers and what they share, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from api.audit.routes import router as audit
from api.auth import Authentication
from api.autonomy.routes import router as autonomy
from api.body_limit import BodyLimit
from api.claims.routes import router as claims
from api.codes.routes import router as codes
from api.coding.routes import router as coding
from api.edge import Edge
from api.imports.routes import router as imports
from api.in_service import load_services
from api.metrics import Metrics
from api.model_slots import ModelSlots
from api.openapi import DESCRIPTION, TAGS, name_operation
from api.problems import add_problem_handlers
from api.raw_path import RawPath
from api.registry.routes import router as registry
from api.reports.routes import router as reports
from api.services import Services
from api.sessions.routes import router as sessions
from api.settings import Settings
from api.sign_in import SignInDesk
from api.system.routes import router as system
from api.workbench.routes import router as workbench

# No more threads than the store has connections (SQLAlchemy's default: 5 kept, 10 more).
_THREADS = 15
# FastAPI's own telemetry would record exception messages and request bodies, which may hold patient text.
_NO_TELEMETRY = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """Without services the application loads them from the home when it starts."""
    metrics = Metrics()
    app = FastAPI(
        title="chartcode",
        version=version("chartcode"),
        description=DESCRIPTION.strip(),
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
        generate_unique_id_function=name_operation,
        lifespan=_lifespan(settings, services),
        middleware=[
            Middleware(Edge, metrics=metrics),
            Middleware(RawPath),
            Middleware(
                BodyLimit, max_bytes=settings.max_body_bytes, larger={"/v1/imports/": settings.max_import_bytes}
            ),
            Middleware(Authentication),
        ],
    )
    app.state.metrics = metrics
    app.state.settings = settings
    app.state.slots = ModelSlots(settings.model_slots, settings.model_wait_seconds, metrics)
    if services is not None:
        _provide(app, services)
    for router in (coding, claims, imports, reports, codes, registry, autonomy, audit, sessions, system, workbench):
        app.include_router(router)
    add_problem_handlers(app)
    return app


def _provide(app: FastAPI, services: Services) -> None:
    settings: Settings = app.state.settings
    app.state.services = services
    app.state.sign_in = SignInDesk(
        services,
        attempts=settings.sign_in_attempts,
        window_seconds=settings.sign_in_window_seconds,
        lifetime=timedelta(hours=settings.session_hours),
    )


def _lifespan(settings: Settings, services: Services | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = _THREADS
        loaded = services if services is not None else await run_in_threadpool(load_services, settings.home)
        _provide(app, loaded)
        try:
            yield
        finally:
            if services is None:
                loaded.store.close()

    return run
