"""Finds codes for people who type: a code or its beginning, words in any order, abbreviations, lay words, typos."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from data.code_library import CodeLibrary
from data.codes import CODE_TYPES, CodeSystem
from data.home import Home
from models.search.releases import SearchRelease, search_releases
from models.search.synonyms import Synonyms, load_synonyms
from models.search.system_index import Match, SystemIndex
from models.search.tokens import split_parts, split_words

_MAX_WORDS = 16
_MAX_CHARACTERS = 300
_CODE_LIKE = re.compile(r"(?=.*[0-9])[A-Z0-9]{2,7}")
_HIGHEST_SCORE = 1.2
# Beside codes that were typed, words are only a second thought.
_WORDS_BESIDE_CODES = 0.6
_NAMED_SCORE = 0.99
_LEAST_OF_BEST = 0.3
# Inpatient procedures are rarely what is looked for, and their titles hold most words there are.
_SYSTEM_SHARE = {CodeSystem.ICD10PCS: 0.86, CodeSystem.HCPCS: 0.97}


@dataclass(frozen=True, slots=True)
class SearchHit:
    """`score` is in [0, 1] and orders hits of one query; it is no probability."""

    system: CodeSystem
    code: str
    term: str
    is_billable: bool
    score: float


class CodeSearch:
    """`releases` newest first."""

    def __init__(self, releases: Sequence[SearchRelease], synonyms: Synonyms) -> None:
        self._releases = releases
        self._synonyms = synonyms

    def warm(self) -> None:
        """Reads the newest index of every system now."""
        for release in self._in_force(None, None):
            release.index  # noqa: B018

    def search(
        self, query: str, *, system: CodeSystem | str | None = None, on: date | None = None, limit: int = 20
    ) -> list[SearchHit]:
        """The best hits in the releases in force on a day (default: the newest), best first."""
        wanted = None if system is None else CodeSystem(system)
        releases = list(self._in_force(wanted, on))
        by_code = [hit for release in releases for hit in self._find_codes(release, query, on, limit)]
        by_words = [hit for release in releases for hit in self._find_words(release, query, on, limit)]
        share = _WORDS_BESIDE_CODES if by_code else 1.0
        return _best(by_code, by_words, share, limit)

    def _in_force(self, system: CodeSystem | None, on: date | None) -> Iterator[SearchRelease]:
        seen: set[CodeSystem] = set()
        for release in self._releases:
            is_wanted = system in (None, release.system) and release.system not in seen
            if is_wanted and (on is None or release.is_valid_on(on)):
                seen.add(release.system)
                yield release

    def _find_codes(self, release: SearchRelease, query: str, on: date | None, limit: int) -> Iterator[SearchHit]:
        compact = query.strip().upper().replace(".", "", 1)
        if _CODE_LIKE.fullmatch(compact):
            yield from _hits(release, release.index.find_beginning(compact, limit), on)

    def _find_words(self, release: SearchRelease, query: str, on: date | None, limit: int) -> Iterator[SearchHit]:
        words = self._words(query, release.index)
        best: dict[int, float] = {}
        for reading in self._synonyms.readings(words):
            for match in release.index.find_words(reading.words, 2 * limit):
                best[match.row] = max(best.get(match.row, 0.0), match.score * reading.likelihood)
        share = _SYSTEM_SHARE.get(release.system, 1.0) / _HIGHEST_SCORE
        scores = {row: score * share for row, score in best.items()} | self._named(release, words)
        yield from _hits(release, (Match(row, score) for row, score in scores.items()), on)

    def _named(self, release: SearchRelease, words: tuple[str, ...]) -> dict[int, float]:
        """The codes that a synonym names, in its order, when it is all that was asked for."""
        codes = [code for code in self._synonyms.codes.get(words, ()) if code.system is release.system]
        rows = [release.index.find_row(code.compact) for code in codes]
        return {row: _NAMED_SCORE - 0.01 * place for place, row in enumerate(rows) if row is not None}

    def _words(self, query: str, index: SystemIndex) -> tuple[str, ...]:
        """The words of a query; one of letters and digits that nobody knows is taken apart (ckd3, type2)."""
        words = split_words(query[:_MAX_CHARACTERS])[:_MAX_WORDS]
        taken: list[str] = []
        for word in words:
            is_known = word in index or (word,) in self._synonyms.rewrites
            taken += [word] if is_known else split_parts(word) or [word]
        return tuple(taken)


def _hits(release: SearchRelease, matches: Iterable[Match], on: date | None) -> Iterator[SearchHit]:
    index, code_type = release.index, CODE_TYPES[release.system]
    for match in matches:
        if on is None or index.is_valid_on(match.row, on):
            code = code_type(index.codes[match.row]).dotted
            is_billable = bool(index.is_billable[match.row])
            score = min(match.score, 1.0)
            yield SearchHit(release.system, code, index.terms[match.row], is_billable, round(score, 4))


def _best(by_code: list[SearchHit], by_words: list[SearchHit], share: float, limit: int) -> list[SearchHit]:
    found = {(hit.system, hit.code): hit for hit in by_code}
    for hit in by_words:
        scaled = SearchHit(hit.system, hit.code, hit.term, hit.is_billable, round(hit.score * share, 4))
        found.setdefault((hit.system, hit.code), scaled)
    least = _LEAST_OF_BEST * max((hit.score for hit in found.values()), default=0.0)
    hits = [hit for hit in found.values() if hit.score >= least]
    order = list(CodeSystem)
    return sorted(hits, key=lambda hit: (-hit.score, not hit.is_billable, order.index(hit.system), hit.code))[:limit]


def load_code_search(home: Home, library: CodeLibrary) -> CodeSearch:
    """Ready to search: the newest index of each system is read, and built where the cache lacks it."""
    search = CodeSearch(search_releases(home, library), load_synonyms())
    search.warm()
    return search
