"""Gives a past answer again: the same note or claim, through the model version that answered then."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.canonical import canonical_json
from data.claims import Claim
from data.code_library import load_library
from data.home import Home
from data.noun import Flag, Identifier, Noun
from data.patient_key import read_patient_key
from data.program import program_digest
from data.store.encounters import get_encounter
from data.store.errors import NotFoundError
from data.store.probes import find_probe
from data.store.session import Store
from data.store.tables import AuditEventRow, ClaimRevisionRow
from models.artifacts import read_manifest
from models.coding.suggest import open_suggester
from models.denial.artefact import load_artefact
from models.denial.edits.references import load_edit_references
from models.denial.review import Reviewer
from models.denial.risk import RiskModel
from models.registry import ModelRegistry
from training.past_home import open_past_home

_SHOWN = 20


class ReplayError(LookupError):
    """The answer can't be given again: the version that gave it is not here."""


class Replay(Noun):
    """`differences` are JSON pointers into the answer, never values; `program` is the digest of then and of now."""

    subject: Identifier
    model_version: str
    is_same: Flag
    differences: tuple[str, ...] = ()
    program_then: str | None = None
    program_now: str

    @property
    def is_same_program(self) -> bool:
        return self.program_then == self.program_now


def replay_encounter(home: Home, store: Store, encounter_id: str) -> Replay:
    """The model's own answer, before any probe. Raises NotFoundError, ReplayError or ArtefactError."""
    with store.reading() as session:
        stored = get_encounter(session, encounter_id)
        probe = find_probe(session, encounter_id)
        program = _find_program(session, encounter_id, "encounter.stored", None)
    version = stored.suggestion_set.model_version
    folder = find_folder(home, "coding", version.removeprefix("coding "))
    with open_past_home(home, stored.created_at) as past:
        suggester = open_suggester(folder, load_library(past), read_manifest(folder).version)
        (answer,) = suggester.suggest([stored.encounter], stored.profile)
    before = probe.answer if probe else stored.suggestion_set
    return _compare(encounter_id, version, canonical_json(before), canonical_json(answer), program)


def replay_claim(home: Home, store: Store, claim_id: str, revision: int | None = None) -> Replay:
    """The review of a revision, by default the newest. Raises NotFoundError, ReplayError or ArtefactError."""
    with store.reading() as session:
        row = _find_revision(session, claim_id, revision)
        program = _find_program(session, claim_id, None, row.revision)
    folder = find_folder(home, "denial", row.model_version)
    with open_past_home(home, row.created_at) as past:
        manifest, artefact = load_artefact(folder, read_patient_key(home))
        references = load_edit_references(past, load_library(past))
        reviewer = Reviewer(manifest.version, RiskModel(artefact), references)
        (review,) = reviewer.review([Claim.model_validate_json(row.claim)])
    return _compare(claim_id, row.model_version, row.review, canonical_json(review), program)


def find_folder(home: Home, name: str, version: str) -> Path:
    """The folder of a version, be it in the registry or the released default, every file of it checked."""
    registry = ModelRegistry(home)
    if version in registry.versions(name):
        return registry.find_version(name, version)
    default = registry.default(name)
    if read_manifest(default).version != version:
        raise ReplayError(f"the version {version} of {name} is not here")
    return default


def find_differences(before: Any, after: Any, pointer: str = "") -> Iterator[str]:
    """JSON pointers (RFC 6901) of what differs, in document order."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            step = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from find_differences(before.get(key), after.get(key), step)
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            first, second = (items[place] if place < len(items) else None for items in (before, after))
            yield from find_differences(first, second, f"{pointer}/{place}")
    elif before != after or type(before) is not type(after):
        yield pointer


def _compare(subject: str, version: str, before: str, after: str, program: str | None) -> Replay:
    differences = list(find_differences(json.loads(before), json.loads(after)))
    return Replay(
        subject=subject,
        model_version=version,
        is_same=before == after,
        differences=tuple(differences[:_SHOWN]),
        program_then=program,
        program_now=program_digest(),
    )


def _find_revision(session: Session, claim_id: str, revision: int | None) -> ClaimRevisionRow:
    query = select(ClaimRevisionRow).where(ClaimRevisionRow.claim_id == claim_id)
    if revision is not None:
        query = query.where(ClaimRevisionRow.revision == revision)
    row = session.scalars(query.order_by(ClaimRevisionRow.revision.desc()).limit(1)).first()
    if row is None:
        raise NotFoundError("claim")
    session.expunge(row)
    return row


def _find_program(session: Session, subject: str, kind: str | None, revision: int | None) -> str | None:
    """What the audit log says about the program that answered."""
    kinds = [kind] if kind else ["claim.stored", "claim.replaced"]
    query = select(AuditEventRow.details).where(AuditEventRow.subject == subject, AuditEventRow.kind.in_(kinds))
    for text in session.scalars(query.order_by(AuditEventRow.sequence)):
        details: dict[str, str | int | None] = json.loads(text)
        if revision is None or details.get("revision") == revision:
            program = details.get("program")
            return str(program) if program else None
    return None


def describe_replay(found: Replay) -> str:
    """One line, and one for each difference."""
    state = "the same answer" if found.is_same else "another answer"
    program = "" if found.is_same_program else "; the program changed since then"
    return "\n".join([f"{found.subject}: {state} from {found.model_version}{program}", *found.differences])
