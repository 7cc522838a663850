"""The audit log."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.acts import Acting
from api.dependencies import Auditor, Limit, Reading
from api.openapi import problems
from data.audit import AuditEvent, AuditReport
from data.noun import Count, Noun, UtcTime
from data.store.audit import iter_events, verify_chain
from data.store.probes import CatchRate, ProbeResult, iter_results, rate_catches

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class ProbeReport(Noun):
    """Every probe, and of those that were decided on how many each coder caught."""

    probes: tuple[ProbeResult, ...]
    rates: tuple[CatchRate, ...]


class AuditPage(Noun):
    """Events in order; `next_after` asks for what follows, null at the end."""

    events: tuple[AuditEvent, ...]
    next_after: Count | None = None


@router.get("/events", summary="Read the audit log", responses=problems(422))
def list_events(
    _user: Auditor,
    act: Acting,
    after: Annotated[int, Field(ge=0, lt=2**63), Query(description="The last sequence seen.")] = 0,
    limit: Limit = 100,
) -> AuditPage:
    """Reading the log is recorded too, when it begins."""
    if after == 0:
        act.record("audit.viewed", "audit")
    events = tuple(islice(iter_events(act.session, after=after), limit + 1))
    more = events[limit - 1].sequence if len(events) > limit else None
    return AuditPage(events=events[:limit], next_after=more)


@router.get("/probes", summary="Read the probes of automation bias and who caught them", responses=problems(422))
def read_probes(
    _user: Auditor, act: Acting, since: Annotated[UtcTime | None, Query(description="Planted then or later.")] = None
) -> ProbeReport:
    """Nobody else learns of them. Reading is recorded."""
    act.record("probes.viewed", "probes")
    found = tuple(iter_results(act.session, since))
    return ProbeReport(probes=found, rates=rate_catches(found))


@router.get("/verify", summary="Verify the audit chain", responses=problems())
def verify(_user: Auditor, session: Reading) -> AuditReport:
    """Recomputes every hash. A log rewritten to its end looks whole unless its head was written down elsewhere."""
    return verify_chain(session)
