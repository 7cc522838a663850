"""Makes a version champion, or takes the last promotion back. Each leaves an event in the audit log."""

from datetime import UTC, datetime

from data.audit import Details
from data.home import Home
from data.store.audit import append_event
from data.store.session import Store
from models.artifacts import load_manifest
from models.registry import ModelRegistry, Pointer, RegistryError
from training.examine import Gate
from training.tracking import point_champion
from training.verdict import Verdict

_LONGEST = 250


class RefusedError(ValueError):
    """The gate objects to the version; the message gives its objections."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("; ".join(map(str, verdict.objections)))
        self.verdict = verdict


def promote(
    home: Home,
    name: str,
    version: str,
    *,
    by: str,
    store: Store,
    force_reason: str | None = None,
    gate: Gate | None = None,
) -> Pointer:
    """The service serves the version from its next request on.

    Raises RegistryError or ArtefactError when there is no such sound version, and RefusedError when the gate objects,
    unless `force_reason` says why it is promoted all the same; the reason is recorded.
    """
    gate = gate or Gate.of(home, store)
    registry, at = gate.registry, datetime.now(UTC)
    manifest = load_manifest(registry.find_version(name, version), name)
    if registry.read_pointer(name).champion == version:
        raise RegistryError(f"{version} is the champion of {name} already")
    verdict = gate.examine(name, version, by=by, at=at)
    is_forced = bool(force_reason and force_reason.strip())
    if not verdict.is_passed and not is_forced:
        raise RefusedError(verdict)
    reason = (force_reason or "").strip()[:_LONGEST]
    details: Details = {
        "version": version,
        "data_hash": manifest.data_hash,
        "reason": reason,
        "objections": tuple(str(objection)[:_LONGEST] for objection in verdict.objections),
        "remarks": tuple(remark[:_LONGEST] for remark in verdict.remarks),
    }
    with store.transaction() as session:
        append_event(session, "model.promoted", actor=by, subject=name, at=at, details=details)
        pointer = registry.promote(name, version, by=by, at=at, is_forced=is_forced, reason=reason)
    point_champion(home, name, pointer.champion)
    return pointer


def rollback(
    home: Home, name: str, *, by: str, store: Store, reason: str = "", registry: ModelRegistry | None = None
) -> Pointer:
    """One step back, to the champion before or to the released default. Raises RegistryError when there is none."""
    registry = registry or ModelRegistry(home)
    at = datetime.now(UTC)
    details: Details = {"version": registry.read_pointer(name).previous, "reason": reason[:_LONGEST]}
    with store.transaction() as session:
        append_event(session, "model.rolled_back", actor=by, subject=name, at=at, details=details)
        pointer = registry.rollback(name, by=by, at=at, reason=reason[:_LONGEST])
    point_champion(home, name, pointer.champion)
    return pointer
