"""Probes that were planted, and whether coders caught them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.canonical import canonical_json
from data.codes import CodeSystem, parse_code
from data.decisions import Outcome, RecordedDecision
from data.noun import Count, Identifier, Noun, UtcTime
from data.probes import Probe, ProbeKind
from data.store.audit import append_event
from data.store.encounter_rows import StoredEncounter, load_encounters
from data.store.tables import EncounterRow, ProbeRow


class Catch(StrEnum):
    """open: nobody has decided yet."""

    CAUGHT = "caught"
    MISSED = "missed"
    OPEN = "open"


class ProbeResult(Noun):
    """`coder` made the decision that tells, None while it is open."""

    encounter_id: Identifier
    kind: ProbeKind
    system: CodeSystem
    code: str
    planted_at: UtcTime
    catch: Catch
    coder: Identifier | None = None


class CatchRate(Noun):
    coder: Identifier
    kind: ProbeKind
    caught: Count
    missed: Count


def add_probe(session: Session, probe: Probe, *, by: str, at: datetime) -> None:
    session.add(ProbeRow(encounter_id=probe.encounter_id, planted_at=at, content=canonical_json(probe)))
    session.flush()
    append_event(session, "probe.planted", actor=by, subject=probe.encounter_id, at=at)


def find_probe(session: Session, encounter_id: str) -> Probe | None:
    row = session.get(ProbeRow, encounter_id)
    return Probe.model_validate_json(row.content) if row else None


def without_probe(session: Session, stored: StoredEncounter) -> StoredEncounter:
    """Without the decisions on a planted suggestion: an accepted one goes on no claim."""
    probe = find_probe(session, stored.encounter.encounter_id)
    if probe is None or probe.kind is not ProbeKind.PLANTED:
        return stored
    kept = tuple(one for one in stored.decisions if one.decision.suggestion_id != probe.suggestion_id)
    return stored.model_copy(update={"decisions": kept})


def iter_results(session: Session, since: datetime | None = None) -> Iterator[ProbeResult]:
    """The oldest first."""
    query = select(ProbeRow).order_by(ProbeRow.planted_at, ProbeRow.encounter_id)
    if since is not None:
        query = query.where(ProbeRow.planted_at >= since)
    for row in session.scalars(query).all():
        encounter = session.get_one(EncounterRow, row.encounter_id)
        (stored,) = load_encounters(session, [encounter])
        yield _judge(Probe.model_validate_json(row.content), row.planted_at, stored, is_done=encounter.is_decided)


def _judge(probe: Probe, planted_at: datetime, stored: StoredEncounter, *, is_done: bool) -> ProbeResult:
    """A planted code is missed where it stands; a withheld one where everything was decided without it."""
    telling = _find_telling(probe, stored)
    if probe.kind is ProbeKind.PLANTED:
        is_missed = telling is not None and telling.decision.final_code == probe.code
        catch = Catch.OPEN if telling is None else Catch.MISSED if is_missed else Catch.CAUGHT
    else:
        catch = Catch.CAUGHT if telling else Catch.MISSED if is_done else Catch.OPEN
    last = telling or (stored.decisions[-1] if catch is Catch.MISSED and stored.decisions else None)
    return ProbeResult(
        encounter_id=probe.encounter_id,
        kind=probe.kind,
        system=probe.system,
        code=probe.code,
        planted_at=planted_at,
        catch=catch,
        coder=last.decided_by if last else None,
    )


def _find_telling(probe: Probe, stored: StoredEncounter) -> RecordedDecision | None:
    """The standing decision on the planted suggestion, or the one by which the withheld code stands after all."""
    for recorded in stored.standing:
        if probe.kind is ProbeKind.PLANTED:
            is_deferred = recorded.decision.outcome is Outcome.DEFERRED
            if recorded.decision.suggestion_id == probe.suggestion_id and not is_deferred:
                return recorded
        elif recorded.decision.system is probe.system and _is_same(recorded.decision.final_code, probe.code):
            return recorded
    return None


def _is_same(code: str | None, other: str) -> bool:
    return code is not None and parse_code(CodeSystem.ICD10CM, code) == parse_code(CodeSystem.ICD10CM, other)


def rate_catches(results: Iterable[ProbeResult]) -> tuple[CatchRate, ...]:
    """By coder and kind, of the probes that were decided on."""
    counts = Counter((one.coder, one.kind, one.catch) for one in results if one.coder is not None)
    pairs = sorted({(coder, kind) for coder, kind, _ in counts if coder is not None})
    return tuple(
        CatchRate(
            coder=coder,
            kind=kind,
            caught=counts[coder, kind, Catch.CAUGHT],
            missed=counts[coder, kind, Catch.MISSED],
        )
        for coder, kind in pairs
    )
