"""The whole gate on a version of the registry; the verdict is kept with its reasons."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from data.audit import Details
from data.canonical import canonical_json, sha256_hex
from data.home import Home
from data.store.audit import append_event
from data.store.session import Store
from models.artifacts import load_manifest
from models.registry import ModelRegistry
from training.gate import Examine, find_manifest, judge
from training.gate_parts import examine_coding, examine_denial
from training.verdict import Verdict

EXAMINERS: Mapping[str, Examine] = {"coding": examine_coding, "denial": examine_denial}
_FOLDER = ".verdicts"
_SHOWN = 20
_LONGEST = 250


@dataclass(frozen=True)
class Gate:
    """What a version is judged with; `examiners` compare side by side, one for each model."""

    home: Home
    store: Store
    registry: ModelRegistry
    examiners: Mapping[str, Examine] = field(default_factory=lambda: EXAMINERS)

    @classmethod
    def of(cls, home: Home, store: Store) -> Self:
        return cls(home, store, ModelRegistry(home))

    def examine(self, name: str, version: str, *, by: str, at: datetime) -> Verdict:
        """Compares a version with the champion and keeps the verdict. Raises RegistryError or ArtefactError."""
        verdict = self._judge(name, version, at).model_copy(update={"judged_at": at})
        with self.store.transaction() as session:
            append_event(session, "model.judged", actor=by, subject=name, at=at, details=_describe(verdict))
        save_verdict(self.home, verdict)
        return verdict

    def _judge(self, name: str, version: str, at: datetime) -> Verdict:
        """Side by side only where both can be loaded and the manifests say no collapse: that takes a minute."""
        folder, champion = self.registry.find_version(name, version), self.registry.champion(name)
        manifest, before = load_manifest(folder, name), find_manifest(champion, name)
        verdict = judge(name, manifest, before)
        if not verdict.is_passed or before is None or name not in self.examiners:
            return verdict
        return judge(name, manifest, before, self.examiners[name](self.home, champion, folder, self.store, at))


def save_verdict(home: Home, verdict: Verdict) -> Path:
    """The newest verdict on each version; earlier ones are in the audit log by their digest."""
    folder = home.models / verdict.name / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{verdict.challenger}.json"
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(canonical_json(verdict) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def find_verdict(home: Home, name: str, version: str) -> Verdict | None:
    """None when the version was not judged, or the verdict can't be read."""
    try:
        return Verdict.model_validate_json((home.models / name / _FOLDER / f"{version}.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def describe_verdict(verdict: Verdict) -> str:
    """A few lines for people."""
    head = f"{verdict.name} {verdict.challenger} against {verdict.champion or 'nothing'}: "
    head += "passed" if verdict.is_passed else "refused"
    lines = [f"  {objection.check.value}: {objection.text}" for objection in verdict.objections]
    lines += [f"  {name} {value:.4f}" for name, value in verdict.measures.items()]
    return "\n".join([head, *lines])


def _describe(verdict: Verdict) -> Details:
    return {
        "version": verdict.challenger,
        "champion": verdict.champion,
        "is_passed": verdict.is_passed,
        "objections": tuple(f"{one.check.value}: {one.text}"[:_LONGEST] for one in verdict.objections[:_SHOWN]),
        "verdict_sha256": sha256_hex(canonical_json(verdict)),
    }
