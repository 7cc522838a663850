"""What can be found, and by which words: code sets, the Alphabetic Index, the procedure catalogue, synonyms."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data.catalogue import Catalogue
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.formats.icd10cm_index import IndexEntry
from data.services import Service
from models.coding.words import normalize_word
from models.search.build_index import (
    CUE,
    INDEX,
    SERVICE,
    SYNONYM,
    SearchCode,
    SearchTerm,
    code_set_terms,
    default_billable,
    kin_key,
)
from models.search.synonyms import Synonyms
from models.search.tokens import split_words

# Words of the index that name its own structure; the code's title says the rest.
_TABLE_ROOT = ("Neoplasm, neoplastic",)
_FAMILY_CUE = 0.97
_SIDE = re.compile(r"\b(left|right|bilateral)\b")


@dataclass(frozen=True, slots=True)
class SearchSources:
    catalogue: Catalogue
    synonyms: Synonyms
    index_entries: tuple[IndexEntry, ...] = ()

    def common_codes(self, system: CodeSystem) -> frozenset[str]:
        """Codes that a synonym leads to are those that people ask for."""
        return frozenset(
            code.compact for codes in self.synonyms.codes.values() for code in codes if code.system is system
        )

    def codes(self, system: CodeSystem, code_set: CodeSet | None) -> list[SearchCode]:
        """Those of the code set; of the catalogue when there is none."""
        if code_set is None:
            return [
                SearchCode(service.code.compact, service.name, True, service.valid_from, service.valid_to)
                for service in self._services(system)
            ]
        return [
            SearchCode(compact, term, bool(billable), *code_set.days_of(compact))
            for compact, term, billable in zip(code_set.codes, code_set.terms, code_set.billable, strict=True)
            if billable or system is not CodeSystem.ICD10PCS  # its headers are tables, not codes
        ]

    def terms(self, system: CodeSystem, code_set: CodeSet | None) -> Iterator[SearchTerm]:
        if code_set is not None:
            yield from code_set_terms(code_set)
        for service in self._services(system):
            yield from self._service_terms(service)
        sides = _SideCodes(code_set) if system is CodeSystem.ICD10CM and code_set else None
        for words, codes in self.synonyms.codes.items():
            for code in codes:
                if code.system is system:
                    yield SearchTerm(code.compact, " ".join(words), SYNONYM)
                    for compact, side in sides.of(code.compact) if sides else ():
                        yield SearchTerm(compact, " ".join((*words, side)), SYNONYM)
        if system is CodeSystem.ICD10CM and code_set is not None:
            yield from _index_terms(self.index_entries, code_set)

    def _services(self, system: CodeSystem) -> Iterable[Service]:
        return (service for service in self.catalogue.services if service.code.system is system)

    def _service_terms(self, service: Service) -> Iterator[SearchTerm]:
        family = self.catalogue.families[service.family]
        compact = service.code.compact
        yield SearchTerm(compact, service.name, SERVICE)
        yield SearchTerm(compact, f"{family.title} {service.name}", SERVICE)
        yield from (SearchTerm(compact, cue, CUE) for cue in service.cues)
        yield from (SearchTerm(compact, cue, _FAMILY_CUE) for cue in family.cues if not service.cues)


class _SideCodes:
    """The same condition with its side: what is called an ear infection may be of the left ear."""

    def __init__(self, code_set: CodeSet) -> None:
        self._code_set = code_set
        self._kin: dict[str, list[tuple[str, str]]] = {}
        for compact, term in zip(code_set.codes, code_set.terms, strict=True):
            sides = _SIDE.findall(term)
            if len(sides) == 1 and code_set.is_billable(compact):
                self._kin.setdefault(kin_key(compact), []).append((compact, sides[0]))

    def of(self, compact: str) -> list[tuple[str, str]]:
        """The codes that differ from this one in nothing but the side that they name, with the side."""
        entry = self._code_set.find(compact)
        kin = self._kin.get(kin_key(compact), []) if entry else []
        return [(code, side) for code, side in kin if entry and self._words(code) == _sideless(entry.term)]

    def _words(self, compact: str) -> frozenset[str]:
        return _sideless(self._code_set.get(compact).term)


def _sideless(term: str) -> frozenset[str]:
    return frozenset(map(normalize_word, split_words(_SIDE.sub(" ", term)))) - {""}


def _index_terms(entries: Iterable[IndexEntry], code_set: CodeSet) -> Iterator[SearchTerm]:
    for entry in entries:
        if entry.code in code_set:
            path = entry.path[1:] if entry.path[:1] == _TABLE_ROOT else entry.path
            text = " ".join((*path, entry.column))
            yield SearchTerm(default_billable(code_set, entry.code), text, INDEX)
            if entry.modifiers:
                yield SearchTerm(default_billable(code_set, entry.code), f"{text} {entry.modifiers}", INDEX)
