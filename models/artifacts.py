"""Trained artefacts on disk: a folder of data files and a manifest that names every one with its SHA-256.

An artefact holds no code and no pickles. Loading checks every file before anything is read from it,
so a truncated download, a changed weight or an unlisted file is refused instead of served.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from data.noun import Identifier, Noun, UtcTime

MANIFEST_FILE = "manifest.json"
FORMAT_VERSION = 1

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")]


class ArtefactError(ValueError):
    """The folder is not an artefact that this version can trust."""


class Manifest(Noun):
    """What an artefact is and what it was made of. `files` maps relative paths to their SHA-256."""

    format_version: int
    name: Identifier
    version: Identifier
    created_at: UtcTime
    data_hash: Sha256
    code_set_releases: dict[str, str] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)
    files: dict[FileName, Sha256]


def hash_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def list_files(folder: Path) -> list[str]:
    """Every file below the folder except the manifest, as sorted POSIX paths relative to it."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in paths if path != MANIFEST_FILE)


def write_manifest(
    folder: Path,
    *,
    name: str,
    version: str,
    data_hash: str,
    code_set_releases: Mapping[str, str] | None = None,
    metrics: Mapping[str, float] | None = None,
    created_at: datetime | None = None,
) -> Manifest:
    """Seals a folder of finished files; call it last, and atomically: the manifest appears whole or not at all."""
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        name=name,
        version=version,
        created_at=created_at or datetime.now(UTC),
        data_hash=data_hash,
        code_set_releases=dict(code_set_releases or {}),
        metrics=dict(metrics or {}),
        files={path: hash_file(folder / path) for path in list_files(folder)},
    )
    draft = folder / f".{MANIFEST_FILE}.{os.getpid()}"
    draft.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / MANIFEST_FILE)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Reads the manifest without checking the files; raises ArtefactError when there is none that we know."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST_FILE).read_bytes())
    except FileNotFoundError:
        raise ArtefactError(f"{folder.name} holds no {MANIFEST_FILE}") from None
    except ValidationError as error:
        raise ArtefactError(f"{folder.name}/{MANIFEST_FILE} is not a manifest: {error.error_count()} errors") from None
    if manifest.format_version != FORMAT_VERSION:
        raise ArtefactError(f"{folder.name} has format {manifest.format_version}; this version reads {FORMAT_VERSION}")
    return manifest


def load_manifest(folder: Path, name: str | None = None) -> Manifest:
    """Reads the manifest and checks that the files are exactly those that it names, byte for byte."""
    manifest = read_manifest(folder)
    if name is not None and manifest.name != name:
        raise ArtefactError(f"{folder.name} is an artefact of {manifest.name}, not of {name}")
    if difference := set(manifest.files) ^ set(list_files(folder)):
        raise ArtefactError(f"{folder.name} differs from its manifest in the files {sorted(difference)}")
    for path, expected in manifest.files.items():
        if hash_file(folder / path) != expected:
            raise ArtefactError(f"{folder.name}/{path} is not the file that its manifest names")
    return manifest
