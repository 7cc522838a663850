"""The procedure catalogue: the services that the project knows by number, words and attributes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from data.catalogue_rows import (
    CatalogueError,
    Row,
    parse_choices,
    parse_day,
    parse_list,
    parse_pairs,
    parse_places,
    parse_procedure,
    parse_unit_rule,
    read_rows,
)
from data.codes import ProcedureCode
from data.services import Family, FamilyKind, GlobalPeriod, Merge, Reasons, Service, Sides, Term

__all__ = ["Catalogue", "CatalogueError", "Service", "UnknownServiceError", "load_catalogue"]

FOLDER = Path(__file__).parent / "reference" / "procedures"

_FAMILY_COLUMNS = "family title kind merge sides split_by components defaults places cues indications".split()
_TERM_COLUMNS = "attribute value paired phrases".split()
_REASON_COLUMNS = "services diagnoses".split()
_GROUP_COLUMNS = "group values".split()
_SERVICE_COLUMNS = "system code name family attributes cues units parents global places valid_from valid_to".split()


class UnknownServiceError(LookupError):
    """The code is not in the catalogue; a licensed file that the operator imports adds codes."""


@dataclass(frozen=True)
class Catalogue:
    """All services with their families, the words for attribute values, and reasons by family or service number."""

    services: tuple[Service, ...]
    families: Mapping[str, Family]
    terms: tuple[Term, ...]
    reasons: Mapping[str, Reasons] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> Mapping[ProcedureCode, Service]:
        return {service.code: service for service in self.services}

    @cached_property
    def by_family(self) -> Mapping[str, tuple[Service, ...]]:
        members: dict[str, list[Service]] = defaultdict(list)
        for service in self.services:
            members[service.family].append(service)
        return {family: tuple(services) for family, services in members.items()}

    @cached_property
    def add_ons(self) -> Mapping[ProcedureCode, tuple[Service, ...]]:
        """Add-on services by the code of each parent."""
        found: dict[ProcedureCode, list[Service]] = defaultdict(list)
        for service in self.services:
            for parent in service.parents:
                found[parent].append(service)
        return {parent: tuple(services) for parent, services in found.items()}

    def reasons_of(self, service: Service) -> Reasons:
        """Its own, then its family's."""
        return (*self.reasons.get(service.code.compact, ()), *self.reasons.get(service.family, ()))

    def find(self, code: ProcedureCode) -> Service | None:
        return self.by_code.get(code)

    def get(self, code: ProcedureCode) -> Service:
        service = self.find(code)
        if service is None:
            raise UnknownServiceError(f"{code} is not in the catalogue: import your licensed file")
        return service


