"""The gate, promotion and rollback, and what they leave in the audit log and in MLflow."""

import math
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.home import Home
from data.store.audit import iter_events, verify_chain
from data.store.session import Store
from models.artifacts import ArtefactError, Manifest, write_manifest
from models.registry import ModelRegistry, RegistryError
from training.examine import Gate, describe_verdict, find_verdict
from training.gate import GATES, ChampionError, judge
from training.gate_parts import examine_coding
from training.promote import RefusedError, promote, rollback
from training.tracking import find_champion, point_champion, track_run
from training.verdict import Check, Findings, Objection

NOW = datetime(2026, 11, 22, tzinfo=UTC)
GOOD = {
    "coding": {
        "visit_micro_f1": 0.43,
        "visit_mean_average_precision": 0.38,
        "visit_traps_suggested": 0.10,
        "visit_notes": 24,
        "micro_f1": 0.60,
        "mean_average_precision": 0.53,
    },
    "denial": {"auroc": 0.82, "auprc": 0.66, "ece": 0.02},
}


def _manifest(name: str, changed: Mapping[str, float | None]) -> Manifest:
    metrics = {metric: value for metric, value in (GOOD[name] | dict(changed)).items() if value is not None}
    return Manifest(
        format_version=1, name=name, version="v", created_at=NOW, data_hash="0" * 64, metrics=metrics, files={}
    )


CHANGES = [
    ("coding", {}, None),
    ("coding", {"micro_f1": 0.591}, None),
    ("coding", {"micro_f1": 0.70}, None),
    ("coding", {"micro_f1": 0.589}, "champion's"),
    ("coding", {"mean_average_precision": 0.40}, "champion's"),
    ("coding", {"visit_traps_suggested": 0.12}, None),
    ("coding", {"visit_traps_suggested": 0.14}, "champion's"),
    ("coding", {"visit_micro_f1": 0.40}, "champion's"),
    ("coding", {"visit_micro_f1": 0.0}, "collapse"),
    ("coding", {"visit_micro_f1": None}, "was not measured"),
    ("coding", {"visit_micro_f1": math.nan}, "was not measured"),
    ("coding", {"micro_f1": 0.0}, "collapse"),
    ("coding", {"micro_f1": math.nan}, "was not measured"),
    # A version that learned from decisions alone was not measured on case reports.
    ("coding", {"micro_f1": None, "mean_average_precision": None}, None),
    ("coding", {"visit_notes": 30}, "another edition"),
    ("denial", {}, None),
    ("denial", {"auroc": 0.5}, "collapse"),
    ("denial", {"auprc": 0.64}, "champion's"),
    ("denial", {"ece": 0.5}, "collapse"),
]


@pytest.mark.parametrize(("name", "changed", "objection"), CHANGES)
def test_the_gate(name: str, changed: dict[str, float | None], objection: str | None) -> None:
    verdict = judge(name, _manifest(name, changed), _manifest(name, {}))
    assert verdict.is_passed == (objection is None)
    assert objection is None or objection in " ".join(map(str, verdict.objections))


@pytest.mark.parametrize("name", list(GATES))
def test_without_a_champion_only_collapse_counts(name: str) -> None:
    assert judge(name, _manifest(name, {}), None).is_passed
    collapsed = _manifest(name, {bar.metric: bar.worst * (0.9 if bar.is_larger_better else 1.1) for bar in GATES[name]})
    assert len(judge(name, collapsed, None).objections) == len(GATES[name])


def test_a_model_of_real_claims_is_not_measured_against_a_synthetic_one() -> None:
    real = _manifest("denial", {"auroc": 0.70, "auprc": 0.35, "real_claims": 20_000})
    assert judge("denial", real, _manifest("denial", {})).is_passed
    assert not judge("denial", real, _manifest("denial", {"real_claims": 9_000})).is_passed
    assert not judge("denial", _manifest("denial", {"auroc": 0.5, "real_claims": 20_000}), None).is_passed


def test_a_model_without_a_gate_is_refused() -> None:
    verdict = judge("other", _manifest("coding", {}), None)
    assert not verdict.is_passed


@pytest.fixture
def registry(home: Home, tmp_path: Path) -> ModelRegistry:
    """Without a released default."""
    return ModelRegistry(home, tmp_path / "released")


@pytest.fixture
def gate(home: Home, sqlite_store: Store, registry: ModelRegistry) -> Gate:
    """Compares manifests alone: the versions of these tests can't be loaded."""
    return Gate(home, sqlite_store, registry, {})


def _add(home: Home, version: str, name: str = "coding", **changed: float) -> Path:
    registry = ModelRegistry(home)
    draft = registry.drafts(name) / version
    draft.mkdir()
    (draft / "weights").write_text(version)
    (draft / "card.md").write_text(f"# {version}\n")
    metrics = GOOD[name] | changed
    write_manifest(draft, name=name, version=version, data_hash="0" * 64, metrics=metrics, created_at=NOW)
    return registry.add_version(name, draft)


