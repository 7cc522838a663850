"""Puts the search together from the releases at hand, and keeps the indexes in the cache."""

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path

from data.catalogue import FOLDER as CATALOGUE_FOLDER
from data.catalogue import load_catalogue
from data.code_library import CodeLibrary, Release
from data.codes import CodeSystem
from data.home import Home
from data.index_terms import INDEX_KIND, find_index_entries
from data.tables import find_manifests
from models.coding import words as recogniser_words
from models.search.code_search import CodeSearch, SearchRelease
from models.search.sources import SearchSources
from models.search.synonyms import load_synonyms, synonyms_text
from models.search.system_index import SystemIndex

_FORMAT = 1
_IN_CATALOGUE = (CodeSystem.CPT, CodeSystem.HCPCS)


def load_code_search(home: Home, library: CodeLibrary) -> CodeSearch:
    """Ready to search: the newest index of each system is read, and built where the cache lacks it."""
    basis = _basis(home)
    releases = [release for system in CodeSystem for release in _releases(home, library, system, basis)]
    search = CodeSearch(releases, load_synonyms())
    search.warm()
    return search


def _releases(home: Home, library: CodeLibrary, system: CodeSystem, basis: str) -> Iterator[SearchRelease]:
    for release in library.releases(system):
        load = partial(_load, home, system, release, basis)
        yield SearchRelease(system, release.valid_from, release.valid_to, load)
    if system in _IN_CATALOGUE and not library.releases(system):
        yield SearchRelease(system, date.min, None, partial(_load, home, system, None, basis))


def _load(home: Home, system: CodeSystem, release: Release | None, basis: str) -> SystemIndex:
    """Reads the index from the cache; builds it when it is missing, or of another version of its sources."""
    name = f"{basis} {release.release} {release.fingerprint}" if release else basis
    path = home.cache / f"search-{system.value}-{hashlib.sha256(name.encode()).hexdigest()[:20]}.npz"
    try:
        return SystemIndex.load(path)
    except (FileNotFoundError, ValueError, KeyError, OSError):
        return _build(home, system, release, path)


def _build(home: Home, system: CodeSystem, release: Release | None, path: Path) -> SystemIndex:
    sources = SearchSources(load_catalogue(), load_synonyms(), tuple(find_index_entries(home)))
    code_set = release.load() if release else None
    common = sources.common_codes(system)
    return SystemIndex.build(
        system, sources.codes(system, code_set), list(sources.terms(system, code_set)), common, path
    )


def _basis(home: Home) -> str:
    """A hash of everything beside the release that goes into an index."""
    digest = hashlib.sha256(f"{_FORMAT} {synonyms_text()}".encode())
    for path in sorted(CATALOGUE_FOLDER.rglob("*.tsv")):
        digest.update(path.read_bytes())
    digest.update(Path(recogniser_words.__file__).read_bytes())
    digest.update((files("data.reference") / "word_variants.tsv").read_bytes())
    for manifest in find_manifests(home, INDEX_KIND)[:1]:
        digest.update(manifest.model_dump_json().encode())
    return digest.hexdigest()
