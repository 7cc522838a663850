"""The whole gate on a version of the registry; the verdict is kept with its reasons."""

import os
from collections.abc import Mapping, Sequence
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
from models.artifacts import ArtefactError, Manifest, load_manifest
from models.registry import ModelRegistry
from training.gate import ChampionError, Examine, Measure, is_other_edition, judge
from training.gate_parts import examine_coding, examine_denial, measure_coding
from training.verdict import Verdict

EXAMINERS: Mapping[str, Examine] = {"coding": examine_coding, "denial": examine_denial}
MEASURES: Mapping[str, Measure] = {"coding": measure_coding}
_FOLDER = ".verdicts"
_SHOWN = 20
_LONGEST = 250


@dataclass(frozen=True)
class Gate:
    """What a version is judged with: `examiners` compare side by side, `measures` measure on today's frozen set."""

    home: Home
    store: Store
    registry: ModelRegistry
    examiners: Mapping[str, Examine] = field(default_factory=lambda: EXAMINERS)
    measures: Mapping[str, Measure] = field(default_factory=lambda: MEASURES)

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
        """Against the champion; where that can't be loaded, against the released default, or alone."""
        folder, default = self.registry.find_version(name, version), self.registry.default(name)
        remarks: list[str] = []
        for champion in dict.fromkeys((self.registry.champion(name), default)):
            if champion == default and not default.exists():
                break
            try:
                verdict = self._compare(name, folder, champion, at)
            except ChampionError as error:
                named = "the released default" if champion == default else f"the champion {champion.name}"
                remarks.append(f"{named} can't be loaded ({error}): it was no measure")
            else:
                return _remark(verdict, remarks)
        return _remark(judge(name, load_manifest(folder, name), None), remarks)

    def _compare(self, name: str, folder: Path, champion: Path, at: datetime) -> Verdict:
        """Side by side only where the manifests say no collapse: that takes a minute. Raises ChampionError."""
        after, before = load_manifest(folder, name), _read_champion(champion, name)
        remarks = []
        if name in self.measures and is_other_edition(name, after, before):
            after = self._measure_again(name, folder, after)
            try:
                before = self._measure_again(name, champion, before)
            except Exception as error:
                raise ChampionError(type(error).__name__) from error
            remarks.append("both were measured again: the frozen set has changed since one of them was")
        verdict = judge(name, after, before)
        if verdict.is_passed and name in self.examiners:
            verdict = judge(name, after, before, self.examiners[name](self.home, champion, folder, self.store, at))
        return _remark(verdict, remarks)

    def _measure_again(self, name: str, folder: Path, manifest: Manifest) -> Manifest:
        metrics = manifest.metrics | self.measures[name](self.home, folder)
        return manifest.model_copy(update={"metrics": metrics})


def _remark(verdict: Verdict, remarks: Sequence[str]) -> Verdict:
    return verdict.model_copy(update={"remarks": (*remarks, *verdict.remarks)})


def _read_champion(folder: Path, name: str) -> Manifest:
    """Raises ChampionError."""
    try:
        return load_manifest(folder, name)
    except (ArtefactError, OSError) as error:
        raise ChampionError(str(error)) from error


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
    lines = [f"  note: {remark}" for remark in verdict.remarks]
    lines += [f"  {objection.check.value}: {objection.text}" for objection in verdict.objections]
    lines += [f"  {name} {value:.4f}" for name, value in verdict.measures.items()]
    return "\n".join([head, *lines])


def _describe(verdict: Verdict) -> Details:
    return {
        "version": verdict.challenger,
        "champion": verdict.champion,
        "is_passed": verdict.is_passed,
        "objections": tuple(f"{one.check.value}: {one.text}"[:_LONGEST] for one in verdict.objections[:_SHOWN]),
        "remarks": tuple(one[:_LONGEST] for one in verdict.remarks[:_SHOWN]),
        "verdict_sha256": sha256_hex(canonical_json(verdict)),
    }