def _events(store: Store) -> list[tuple[str, str, str, dict[str, Any]]]:
    with store.reading() as session:
        assert verify_chain(session).is_intact
        return [(event.kind, event.actor, event.subject, event.details) for event in iter_events(session)]


def test_promotion_and_rollback_are_audited(
    home: Home, sqlite_store: Store, registry: ModelRegistry, gate: Gate
) -> None:
    for version in ("v1", "v2"):
        _add(home, version)
        promote(home, "coding", version, by="ada", store=sqlite_store, gate=gate)
    assert rollback(home, "coding", by="bob", store=sqlite_store, registry=registry, reason="slow").champion == "v1"
    assert ModelRegistry(home).champion("coding").name == "v1"
    shown = [(kind, actor, subject, details["version"]) for kind, actor, subject, details in _events(sqlite_store)]
    assert [one for one in shown if one[0] == "model.judged"] == [
        ("model.judged", "ada", "coding", "v1"),
        ("model.judged", "ada", "coding", "v2"),
    ]
    assert [one for one in shown if one[0] != "model.judged"] == [
        ("model.promoted", "ada", "coding", "v1"),
        ("model.promoted", "ada", "coding", "v2"),
        ("model.rolled_back", "bob", "coding", "v1"),
    ]


def test_a_worse_version_needs_a_reason(home: Home, sqlite_store: Store, gate: Gate) -> None:
    _add(home, "v1")
    _add(home, "v2", micro_f1=0.3)
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=gate)
    for reason in (None, "", "  "):
        with pytest.raises(RefusedError, match="micro_f1"):
            promote(home, "coding", "v2", by="ada", store=sqlite_store, gate=gate, force_reason=reason)
    assert ModelRegistry(home).champion("coding").name == "v1"
    pointer = promote(
        home, "coding", "v2", by="ada", store=sqlite_store, gate=gate, force_reason="the frozen set is wrong"
    )
    assert (pointer.history[-1].is_forced, pointer.history[-1].reason) == (True, "the frozen set is wrong")
    details = _events(sqlite_store)[-1][3]
    assert details["reason"] == "the frozen set is wrong"
    assert "micro_f1" in details["objections"][0]


def test_the_verdict_is_kept_with_its_reasons(home: Home, sqlite_store: Store, registry: ModelRegistry) -> None:
    """Side by side only where the manifests have nothing to say."""
    _add(home, "v1")
    _add(home, "v2", micro_f1=0.3)
    _add(home, "v3")
    looked: list[str] = []

    def object_to(_home: Home, _champion: Path, challenger: Path, _store: Store, _at: datetime) -> Findings:
        looked.append(challenger.name)
        slow = Objection(check=Check.LATENCY, text="it is slow")
        return Findings(objections=(slow,), measures={"slowdown": 2.0})

    gate = Gate(home, sqlite_store, registry, {"coding": object_to})
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=gate)
    verdicts = {version: gate.examine("coding", version, by="ada", at=NOW) for version in ("v2", "v3")}
    assert looked == ["v3"]
    assert [verdict.checks for verdict in verdicts.values()] == [{Check.FROZEN_SET}, {Check.LATENCY}]
    for version, verdict in verdicts.items():
        assert find_verdict(home, "coding", version) == verdict
        assert (verdict.champion, verdict.is_passed, verdict.judged_at) == ("v1", False, NOW)
    assert "latency: it is slow" in describe_verdict(verdicts["v3"])
    assert _events(sqlite_store)[-1][3]["objections"] == ("latency: it is slow",)
    with pytest.raises(RefusedError, match="slow"):
        promote(home, "coding", "v3", by="ada", store=sqlite_store, gate=gate)
    assert find_verdict(home, "coding", "v9") is None


def test_another_edition_of_the_frozen_set_has_both_measured_again(
    home: Home, sqlite_store: Store, registry: ModelRegistry
) -> None:
    _add(home, "v1")
    _add(home, "v2", visit_notes=30, visit_micro_f1=0.30)
    _add(home, "v3", visit_notes=30, visit_micro_f1=0.50)
    today = {"v1": 0.40, "v2": 0.41, "v3": 0.30}
    measured: list[str] = []

    def measure(_home: Home, folder: Path) -> dict[str, float]:
        measured.append(folder.name)
        return {"visit_micro_f1": today[folder.name], "visit_notes": 36}

    gate = Gate(home, sqlite_store, registry, {}, {"coding": measure})
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=gate)
    assert measured == []
    better, worse = (gate.examine("coding", version, by="ada", at=NOW) for version in ("v2", "v3"))
    assert measured == ["v2", "v1", "v3", "v1"]
    assert (better.is_passed, worse.checks) == (True, {Check.FROZEN_SET})
    assert "measured again" in describe_verdict(better)


