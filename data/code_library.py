"""All code-set releases at hand: the embedded ICD-10-CM and whatever was imported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from threading import Lock

from data.codes import CodeSystem
from data.codeset import CodeSet
from data.codeset_table import from_table
from data.embedded import EMBEDDED_FROM, EMBEDDED_RELEASE, EMBEDDED_TO, embedded_cache, load_embedded_icd10cm
from data.home import Home
from data.tables import TableManifest, find_manifests, load_table


@dataclass(frozen=True, slots=True)
class Release:
    """A release that can be loaded; it is read when it is first asked for.

    `fingerprint` changes when its content does, so that what is derived from it can be kept.
    """

    system: CodeSystem
    release: str
    valid_from: date
    valid_to: date | None
    load: Callable[[], CodeSet]
    fingerprint: str

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class CodeLibrary:
    """Releases of all systems. Of two that cover a day, the one that began later holds."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self._releases = sorted(releases, key=lambda release: release.valid_from, reverse=True)
        self._loaded: dict[tuple[CodeSystem, str], CodeSet] = {}
        self._lock = Lock()
        self._release_on = lru_cache(maxsize=65_536)(self._find_release_on)

    @classmethod
    def of(cls, *code_sets: CodeSet) -> "CodeLibrary":
        """A library of code sets that are already in memory."""
        return cls([_in_memory(code_set) for code_set in code_sets])

    def releases(self, system: CodeSystem) -> tuple[Release, ...]:
        """Newest first."""
        return tuple(release for release in self._releases if release.system is system)

    def release_on(self, system: CodeSystem, day: date) -> CodeSet | None:
        """The release in force on a day; None when no release at hand covers it."""
        return self._release_on(system, day)

    def latest(self, system: CodeSystem) -> CodeSet | None:
        return next((self._load(release) for release in self.releases(system)), None)

    def find_release(self, system: CodeSystem, name: str) -> CodeSet | None:
        return next((self._load(release) for release in self.releases(system) if release.release == name), None)

    def _find_release_on(self, system: CodeSystem, day: date) -> CodeSet | None:
        return next((self._load(release) for release in self.releases(system) if release.is_valid_on(day)), None)

    def _load(self, release: Release) -> CodeSet:
        key = (release.system, release.release)
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = release.load()
            return self._loaded[key]


def load_library(home: Home) -> CodeLibrary:
    """The embedded release and the imported ones; an imported release replaces the embedded one of its name."""
    imported = [
        _imported(home, system, manifest) for system in CodeSystem for manifest in find_manifests(home, system.value)
    ]
    if any((item.system, item.release) == (CodeSystem.ICD10CM, EMBEDDED_RELEASE) for item in imported):
        return CodeLibrary(imported)
    load = partial(load_embedded_icd10cm, home)
    embedded = Release(
        CodeSystem.ICD10CM, EMBEDDED_RELEASE, EMBEDDED_FROM, EMBEDDED_TO, load, embedded_cache(home).name
    )
    return CodeLibrary([embedded, *imported])


def _imported(home: Home, system: CodeSystem, manifest: TableManifest) -> Release:
    fingerprint = f"{manifest.imported_at.isoformat()} {' '.join(manifest.source_sha256)}"
    load = partial(_load, home, manifest)
    return Release(system, manifest.release, manifest.valid_from, manifest.valid_to, load, fingerprint)


def _load(home: Home, manifest: TableManifest) -> CodeSet:
    table = load_table(home, manifest.kind, manifest.release)
    return from_table(CodeSystem(manifest.kind), manifest.release, manifest.valid_from, manifest.valid_to, table)


def _in_memory(code_set: CodeSet) -> Release:
    def load() -> CodeSet:
        return code_set

    return Release(
        code_set.system, code_set.release, code_set.valid_from, code_set.valid_to, load, f"{code_set!r} {id(code_set)}"
    )
