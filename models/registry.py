"""Which version of a model is champion: versions are folders, and one small file per model points at the champion.

    <home>/models/coding/
      champion.json         replaced atomically; keeps every change
      2026-11-20-1a2b3c4d/  an artefact: manifest.json and what it names
      2026-11-21-5e6f7a8b/

Without a pointer, or after the last promotion was rolled back, the default that came with the release is champion.
Reading the pointer needs nothing but the file, and costs one `stat` while it does not change.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from data.home import Home
from data.noun import Flag, Identifier, Noun, UtcTime
from models.artifacts import MANIFEST_FILE, ArtefactError, Manifest, load_manifest, read_manifest

RELEASED = Path(__file__).parent / "released"
POINTER_FILE = "champion.json"
FORMAT_VERSION = 1

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")


class RegistryError(ValueError):
    """The request does not fit what is in the registry."""


class Act(StrEnum):
    PROMOTE = "promote"
    ROLLBACK = "rollback"


class Change(Noun):
    """One promotion or rollback; `version` is the champion after it, None for the released default."""

    act: Act
    version: Identifier | None
    by: Identifier
    at: UtcTime
    is_forced: Flag = False
    reason: str = ""


class Pointer(Noun):
    """`stack` holds the promoted versions that a rollback steps back through, the champion last."""

    format_version: int = FORMAT_VERSION
    stack: tuple[Identifier, ...] = ()
    history: tuple[Change, ...] = ()

    @property
    def champion(self) -> str | None:
        return self.stack[-1] if self.stack else None

    @property
    def previous(self) -> str | None:
        """Where a rollback leads; None is the released default."""
        return self.stack[-2] if len(self.stack) > 1 else None

    def __str__(self) -> str:
        return f"champion: {self.champion or 'the released default'}"


class ModelRegistry:
    """Safe to share between threads; changes by several processes wait for each other."""

    def __init__(self, home: Home, released: Path = RELEASED) -> None:
        self._root = home.models
        self._released = released
        self._seen: dict[str, tuple[tuple[int, int, int], Pointer]] = {}

    def champion(self, name: str) -> Path:
        """The folder to serve from; its files are checked when they are loaded."""
        version = self.read_pointer(name).champion
        return self.default(name) if version is None else self._folder(name) / version

    def default(self, name: str) -> Path:
        """The version that came with this release."""
        _check(_NAME, name, "a model's name")
        return self._released / name

    def versions(self, name: str) -> tuple[str, ...]:
        """Every finished version, the oldest first. One whose manifest can't be read is no version."""
        folders = (path.parent for path in self._folder(name).glob(f"*/{MANIFEST_FILE}"))
        manifests = [manifest for folder in folders if (manifest := _find_manifest(folder)) is not None]
        return tuple(manifest.version for manifest in sorted(manifests, key=lambda one: (one.created_at, one.version)))

    def find_version(self, name: str, version: str) -> Path:
        """The folder of a version, every file of it checked. Raises RegistryError or ArtefactError."""
        folder = self._folder(name) / _check(_VERSION, version, "a version")
        if not folder.is_dir():
            raise RegistryError(f"there is no version {version} of {name}")
        if load_manifest(folder, name).version != version:
            raise ArtefactError(f"the manifest in {version} is of another version")
        return folder

    def add_version(self, name: str, draft: Path) -> Path:
        """Moves a finished artefact in: afterwards it is there whole. The draft is on the same disk (see `drafts`)."""
        manifest = load_manifest(draft, name)
        folder = self._folder(name) / _check(_VERSION, manifest.version, "a version")
        if folder.exists():
            raise RegistryError(f"there is a version {manifest.version} of {name} already")
        draft.rename(folder)
        return folder

    def drafts(self, name: str) -> Path:
        """Where a version is built before it is added; nothing in there is ever served."""
        folder = self._folder(name) / ".drafts"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def promote(
        self, name: str, version: str, *, by: str, at: datetime, is_forced: bool = False, reason: str = ""
    ) -> Pointer:
        """Makes a version champion after checking its files. Raises RegistryError when it is champion already."""
        self.find_version(name, version)
        with self._locked(name):
            pointer = self.read_pointer(name)
            if pointer.champion == version:
                raise RegistryError(f"{version} is the champion of {name} already")
            change = Change(act=Act.PROMOTE, version=version, by=by, at=at, is_forced=is_forced, reason=reason)
            return self._write(name, pointer, (*pointer.stack, version), change)

    def rollback(self, name: str, *, by: str, at: datetime, reason: str = "") -> Pointer:
        """Takes the last promotion back. Raises RegistryError when the released default is champion."""
        with self._locked(name):
            pointer = self.read_pointer(name)
            if not pointer.stack:
                raise RegistryError(f"the champion of {name} is the released default: there is nothing to roll back")
            if pointer.previous is not None:
                self.find_version(name, pointer.previous)
            change = Change(act=Act.ROLLBACK, version=pointer.previous, by=by, at=at, reason=reason)
            return self._write(name, pointer, pointer.stack[:-1], change)

    def read_pointer(self, name: str) -> Pointer:
        """Empty when nothing was promoted; raises ArtefactError when the file is damaged: no guess is served."""
        path = self._folder(name) / POINTER_FILE
        try:
            stat = path.stat()
        except FileNotFoundError:
            return Pointer()
        stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        seen = self._seen.get(name)
        if seen is None or seen[0] != stamp:
            seen = self._seen[name] = (stamp, _parse_pointer(path))
        return seen[1]

    def _folder(self, name: str) -> Path:
        return self._root / _check(_NAME, name, "a model's name")

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        folder = self._folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def _write(self, name: str, before: Pointer, stack: tuple[str, ...], change: Change) -> Pointer:
        pointer = Pointer(stack=stack, history=(*before.history, change))
        path = self._folder(name) / POINTER_FILE
        draft = path.with_name(f".{POINTER_FILE}.{os.getpid()}")
        with draft.open("w", encoding="utf-8") as stream:
            stream.write(pointer.model_dump_json(indent=2) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        return pointer


def _find_manifest(folder: Path) -> Manifest | None:
    try:
        manifest = read_manifest(folder)
    except ArtefactError:
        return None
    return manifest if manifest.version == folder.name and _VERSION.fullmatch(folder.name) else None


def _parse_pointer(path: Path) -> Pointer:
    try:
        pointer = Pointer.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ArtefactError(f"{path.name} is not a pointer: {error.error_count()} errors") from None
    if pointer.format_version != FORMAT_VERSION:
        raise ArtefactError(f"{path.name} has format {pointer.format_version}; this version reads {FORMAT_VERSION}")
    return pointer


def _check(shape: re.Pattern[str], text: str, expected: str) -> str:
    if not shape.fullmatch(text):
        raise RegistryError(f"{text!r} is not {expected}")
    return text