def _break(folder: Path, fault: str) -> None:
    if fault == "damaged":
        (folder / "weights").write_text("changed")
    elif fault == "gone":
        shutil.rmtree(folder)


@pytest.mark.parametrize("fault", ["damaged", "gone", "of old features"])
def test_a_broken_champion_blocks_no_good_challenger(
    home: Home, sqlite_store: Store, registry: ModelRegistry, fault: str
) -> None:
    def open_both(_home: Home, champion: Path, _challenger: Path, _store: Store, _at: datetime) -> Findings:
        if champion.name == "v1":
            raise ChampionError("FeatureMismatchError")
        return Findings()

    folder = _add(home, "v1")
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=Gate(home, sqlite_store, registry, {}))
    _break(folder, fault)
    _add(home, "v2")
    _add(home, "v3", visit_micro_f1=0.01)
    gate = Gate(home, sqlite_store, registry, {"coding": open_both})
    with pytest.raises(RefusedError, match="collapse"):
        promote(home, "coding", "v3", by="ada", store=sqlite_store, gate=gate)
    assert promote(home, "coding", "v2", by="ada", store=sqlite_store, gate=gate).champion == "v2"
    verdict = find_verdict(home, "coding", "v2")
    assert verdict is not None
    assert (verdict.champion, verdict.is_passed) == (None, True)
    assert "the champion v1 can't be loaded" in describe_verdict(verdict)
    assert "v1 can't be loaded" in _events(sqlite_store)[-1][3]["remarks"][0]


def test_the_released_default_stands_in_for_a_broken_champion(
    home: Home, sqlite_store: Store, registry: ModelRegistry
) -> None:
    folder = _add(home, "v1")
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=Gate(home, sqlite_store, registry, {}))
    shutil.copytree(_add(home, "released"), registry.default("coding"))
    _break(folder, "damaged")
    _add(home, "v2", micro_f1=0.3)
    verdict = Gate(home, sqlite_store, registry, {}).examine("coding", "v2", by="ada", at=NOW)
    assert (verdict.champion, verdict.checks) == ("released", {Check.FROZEN_SET})
    assert len(verdict.remarks) == 1


def test_a_challenger_that_cannot_be_opened_is_no_champions_fault(
    home: Home, sqlite_store: Store, registry: ModelRegistry
) -> None:
    for version in ("v1", "v2"):
        _add(home, version)
    gate = Gate(home, sqlite_store, registry, {"coding": examine_coding})
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=Gate(home, sqlite_store, registry, {}))
    with pytest.raises(OSError, match="v2"):
        gate.examine("coding", "v2", by="ada", at=NOW)


def test_what_fails_leaves_no_event(home: Home, sqlite_store: Store, registry: ModelRegistry, gate: Gate) -> None:
    folder = _add(home, "v1")
    with pytest.raises(RegistryError):
        rollback(home, "coding", by="ada", store=sqlite_store, registry=registry)
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=gate)
    before = _events(sqlite_store)
    with pytest.raises(RegistryError):
        promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=gate)
    (folder / "weights").write_text("changed")
    with pytest.raises(ArtefactError):
        promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=gate, force_reason="please")
    with pytest.raises(RegistryError):
        promote(home, "coding", "v9", by="ada", store=sqlite_store, gate=gate, force_reason="please")
    assert _events(sqlite_store) == before


def test_rollback_is_quick(home: Home, sqlite_store: Store, registry: ModelRegistry, gate: Gate) -> None:
    _add(home, "v1")
    promote(home, "coding", "v1", by="ada", store=sqlite_store, gate=gate)
    start = time.perf_counter()
    rollback(home, "coding", by="ada", store=sqlite_store, registry=registry)
    assert time.perf_counter() - start < 5


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")
def test_mlflow_keeps_runs_and_follows_the_champion(
    home: Home, sqlite_store: Store, registry: ModelRegistry, gate: Gate
) -> None:
    point_champion(home, "coding", "v1")
    assert not home.mlflow.exists()
    for version in ("v1", "v2"):
        with track_run(home, "coding", {"mode": "full", "seed": 7}) as run:
            run.register(_add(home, version))
    for version in ("v1", "v2"):
        promote(home, "coding", version, by="ada", store=sqlite_store, gate=gate)
        assert find_champion(home, "coding") == version
    rollback(home, "coding", by="ada", store=sqlite_store, registry=registry)
    assert find_champion(home, "coding") == "v1"
    rollback(home, "coding", by="ada", store=sqlite_store, registry=registry)
    assert find_champion(home, "coding") is None
    cards = sorted(path.read_text() for path in home.mlflow.rglob("card.md"))
    assert cards == ["# v1\n", "# v2\n"]
    with pytest.raises(ValueError, match="longer"), track_run(home, "coding", {"note": "x" * 300}):
        pass