def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Reads and checks every table; raises CatalogueError with the file and line of the first broken row."""
    terms = tuple(_read_term(row) for row in read_rows(folder / "terms.tsv", _TERM_COLUMNS))
    groups = {
        row["group"]: frozenset(row["values"].split()) for row in read_rows(folder / "groups.tsv", _GROUP_COLUMNS)
    }
    families = _read_families(folder / "families.tsv")
    rows = [row for path in sorted((folder / "services").glob("*.tsv")) for row in read_rows(path, _SERVICE_COLUMNS)]
    codes_by_family = _codes_by_family(rows, families)
    values: dict[str, frozenset[str]] = defaultdict(frozenset)
    for term in terms:
        values[term.attribute] |= {term.value}
    services = tuple(_read_service(row, families, codes_by_family, values, groups) for row in rows)
    _check_words(rows, services, families)
    known = {*families, *(service.code.compact for service in services)}
    return Catalogue(services, families, terms, _read_reasons(folder / "reasons.tsv", known))


def _read_term(row: Row) -> Term:
    return Term(row["attribute"], row["value"], row["paired"] == "yes", row.parse("phrases", parse_list))


def _read_families(path: Path) -> dict[str, Family]:
    families: dict[str, Family] = {}
    for row in read_rows(path, _FAMILY_COLUMNS):
        if row["family"] in families:
            raise row.error(f"the family {row['family']} is defined twice")
        families[row["family"]] = _read_family(row)
    return families


def _read_family(row: Row) -> Family:
    return Family(
        key=row["family"],
        title=row["title"],
        kind=row.parse("kind", FamilyKind),
        merge=row.parse("merge", Merge),
        sides=row.parse("sides", Sides),
        split_by=tuple(row["split_by"].split()),
        is_split_in_components=row["components"] == "yes",
        defaults=row.parse("defaults", parse_pairs),
        places=row.parse("places", parse_places),
        cues=row.parse("cues", parse_list),
        indications=row.parse("indications", parse_list),
    )


def _read_reasons(path: Path, known: Collection[str]) -> dict[str, Reasons]:
    """The diagnoses for which families and services are usually rendered."""
    reasons: dict[str, Reasons] = {}
    for row in read_rows(path, _REASON_COLUMNS):
        for key in row["services"].split():
            if key not in known or key in reasons:
                raise row.error(f"{key} is no family and no service, or has reasons already")
            reasons[key] = tuple(tuple(rank.split()) for rank in row["diagnoses"].split(">"))
    return reasons


def _codes_by_family(rows: list[Row], families: Mapping[str, Family]) -> dict[str, list[ProcedureCode]]:
    codes: dict[str, list[ProcedureCode]] = defaultdict(list)
    seen: set[str] = set()
    for row in rows:
        code = row.parse("code", lambda text, row=row: parse_procedure(row["system"], text))  # type: ignore[misc]
        if row["family"] not in families:
            raise row.error(f"{row['family']} is not a family")
        if code.compact in seen:
            raise row.error(f"{code} is listed twice")
        seen.add(code.compact)
        codes[row["family"]].append(code)
    return codes


def _read_service(
    row: Row,
    families: Mapping[str, Family],
    codes_by_family: Mapping[str, list[ProcedureCode]],
    values: Mapping[str, frozenset[str]],
    groups: Mapping[str, frozenset[str]],
) -> Service:
    code = row.parse("code", lambda text: parse_procedure(row["system"], text))
    service = Service(
        code=code,
        name=row["name"],
        family=row["family"],
        attributes=row.parse("attributes", lambda text: parse_choices(text, values, groups)),
        cues=row.parse("cues", parse_list),
        unit_rule=row.parse("units", parse_unit_rule),
        parents=row.parse("parents", lambda text: _parse_parents(text, codes_by_family)),
        global_period=row.parse("global", lambda text: GlobalPeriod(text or "XXX")),
        places=row.parse("places", parse_places) or families[row["family"]].places,
        valid_from=row.parse("valid_from", parse_day),
        valid_to=row.parse("valid_to", parse_day),
    )
    _check_service(row, service)
    return service


def _parse_parents(text: str, codes_by_family: Mapping[str, list[ProcedureCode]]) -> tuple[ProcedureCode, ...]:
    """Codes of the catalogue, or `@family` for all of a family's."""
    if not text:
        return ()
    every = {code.compact: code for codes in codes_by_family.values() for code in codes}
    parents: list[ProcedureCode] = []
    for item in text.split():
        if item.startswith("@") and item[1:] in codes_by_family:
            parents += codes_by_family[item[1:]]
        elif item in every:
            parents.append(every[item])
        else:
            raise ValueError(f"{item} is neither a code nor a family of the catalogue")
    return tuple(dict.fromkeys(parents))


def _check_service(row: Row, service: Service) -> None:
    if not service.name:
        raise row.error("a service has a name")
    if service.code in service.parents:
        raise row.error("an add-on is not its own parent")
    if service.valid_from and service.valid_to and service.valid_to < service.valid_from:
        raise row.error("valid_to is before valid_from")
    if (service.global_period is GlobalPeriod.ADD_ON) and not service.is_add_on:
        raise row.error("the global period ZZZ belongs to an add-on with parents")


def _check_words(rows: list[Row], services: tuple[Service, ...], families: Mapping[str, Family]) -> None:
    """A cue belongs to one family, and siblings that answer the same cue differ in an attribute."""
    owner = {_fold(cue): family.key for family in families.values() for cue in family.cues}
    answering: dict[tuple[str, str], list[Service]] = defaultdict(list)
    for row, service in zip(rows, services, strict=True):
        if families[service.family].kind is FamilyKind.DERIVED or (service.is_add_on and not service.cues):
            continue
        for cue in map(_fold, service.cues):
            if owner.setdefault(cue, service.family) != service.family:
                raise row.error(f"the cue {cue!r} already belongs to the family {owner[cue]}")
        for cue in {*map(_fold, service.cues), *([] if service.cues else [""])}:
            for sibling in answering[service.family, cue]:
                if sibling.attributes == service.attributes and sibling.overlaps(service):
                    raise row.error(f"{service.code} and {sibling.code} can't be told apart: {cue or 'no own cue'}")
            answering[service.family, cue].append(service)


def _fold(cue: str) -> str:
    return " ".join(cue.casefold().split())
