"""The procedure catalogue: what it holds, what it refuses, and how it agrees with published facts."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from data.catalogue import FOLDER, Catalogue, CatalogueError, UnknownServiceError, load_catalogue
from data.catalogue_rows import parse_interval, parse_unit_rule
from data.codes import CodeSystem, Cpt, Hcpcs
from data.services import FamilyKind, Rounding, Sides, UnitKind, UnitRule

# Attributes that tell places apart and choose no service.
_PLACES = frozenset({"segment"})


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_it_covers_common_services(catalogue: Catalogue) -> None:
    systems = [service.code.system for service in catalogue.services]
    assert systems.count(CodeSystem.CPT) >= 900
    assert systems.count(CodeSystem.HCPCS) >= 250


def test_every_service_can_be_found_or_follows_from_another(catalogue: Catalogue) -> None:
    for service in catalogue.services:
        family = catalogue.families[service.family]
        is_named = service.cues or family.cues
        assert is_named or service.parents or family.kind in (FamilyKind.VISIT, FamilyKind.DERIVED), service.code


def test_names_are_our_own_plain_words(catalogue: Catalogue) -> None:
    for service in catalogue.services:
        assert 3 < len(service.name) < 100
        assert ";" not in service.name


def test_names_tell_services_apart(catalogue: Catalogue) -> None:
    names = [service.name for service in catalogue.services]
    assert len(set(names)) == len(names)


def test_every_word_is_used(catalogue: Catalogue) -> None:
    used = {
        (key, value)
        for service in catalogue.services
        for key, choice in service.attributes.items()
        if isinstance(choice, frozenset)
        for value in choice
    }
    unused = [t for t in catalogue.terms if (t.attribute, t.value) not in used and t.attribute not in _PLACES]
    assert unused == []


def test_a_family_by_site_knows_which_sites_are_paired(catalogue: Catalogue) -> None:
    paired = {term.value for term in catalogue.terms if term.is_paired}
    assert {"knee", "eyelid", "finger"} <= paired
    assert not {"chest", "nose", "lumbar_spine"} & paired


def test_add_ons_are_found_by_their_parents(catalogue: Catalogue) -> None:
    assert Cpt("17003") in {service.code for service in catalogue.add_ons[Cpt("17000")]}
    for service in catalogue.services:
        assert all(parent in catalogue.by_code for parent in service.parents)


def test_an_unknown_code_says_what_to_do(catalogue: Catalogue) -> None:
    assert catalogue.find(Cpt("00001")) is None
    with pytest.raises(UnknownServiceError, match="00001 is not in the catalogue: import your licensed file"):
        catalogue.get(Cpt("00001"))


@pytest.mark.parametrize(
    ("code", "day", "is_valid"),
    [
        ("99441", date(2024, 12, 31), True),
        ("99441", date(2025, 1, 1), False),
        ("98016", date(2024, 12, 31), False),
        ("98016", date(2025, 1, 1), True),
        ("99213", date(2000, 1, 1), True),
    ],
)
def test_services_are_dated(catalogue: Catalogue, code: str, day: date, is_valid: bool) -> None:
    assert catalogue.get(Cpt(code)).is_valid_on(day) is is_valid


VISITS, SKIN, FAMILIES = "services/visits.tsv", "services/skin.tsv", "families.tsv"
# What is wrong, in which file, the text that is replaced at its first place, by which text, and the message.
BROKEN = [
    ("a malformed code", VISITS, "cpt\t99202", "cpt\t9920", "is not a"),
    ("another system", VISITS, "cpt\t99202", "icd10cm\tE119", "expected the system"),
    ("an unknown system", VISITS, "cpt\t99202", "cbt\t99202", "cbt"),
    ("no name", VISITS, "New patient office visit, straightforward decisions", "", "has a name"),
    ("an unknown family", VISITS, "\toffice_visit\t", "\tofice_visit\t", "is not a family"),
    ("a range backwards", VISITS, "minutes=15..29", "minutes=29..15", "from low to high"),
    ("no range", VISITS, "minutes=15..29", "minutes=many", "expected a number"),
    ("an unknown attribute", VISITS, "mdm=low", "mdn=low", "mdn is not an attribute"),
    ("an unknown value", VISITS, "mdm=low", "mdm=tiny", "tiny is not a value of mdm"),
    ("an unknown group", SKIN, "@trunk_limbs", "@trunks", "@trunks is not a group"),
    ("an unknown parent", SKIN, "\t17000\tZZZ", "\t17999\tZZZ", "17999 is neither"),
    ("itself as parent", SKIN, "\t17000\tZZZ", "\t17003\tZZZ", "its own parent"),
    ("an add-on period without parent", VISITS, "\t99291\tZZZ", "\t\tZZZ", "ZZZ belongs"),
    ("a unit rule", SKIN, "extra count over 1 per 1 up", "each", "expected once"),
    ("a place", VISITS, "\tonce\t\tXXX\t\t", "\tonce\t\tXXX\t1\t", "two-digit"),
    ("a date", VISITS, "2024-12-31", "soon", "valid_to"),
    ("dates backwards", VISITS, "2024-12-31", "2023-12-31", "before valid_from"),
    ("a missing cell", VISITS, "\tonce\t\tXXX\t\t\t\n", "\tonce\n", "expected 12 cells"),
    ("a header", FAMILIES, "family\ttitle", "family\tname", "expected the columns"),
    ("a kind", FAMILIES, "\tact\t", "\tdeed\t", "deed"),
    ("a family twice", FAMILIES, "nurse_visit\t", "office_visit\t", "defined twice"),
    ("reasons of nothing", "reasons.tsv", "skin_tags\t", "skin_tag\t", "no family and no service"),
    ("reasons twice", "reasons.tsv", "acne_surgery\t", "skin_tags\t", "has reasons already"),
    ("a repeated phrase", "terms.tsv", "site\tscalp\tno\t", "site\tscalp\tno\tscalp; ", "repeated"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), [c[1:] for c in BROKEN], ids=[c[0] for c in BROKEN])
def test_a_broken_row_is_named(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    folder = tmp_path / "procedures"
    shutil.copytree(FOLDER, folder)
    path = folder / file
    text = path.read_text("utf8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf8")
    with pytest.raises(CatalogueError, match=rf"^{path.name}, line \d+: .*{message}"):
        load_catalogue(folder)


def _add(folder: Path, row: str) -> None:
    path = folder / "services" / "behavioral.tsv"
    path.write_text(path.read_text("utf8") + row + "\n", "utf8")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("cpt\t99213\tTwice\tpsychotherapy\t\t\tonce\t\tXXX\t\t\t", "listed twice"),
        ("cpt\t90799\tStolen\tpsychotherapy\t\tcolonoscopy\tonce\t\tXXX\t\t\t", "belongs to the family colonoscopy"),
        ("cpt\t90799\tA twin\tpsychotherapy\tminutes=16..37\t\tonce\t\tXXX\t\t\t", "can't be told apart"),
    ],
)
def test_services_that_words_can_not_tell_apart_are_refused(tmp_path: Path, row: str, message: str) -> None:
    folder = tmp_path / "procedures"
    shutil.copytree(FOLDER, folder)
    _add(folder, row)
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("3", (3,), (2, 4)),
        ("2..14", (2, 14), (1, 15)),
        ("15..", (15, 400), (14,)),
        ("0.6..1", (0.6, 0.96, 1), (0.5, 1.1)),
    ],
)
def test_ranges_hold_their_ends(text: str, inside: tuple[float, ...], outside: tuple[float, ...]) -> None:
    interval = parse_interval(text)
    assert all(value in interval for value in inside)
    assert not any(value in interval for value in outside)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("once", UnitRule()),
        ("count", UnitRule(UnitKind.COUNT)),
        ("dose 10 mg", UnitRule(UnitKind.DOSE, "mg", 0, 10)),
        ("extra length_cm over 7.5 per 5 up", UnitRule(UnitKind.EXTRA, "length_cm", 7.5, 5, Rounding.UP)),
        ("extra minutes over 60 per 15 full", UnitRule(UnitKind.EXTRA, "minutes", 60, 15, Rounding.FULL)),
    ],
)
def test_unit_rules_are_read(text: str, rule: UnitRule) -> None:
    assert parse_unit_rule(text) == rule


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_global_periods_and_components_agree_with_the_fee_schedule(catalogue: Catalogue, shared_data: Path) -> None:
    rows = _read(shared_data / "claims/cms_edits/pfs_indicators_2024_NODESCRIPTOR.csv")
    published = {row["hcpcs_code"]: row for row in rows if not row["mod"]}
    for service in catalogue.services:
        row = published.get(service.code.compact)
        if row is None or service.code.system is CodeSystem.HCPCS:
            continue
        assert service.global_period.value == row["glob"].replace("YYY", "XXX"), service.code
        if catalogue.families[service.family].is_split_in_components:
            assert row["pctc"] in ("1", "2", "3", "4"), service.code


def test_sides_agree_with_the_fee_schedule(catalogue: Catalogue, shared_data: Path) -> None:
    rows = _read(shared_data / "claims/cms_edits/pfs_indicators_2024_NODESCRIPTOR.csv")
    published = {row["hcpcs_code"]: row["bilat_surg"] for row in rows if not row["mod"]}
    for service in catalogue.services:
        if catalogue.families[service.family].sides is Sides.PAIRED and service.code.system is CodeSystem.CPT:
            assert published.get(service.code.compact) != "9", service.code


def test_add_ons_agree_with_the_published_table(catalogue: Catalogue, shared_data: Path) -> None:
    rows = _read(shared_data / "claims/cms_edits/ncci_addon_codes_2024.csv")
    pairs = {(row["primary_code"], row["add_on_code"]) for row in rows}
    add_ons = {add_on for _, add_on in pairs}
    for service in catalogue.services:
        code = service.code.compact
        assert service.is_add_on or code not in add_ons, code
        for parent in service.parents if code in add_ons else ():
            assert (parent.compact, code) in pairs or ("CCCCC", code) in pairs, (parent, code)


def test_hcpcs_codes_are_current_or_dated(catalogue: Catalogue, shared_data: Path) -> None:
    rows = {row["code"]: row for row in _read(shared_data / "codesets/hcpcs_level2/hcpcs_level2_merged.csv")}
    for service in catalogue.services:
        if isinstance(service.code, Hcpcs):
            row = rows[service.code.compact]
            assert (row["current_2026q2"] == "1") == (service.valid_to is None), service.code
