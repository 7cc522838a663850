"""An artefact is refused unless it is byte for byte what its manifest says."""

import json
from pathlib import Path

import pytest

from models.artifacts import ArtefactError, load_manifest, write_manifest

HASH = "0" * 64


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    folder = tmp_path / "artefact"
    (folder / "tables").mkdir(parents=True)
    (folder / "model.txt").write_text("tree")
    (folder / "tables" / "rates.npz").write_bytes(b"\x00\x01")
    write_manifest(folder, name="denial", version="v1", data_hash=HASH, metrics={"auroc": 0.8})
    return folder


def test_a_sealed_folder_loads_with_its_files(artefact: Path) -> None:
    manifest = load_manifest(artefact, "denial")
    assert sorted(manifest.files) == ["model.txt", "tables/rates.npz"]
    assert manifest.metrics == {"auroc": 0.8}


def test_a_changed_file_is_refused(artefact: Path) -> None:
    (artefact / "model.txt").write_text("other tree")
    with pytest.raises(ArtefactError, match=r"model\.txt"):
        load_manifest(artefact)


def test_an_unlisted_file_is_refused(artefact: Path) -> None:
    (artefact / "extra.py").write_text("")
    with pytest.raises(ArtefactError, match=r"extra\.py"):
        load_manifest(artefact)


def test_a_missing_file_is_refused(artefact: Path) -> None:
    (artefact / "model.txt").unlink()
    with pytest.raises(ArtefactError, match=r"model\.txt"):
        load_manifest(artefact)


def test_another_name_is_refused(artefact: Path) -> None:
    with pytest.raises(ArtefactError, match="not of coding"):
        load_manifest(artefact, "coding")


def _edit(artefact: Path, **changes: object) -> None:
    path = artefact / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"format_version": 2},
        {"files": {"../../etc/passwd": HASH}},
        {"files": {"/etc/passwd": HASH}},
        {"unknown_field": 1},
        {"data_hash": "short"},
    ],
)
def test_a_manifest_that_we_do_not_know_is_refused(artefact: Path, changes: dict[str, object]) -> None:
    _edit(artefact, **changes)
    with pytest.raises(ArtefactError):
        load_manifest(artefact)


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"manifest\.json"):
        load_manifest(tmp_path)
