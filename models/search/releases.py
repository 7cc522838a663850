"""The releases that can be searched, and their indexes in the cache."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

from data.catalogue import FOLDER as CATALOGUE_FOLDER
from data.catalogue import load_catalogue
from data.code_library import CodeLibrary, Release
from data.codes import CodeSystem
from data.home import Home
from data.index_terms import INDEX_KIND, find_index_entries
from data.tables import find_manifests
from models.coding import words as recogniser_words
from models.search.sources import SearchSources
from models.search.synonyms import load_synonyms, synonyms_text
from models.search.system_index import SystemIndex

_FORMAT = 2
_IN_CATALOGUE = (CodeSystem.CPT, CodeSystem.HCPCS)


@dataclass(frozen=True)
class SearchRelease:
    """A release that can be searched; its index is read when it is first needed."""

    system: CodeSystem
    valid_from: date
    valid_to: date | None
    load: Callable[[], SystemIndex]

    @cached_property
    def index(self) -> SystemIndex:
        return self.load()

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def search_releases(home: Home, library: CodeLibrary) -> list[SearchRelease]:
    """What can be searched, newest first; CPT and HCPCS by the catalogue alone where nothing was imported."""
    return [found for system in CodeSystem for found in _releases(home, library, system)]


def _releases(home: Home, library: CodeLibrary, system: CodeSystem) -> Iterator[SearchRelease]:
    basis = _basis(home, system)
    for release in library.releases(system):
        load = partial(_load, home, system, release, basis)
        yield SearchRelease(system, release.valid_from, release.valid_to, load)
    if system in _IN_CATALOGUE and not library.releases(system):
        yield SearchRelease(system, date.min, None, partial(_load, home, system, None, basis))


def _load(home: Home, system: CodeSystem, release: Release | None, basis: str) -> SystemIndex:
    """Reads the index from the cache; builds it when it is missing, or of another version of its sources."""
    label = f"search-{system.value}-{release.release if release else 'catalogue'}"
    identity = hashlib.sha256(f"{basis} {release.fingerprint if release else ''}".encode()).hexdigest()[:20]
    path = home.cache / f"{label}-{identity}.npz"
    try:
        return SystemIndex.load(path)
    except (OSError, ValueError, KeyError, BadZipFile):
        for outdated in home.cache.glob(f"{label}-*.npz"):
            outdated.unlink(missing_ok=True)
        return _build(home, system, release, path)


def _build(home: Home, system: CodeSystem, release: Release | None, path: Path) -> SystemIndex:
    sources = SearchSources(load_catalogue(), load_synonyms(), tuple(find_index_entries(home)))
    code_set = release.load() if release else None
    common = sources.common_codes(system)
    return SystemIndex.build(
        system, sources.codes(system, code_set), list(sources.terms(system, code_set)), common, path
    )


def _basis(home: Home, system: CodeSystem) -> str:
    """A hash of everything beside the release that goes into an index."""
    digest = hashlib.sha256(f"{_FORMAT} {synonyms_text()}".encode())
    digest.update(Path(recogniser_words.__file__).read_bytes())
    digest.update((files("data.reference") / "word_variants.tsv").read_bytes())
    if system in _IN_CATALOGUE:
        for path in sorted(CATALOGUE_FOLDER.rglob("*.tsv")):
            digest.update(path.read_bytes())
    for manifest in find_manifests(home, INDEX_KIND)[:1] if system is CodeSystem.ICD10CM else ():
        digest.update(manifest.model_dump_json().encode())
    return digest.hexdigest()
