"""Imports of the official and derived files at hand; skipped where they are absent."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from data.code_library import CodeLibrary, load_library
from data.code_notes import NoteKind
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.home import Home
from data.imports import ImportReport, import_release
from data.index_terms import find_index_entries

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled(
    shared_data: Path, code_home: Home, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Home, dict[str, ImportReport]]:
    home = Home(tmp_path_factory.mktemp("official"))
    shutil.copytree(code_home.cache, home.cache)
    sets = shared_data / "codesets"
    changes, index, pcs = sets / "icd10cm_fy2027_changes", sets / "icd10cm_index_fy2025", sets / "icd10pcs_fy2026"
    lists = ("icd10cm_codes_fy2027.csv", "fy2027_added.csv", "fy2027_deleted.txt", "fy2027_billable_to_header.txt")
    hcpcs = sets / "hcpcs_level2" / "hcpcs_level2_merged.csv"
    april = date(2026, 4, 1)
    reports = (
        import_release("icd10cm", [changes / name for name in (*lists, "fy2027_revised.csv")], home=home, by="tester"),
        import_release("icd10cm-index", sorted(index.glob("*.xml")), home=home, by="tester"),
        import_release("icd10pcs", sorted(pcs.glob("2026-icd*.zip")), home=home, by="tester"),
        import_release("hcpcs", [hcpcs], home=home, release="2026-04", valid_from=april, by="tester"),
    )
    return home, {report.kind: report for report in reports}


@pytest.fixture(scope="module")
def library(filled: tuple[Home, dict[str, ImportReport]]) -> CodeLibrary:
    return load_library(filled[0])


def newest(library: CodeLibrary, system: CodeSystem) -> CodeSet:
    code_set = library.latest(system)
    assert code_set is not None
    return code_set


def test_fy2027_is_complete_and_in_force_from_october(library: CodeLibrary) -> None:
    code_set = newest(library, CodeSystem.ICD10CM)
    assert (code_set.release, len(code_set), int(code_set.billable.sum())) == ("FY2027", 98_403, 74_879)
    assert library.release_on(CodeSystem.ICD10CM, date(2026, 10, 1)) is code_set
    before = library.release_on(CodeSystem.ICD10CM, date(2026, 9, 30))
    assert before is not None
    assert before.release == "FY2026"


def test_fy2027_has_the_parents_that_the_list_names(library: CodeLibrary, shared_data: Path) -> None:
    code_set = newest(library, CodeSystem.ICD10CM)
    path = shared_data / "codesets" / "icd10cm_fy2027_changes" / "icd10cm_codes_fy2027.csv"
    with path.open(encoding="utf8", newline="") as file:
        for row in csv.DictReader(file):
            entry = code_set.get(row["code"])
            parent = entry.parent or (entry.block or "").partition("-")[0]
            assert row["parent"] in (parent, entry.block, "")


def test_fy2027_keeps_notes_and_names_what_was_retired(library: CodeLibrary) -> None:
    code_set = newest(library, CodeSystem.ICD10CM)
    assert code_set.notes("E1122", NoteKind.EXCLUDES1, inherited=True)
    assert len(code_set.retired) == 21
    assert code_set.find_retired("S23420A") is not None
    assert code_set.successors("D691") == ("D6911", "D6919")


def test_pcs_is_complete_and_every_retired_code_has_successors(library: CodeLibrary) -> None:
    code_set = newest(library, CodeSystem.ICD10PCS)
    assert (len(code_set), int(code_set.billable.sum())) == (80_110, 79_193)
    assert code_set.successors("D0Y0KZZ") == ("00500Z3", "00503Z3", "00504Z3")
    assert all(code in code_set for retired in code_set.retired.values() for code in retired.successors)


def test_hcpcs_tells_current_codes_from_ended_ones(library: CodeLibrary) -> None:
    code_set = newest(library, CodeSystem.HCPCS)
    assert len(code_set) == 7_409
    assert "J1885" in code_set
    ended = code_set.find_retired("A4397")
    assert ended is not None
    assert ended.valid_to == date(2021, 12, 31)


def test_the_index_leads_to_codes(filled: tuple[Home, dict[str, ImportReport]], library: CodeLibrary) -> None:
    entries = find_index_entries(filled[0])
    assert filled[1]["icd10cm-index"].rows == len(entries) > 130_000
    code_set = newest(library, CodeSystem.ICD10CM)
    coded = [entry for entry in entries if entry.code]
    assert sum(entry.code in code_set for entry in coded) / len(coded) > 0.98
