"""Promotion and rollback of model versions."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.home import Home
from models.artifacts import ArtefactError, write_manifest
from models.registry import Act, ModelRegistry, RegistryError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
VERSIONS = ("v1", "v2", "v3")


@pytest.fixture
def registry(home: Home, tmp_path: Path) -> ModelRegistry:
    released = tmp_path / "released"
    (released / "coding").mkdir(parents=True)
    return ModelRegistry(home, released)


def _add(registry: ModelRegistry, version: str, at: datetime = NOW) -> Path:
    draft = registry.drafts("coding") / version
    draft.mkdir()
    (draft / "weights").write_text(version)
    write_manifest(draft, name="coding", version=version, data_hash="0" * 64, created_at=at)
    return registry.add_version("coding", draft)


def _promote(registry: ModelRegistry, version: str) -> None:
    registry.promote("coding", version, by="ada", at=NOW)


def test_the_released_default_is_champion_at_first(registry: ModelRegistry, tmp_path: Path) -> None:
    assert registry.champion("coding") == tmp_path / "released" / "coding"
    assert registry.versions("coding") == ()


def test_a_promoted_version_is_champion_for_every_reader(registry: ModelRegistry, home: Home) -> None:
    reader = ModelRegistry(home)
    before = reader.champion("coding")
    folder = _add(registry, "v1")
    assert reader.champion("coding") == before
    _promote(registry, "v1")
    assert reader.champion("coding") == folder == home.models / "coding" / "v1"


def test_versions_are_listed_by_age(registry: ModelRegistry) -> None:
    for number, version in enumerate(("b", "c", "a")):
        _add(registry, version, NOW - timedelta(days=number))
    assert registry.versions("coding") == ("a", "c", "b")


@given(acts=st.lists(st.sampled_from([*VERSIONS, "rollback"]), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_rollback_undoes_the_last_promotion(tmp_path_factory: pytest.TempPathFactory, acts: list[str]) -> None:
    registry = ModelRegistry(Home(tmp_path_factory.mktemp("home")))
    for version in VERSIONS:
        _add(registry, version)
    stack: list[str] = []
    done = 0
    for act in acts:
        is_refused = (act == "rollback" and not stack) or (act != "rollback" and stack[-1:] == [act])
        if is_refused:
            with pytest.raises(RegistryError):
                _act(registry, act)
            continue
        _act(registry, act)
        done += 1
        stack = stack[:-1] if act == "rollback" else [*stack, act]
        expected = registry.default("coding").name if not stack else stack[-1]
        assert registry.champion("coding").name == expected
    assert len(registry.read_pointer("coding").history) == done


def _act(registry: ModelRegistry, act: str) -> None:
    if act == "rollback":
        registry.rollback("coding", by="ada", at=NOW)
    else:
        _promote(registry, act)


def test_history_says_who_and_why(registry: ModelRegistry) -> None:
    _add(registry, "v1")
    registry.promote("coding", "v1", by="ada", at=NOW, is_forced=True, reason="first")
    pointer = registry.rollback("coding", by="bob", at=NOW, reason="slow")
    assert [(one.act, one.version, one.by, one.is_forced, one.reason) for one in pointer.history] == [
        (Act.PROMOTE, "v1", "ada", True, "first"),
        (Act.ROLLBACK, None, "bob", False, "slow"),
    ]


def test_a_damaged_version_is_not_promoted(registry: ModelRegistry) -> None:
    folder = _add(registry, "v1")
    (folder / "weights").write_text("other")
    with pytest.raises(ArtefactError):
        _promote(registry, "v1")
    (folder / "weights").unlink()
    with pytest.raises(ArtefactError):
        _promote(registry, "v1")
    assert registry.read_pointer("coding").stack == ()


def test_rolling_back_to_a_damaged_version_is_refused(registry: ModelRegistry) -> None:
    for version in ("v1", "v2"):
        _add(registry, version)
        _promote(registry, version)
    (registry.champion("coding").parent / "v1" / "weights").write_text("other")
    with pytest.raises(ArtefactError):
        registry.rollback("coding", by="ada", at=NOW)
    assert registry.champion("coding").name == "v2"


def test_half_a_version_is_never_listed(registry: ModelRegistry, home: Home) -> None:
    draft = registry.drafts("coding") / "v1"
    draft.mkdir()
    (draft / "weights").write_text("half")
    with pytest.raises(ArtefactError):
        registry.add_version("coding", draft)
    assert registry.versions("coding") == ()


def test_a_folder_with_a_damaged_manifest_is_no_version(registry: ModelRegistry, home: Home) -> None:
    _add(registry, "v1")
    (_add(registry, "v2") / "manifest.json").write_text("{}")
    _add(registry, "v3").rename(home.models / "coding" / "v4")
    assert registry.versions("coding") == ("v1",)


def test_a_version_is_added_once(registry: ModelRegistry) -> None:
    _add(registry, "v1")
    with pytest.raises(RegistryError):
        _add(registry, "v1")


@pytest.mark.parametrize("version", ["", "..", "../coding", "v1/..", "/etc", ".drafts", "a b", "v9"])
def test_names_that_are_no_version_are_refused(registry: ModelRegistry, version: str) -> None:
    with pytest.raises(RegistryError):
        _promote(registry, version)


@pytest.mark.parametrize("name", ["", "..", "Coding", "a/b"])
def test_names_that_are_no_model_are_refused(registry: ModelRegistry, name: str) -> None:
    with pytest.raises(RegistryError):
        registry.champion(name)


@pytest.mark.parametrize("content", ["", "{}x", '{"stack": 1}', '{"format_version": 2}'])
def test_a_damaged_pointer_serves_nothing(registry: ModelRegistry, home: Home, content: str) -> None:
    _add(registry, "v1")
    _promote(registry, "v1")
    (home.models / "coding" / "champion.json").write_text(content)
    with pytest.raises(ArtefactError):
        registry.champion("coding")


def test_readers_see_whole_pointers_while_others_promote(registry: ModelRegistry, home: Home) -> None:
    for version in ("v1", "v2"):
        _add(registry, version)
    _promote(registry, "v1")
    stop = threading.Event()

    def read() -> set[str]:
        seen = set()
        reader = ModelRegistry(home)
        while not stop.is_set():
            seen.add(reader.champion("coding").name)
        return seen

    def change(number: int) -> None:
        mine = ModelRegistry(home)
        for _ in range(10):
            for act in ("v2", "rollback"):
                try:
                    _act(mine, act)
                except RegistryError:
                    continue

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        list(pool.map(change, range(2)))
        stop.set()
    assert set().union(*(reader.result() for reader in readers)) <= {"v1", "v2", registry.default("coding").name}
    pointer = json.loads((home.models / "coding" / "champion.json").read_text())
    promotions = sum(change["act"] == "promote" for change in pointer["history"])
    assert len(pointer["stack"]) == promotions - (len(pointer["history"]) - promotions)
