"""Imports of small files in the official layouts: what comes in, what is refused, and that a refusal stores nothing."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from data.code_library import load_library
from data.code_notes import NoteKind
from data.codes import CodeSystem
from data.codeset import CodeSet, UnknownCodeError
from data.home import Home
from data.import_sources import ReleaseImportError
from data.imports import IMPORTERS, ImportReport, import_release
from data.index_terms import find_index_entries
from data.tables import find_manifests, find_tables

FIRST = date(2025, 10, 1)


def order_line(number: int, code: str, flag: int, term: str) -> str:
    return f"{number:05d} {code:<7} {flag} {term[:60]:<60} {term}"


def order_file(*codes: tuple[str, int, str]) -> str:
    return "\n".join(order_line(number, *code) for number, code in enumerate(codes, start=1)) + "\n"


ORDER_CM = order_file(
    ("E11", 0, "Type 2 diabetes mellitus"),
    ("E119", 1, "Type 2 diabetes mellitus without complications"),
    ("I10", 1, "Essential (primary) hypertension"),
    ("S93401", 0, "Sprain of unspecified ligament of right ankle"),
    ("S93401A", 1, "Sprain of unspecified ligament of right ankle, initial encounter"),
)
ORDER_PCS = order_file(
    ("0DT", 0, "Gastrointestinal System, Resection"),
    ("0DTJ0ZZ", 1, "Resection of Appendix, Open Approach"),
    ("0DTJ4ZZ", 1, "Resection of Appendix, Percutaneous Endoscopic Approach"),
)
CONVERSIONS = (
    "Current code(s) assignment\tCode title\tEffective year\tPrevious code(s) assignment\tPredecessor code title\n"
    '0DTJ4ZZ\t"Resection"\t2026\t0DTJ9ZZ\t"An older resection"\n'
    '0DTJ9ZZ\t"An older resection"\t2020\t0DTJ8ZZ\t"The oldest resection"\n'
)
CONVERSION_CM = "Current code assignment\tEffective Date\tPrevious Code(s) Assignment\nE11.3XX3\t2024\tE11.3XX2\n"
TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2024</version><chapter><name>4</name><desc>Endocrine diseases (E00-E89)</desc>
<section id="E08-E13"><desc>Diabetes mellitus (E08-E13)</desc>
<diag><name>E11</name><desc>Type 2 diabetes mellitus</desc>
<excludes1><note>type 1 diabetes mellitus (E10.-)</note></excludes1>
<diag><name>E11.9</name><desc>Type 2 diabetes mellitus without complications</desc></diag>
<diag><name>E11.3</name><desc>With eye trouble</desc><sevenChrDef><extension char="1">right eye</extension>
<extension char="2">left eye</extension></sevenChrDef></diag></diag></section></chapter></ICD10CM.tabular>"""
INDEX = """<?xml version="1.0"?><ICD10CM.index><version>2026</version><title>ICD-10-CM INDEX TO DISEASES</title>
<letter><title>D</title><mainTerm><title>Diabetes<nemod>(mellitus) (sugar)</nemod> NEC</title><code>E11.9</code>
<term level="1"><title>with</title><term level="2"><title>cataract</title><code>E11.36</code></term></term>
<term level="1"><title>bronzed</title><see>Hemochromatosis</see></term>
<term level="1"><title>gestational</title><code>O24.4-</code><manif>H28</manif></term>
</mainTerm></letter></ICD10CM.index>"""
NEOPLASMS = """<ICD10CM.index><version>2026</version><indexHeading><head col="1">Neoplasm</head>
<head col="2">Malignant Primary</head><head col="3">Benign</head></indexHeading><letter><title>N</title><mainTerm>
<title>Neoplasm</title><term level="1"><title>skin</title><cell col="2">C44.9-</cell><cell col="3">-</cell></term>
</mainTerm></letter></ICD10CM.index>"""


def hcpcs_line(
    code: str, kind: str, long: str, *, short: str = "", xref: str = "", added: str = "", ended: str = ""
) -> str:
    line = f"{code:<5}00100{kind}{long:<80}{short:<28}".ljust(204) + f"{xref:<25}"
    return (line.ljust(268) + f"{added:<8}").ljust(284) + f"{ended:<8}N"


HCPCS = "\n".join(
    (
        hcpcs_line("   LT", "7", "Left side", short="Left side"),
        hcpcs_line("J1885", "3", "Injection, ketorolac tromethamine,", short="Ketorolac", added="19930101"),
        hcpcs_line("J1885", "4", "per 15 mg"),
        hcpcs_line("J9999", "3", "An ended drug", xref="J1885", added="19900101", ended="20240331"),
        hcpcs_line("Q0001", "3", "A drug that ends this year", added="20200101", ended="20260630"),
        hcpcs_line("D0120", "3", "A dental code"),
    )
)


@pytest.fixture
def bring(home: Home, tmp_path: Path) -> Callable[..., ImportReport]:
    """Imports files given as {name: text or bytes}."""

    def run(kind: str, files: dict[str, str | bytes], **options: object) -> ImportReport:
        paths = []
        for name, content in files.items():
            path = tmp_path / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            paths.append(path)
        return import_release(kind, paths, home=home, by="tester", **options)  # type: ignore[arg-type]

    return run


Bring = Callable[..., ImportReport]


def found(home: Home, system: CodeSystem, release: str) -> CodeSet:
    code_set = load_library(home).find_release(system, release)
    assert code_set is not None
    return code_set


# Releases before the embedded one, so that the small files have no large release before them.
def test_an_order_file_becomes_a_release(bring: Bring, home: Home) -> None:
    report = bring("icd10cm", {"icd10cm-order-2024.txt": ORDER_CM})
    assert (report.release, report.valid_from, report.valid_to) == ("FY2024", date(2023, 10, 1), date(2024, 9, 30))
    assert report.remarks == ("there are no instructional notes",)
    code_set = found(home, CodeSystem.ICD10CM, "FY2024")
    assert list(code_set) == ["E11", "E119", "I10", "S93401", "S93401A"]
    assert code_set.get("E119").parent == "E11"
    assert not code_set.is_billable("S93401")


def test_the_tabular_xml_becomes_a_release(bring: Bring, home: Home) -> None:
    bring("icd10cm", {"icd10c-tabular-2024.xml": TABULAR})
    code_set = found(home, CodeSystem.ICD10CM, "FY2024")
    assert list(code_set) == ["E11", "E119", "E113", "E113XX1", "E113XX2"]
    assert code_set.get("E113XX2").term == "With eye trouble, left eye"
    assert code_set.notes("E113XX2", NoteKind.EXCLUDES1, inherited=True)[0].refers_to("E109")


def test_a_list_beside_the_tabular_xml_takes_its_notes(bring: Bring, home: Home) -> None:
    bring("icd10cm", {"icd10c-tabular-2024.xml": TABULAR, "icd10cm-order-2024.txt": ORDER_CM})
    code_set = found(home, CodeSystem.ICD10CM, "FY2024")
    assert "I10" in code_set
    assert code_set.get("E119").block == "E08-E13"
    assert [note.text for note in code_set.notes("E11", NoteKind.EXCLUDES1)] == ["type 1 diabetes mellitus (E10.-)"]


def test_a_list_takes_notes_from_the_release_before_and_retires_what_it_drops(bring: Bring, home: Home) -> None:
    bring("icd10cm", {"icd10c-tabular-2024.xml": TABULAR})
    changed = ORDER_CM.replace("S93401 ", "E113XX1").replace("S93401A", "E113XX3")
    report = bring("icd10cm", {"icd10cm-order-2025.txt": changed, "conversion.txt": CONVERSION_CM})
    assert report.remarks == ("instructional notes are those of FY2024",)
    code_set = found(home, CodeSystem.ICD10CM, "FY2025")
    assert code_set.notes("E119", NoteKind.EXCLUDES1, inherited=True)
    retired = code_set.find_retired("E113XX2")
    assert retired is not None
    assert (retired.term, retired.valid_to) == ("With eye trouble, left eye", date(2024, 9, 30))
    assert retired.successors == ("E113XX3",)
    with pytest.raises(UnknownCodeError, match="no longer in icd10cm FY2025; successors: E113XX3"):
        code_set.get("E113XX2")


def test_a_codes_file_gets_its_headers_from_the_release_before(bring: Bring, home: Home) -> None:
    bring("icd10cm", {"icd10c-tabular-2024.xml": TABULAR})
    codes = "".join(f"{code:<7} Title\n" for code in ("E119", "E113XX1", "E113XX2", "I10"))
    bring("icd10cm", {"icd10cm-codes-2025.txt": codes})
    listed = ["E11", "E119", "E113", "E113XX1", "E113XX2", "I10"]
    assert list(found(home, CodeSystem.ICD10CM, "FY2025")) == listed


def test_change_lists_must_agree_with_the_list(bring: Bring, home: Home) -> None:
    codes = "code,billable,description\nE11,0,Type 2\nE119,1,Without complications\n"
    agreeing = {"gone.txt": "E11.8\nE11\n", "new.csv": "code,new_description\nE11,Type 2\n"}
    bring("icd10cm", {"codes_fy2024.csv": codes, **agreeing})
    for name, content in (("gone.txt", "E119\n"), ("new.csv", "code,new_description\nE11,Another title\n")):
        with pytest.raises(ReleaseImportError, match="is listed as"):
            bring("icd10cm", {"codes_fy2025.csv": codes, name: content})
    assert [stored.release for stored in find_manifests(home, "icd10cm")] == ["FY2024"]


def test_a_list_that_lost_its_end_is_refused(bring: Bring, home: Home) -> None:
    bring("icd10cm", {"icd10cm-order-2024.txt": ORDER_CM})
    with pytest.raises(ReleaseImportError, match=r"hold 3 codes.*FY2024.*holds 5: they are cut off"):
        bring("icd10cm", {"icd10cm-order-2025.txt": "\n".join(ORDER_CM.split("\n")[:3])})
    assert [stored.release for stored in find_manifests(home, "icd10cm")] == ["FY2024"]


def test_a_pcs_release_comes_out_of_its_zips_with_successors(bring: Bring, home: Home, tmp_path: Path) -> None:
    for name, member, text in (
        ("order.zip", "icd10pcs_order_2026.txt", ORDER_PCS),
        ("conversion.zip", "icd10pcs_conversion_table.txt", CONVERSIONS),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, text)
            archive.writestr("guide.pdf", b"%PDF-1.4 \x00")
            archive.writestr("readme.txt", "Some words about the files.")
    paths = [tmp_path / "order.zip", tmp_path / "conversion.zip"]
    report = import_release("icd10pcs", paths, home=home, by="tester")
    assert (report.release, report.valid_from) == ("FY2026", FIRST)
    code_set = found(home, CodeSystem.ICD10PCS, "FY2026")
    assert code_set.children("0DT") == ("0DTJ0ZZ", "0DTJ4ZZ")
    assert code_set.successors("0DTJ8ZZ") == ("0DTJ4ZZ",)
    assert code_set.find_retired("0DTJ9ZZ").term == "An older resection"  # type: ignore[union-attr]


def test_the_hcpcs_file_joins_lines_and_retires_ended_codes(bring: Bring, home: Home) -> None:
    report = bring("hcpcs", {"HCPC2026_JAN_ANWEB.txt": HCPCS})
    assert (report.release, report.valid_from, report.valid_to) == ("2026-01", date(2026, 1, 1), None)
    assert report.rejected == 1
    assert "dental" in report.remarks[0]
    code_set = found(home, CodeSystem.HCPCS, "2026-01")
    assert list(code_set) == ["J1885", "Q0001"]
    assert code_set.get("J1885").term == "Injection, ketorolac tromethamine, per 15 mg"
    assert code_set.successors("J9999") == ("J1885",)
    assert code_set.find_retired("J9999").valid_to == date(2024, 3, 31)  # type: ignore[union-attr]
    assert code_set.is_billable_on("Q0001", date(2026, 6, 30))
    assert not code_set.is_billable_on("Q0001", date(2026, 7, 1))


def test_cpt_needs_its_licence_accepted_and_records_who_did(bring: Bring, home: Home) -> None:
    files: dict[str, str | bytes] = {"cpt2026.txt": "A notice of rights\n\n99213\tA visit\n0001F\tA measure\n"}
    with pytest.raises(ReleaseImportError, match="AMA"):
        bring("cpt", files)
    assert find_manifests(home, "cpt") == []
    bring("cpt", files, accept_licence="ama")
    [stored] = find_manifests(home, "cpt")
    assert (stored.licence, stored.accepted_by, stored.release) == ("AMA", "tester", "2026")
    assert list(found(home, CodeSystem.CPT, "2026")) == ["99213", "0001F"]


def test_the_index_keeps_paths_modifiers_and_columns(bring: Bring, home: Home) -> None:
    report = bring("icd10cm-index", {"icd10cm-index-2026.xml": INDEX, "icd10cm-neoplasm-2026.xml": NEOPLASMS})
    assert set(report.remarks) == {"diseases: 4 terms", "neoplasms: 1 terms"}
    entries = {(entry.path, entry.column): entry for entry in find_index_entries(home)}
    diabetes = entries[("Diabetes NEC",), ""]
    assert (diabetes.code, diabetes.modifiers, diabetes.is_open) == ("E119", "(mellitus) (sugar)", False)
    assert entries[("Diabetes NEC", "with", "cataract"), ""].code == "E1136"
    assert entries[("Diabetes NEC", "bronzed"), ""].see == "Hemochromatosis"
    gestational = entries[("Diabetes NEC", "gestational"), ""]
    assert (gestational.code, gestational.is_open, gestational.manifestation) == ("O244", True, "H28")
    assert entries[("Neoplasm", "skin"), "Malignant Primary"].code == "C449"


def test_the_same_files_change_nothing_the_second_time(bring: Bring, home: Home) -> None:
    files: dict[str, str | bytes] = {"HCPC2026_JAN_ANWEB.txt": HCPCS}
    assert bring("hcpcs", files).is_new
    before = find_tables(home, "hcpcs")[0][0]
    again = bring("hcpcs", files)
    assert not again.is_new
    assert again.rows == before.rows
    assert find_tables(home, "hcpcs")[0][0] == before


def test_releases_live_side_by_side(bring: Bring, home: Home) -> None:
    bring("hcpcs", {"HCPC2026_JAN_ANWEB.txt": HCPCS})
    bring("hcpcs", {"HCPC2026_APR_ANWEB.txt": HCPCS.replace("per 15 mg", "each dose")})
    library = load_library(home)
    march, may = (library.release_on(CodeSystem.HCPCS, day) for day in (date(2026, 3, 1), date(2026, 5, 1)))
    assert march is not None
    assert may is not None
    assert (march.release, may.release) == ("2026-01", "2026-04")
    assert march.get("J1885").term != may.get("J1885").term


UTF16 = "E119 x".encode("utf-16")
BINARY = bytes(range(256)) * 4
# (kind, file, content, what the message says)
REFUSED = [
    ("icd10cm", "empty.txt", b"  \n", r"empty\.txt: the file is empty"),
    ("icd10cm", "icd10cm-order-2026.txt", BINARY, "expected a text file, found binary content"),
    ("icd10cm", "icd10cm-order-2026.txt", UTF16, "found UTF-16"),
    (
        "icd10cm",
        "note.txt",
        b"The patient came in with a cough.\nShe is well.",
        r"note\.txt, line 1: expected the tabular",
    ),
    ("icd10cm", "icd10cm-order-2026.txt", ORDER_CM[:-30].encode(), "line 5: the full title is shorter"),
    ("icd10cm", "icd10cm-order-2026.txt", ORDER_CM[:-80].encode(), "line 5: expected a line of an ICD-10 order file"),
    ("icd10cm", "icd10cm-order-2026.txt", (ORDER_CM + ORDER_CM).encode(), "line 6: the code was listed before"),
    ("icd10cm", "icd10pcs_order_2026.txt", ORDER_PCS.encode(), "code 1 of the list: '0DT' is not an ICD-10-CM code"),
    ("icd10cm", "icd10c-tabular-2026.xml", TABULAR[:-40].encode(), r"tabular-2026\.xml, line .: not well-formed"),
    (
        "icd10cm",
        "codes_fy2027.csv",
        b"code,billable,description\nE11,maybe,Type 2\n",
        "line 2: expected a code, and 0 or 1",
    ),
    ("icd10cm", "codes_fy2027.csv", b"code,billable,description\nE11,1\n", "line 2: expected 3 fields, found 2"),
    ("icd10cm", "no-year.txt", ORDER_CM.encode(), "give its name and its first day"),
    ("icd10cm-index", "icd10cm-order-2026.txt", ORDER_CM.encode(), "line 1: expected the XML of the Alphabetic Index"),
    ("icd10cm-index", "index-2026.xml", b"<ICD10CM.index><version>2026</version></ICD10CM.index>", "holds no terms"),
    ("icd10pcs", "icd10cm-order-2026.txt", ORDER_CM.encode(), "no ICD-10-PCS code or table"),
    ("icd10pcs", "icd10pcs_order_2026.zip", b"PK\x03\x04 not a zip", "found binary content|expected the ICD-10-PCS"),
    ("hcpcs", "HCPC2026_JAN_ANWEB.txt", ORDER_CM.encode(), "line 1: expected the HCPCS file of CMS"),
    ("hcpcs", "HCPC2026_JAN_ANWEB.txt", (HCPCS + "\nJ1886 short").encode(), "line 7: expected a record"),
    ("hcpcs", "hcpcs.csv", b"code,description\nW9999,x\n", "line 2: expected a HCPCS Level II code"),
    ("hcpcs", "hcpcs.csv", b"code,description,date_term\nJ1885,x,soon\n", "line 2: expected a date"),
    ("hcpcs", "hcpcs.csv", b"code,description\nJ1885,x\n", "give its name and its first day"),
    ("cpt", "cpt2026.txt", b"99213\tA visit\nnot a code\n", "line 2: expected a CPT code"),
    ("cpt", "cpt2026.txt", b"99213\tA visit\n99213\tAgain\n", "line 2: the code was listed before"),
    ("cpt", "cpt2026.txt", b"Only notices\n", "line 1: expected a CPT code"),
]


@pytest.mark.parametrize(("kind", "name", "content", "message"), REFUSED)
def test_what_is_refused_says_why_and_stores_nothing(
    bring: Bring, home: Home, kind: str, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(ReleaseImportError, match=message) as caught:
        bring(kind, {name: content}, accept_licence="AMA")
    assert isinstance(caught.value, ValueError)
    assert "patient" not in str(caught.value)
    assert not (home.tables / kind).exists()


def test_entities_are_not_read(bring: Bring, home: Home, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    attack = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret.txt">]>' + TABULAR.partition("?>")[2].replace(
        "Type 2 diabetes mellitus</desc>", "&e;</desc>"
    )
    with pytest.raises(ReleaseImportError, match="document type"):
        bring("icd10cm", {"icd10c-tabular-2026.xml": attack})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"release": "../up"}, "a release's name"),
        ({"valid_from": date(2026, 1, 1), "valid_to": date(2025, 1, 1)}, "can't end"),
    ],
)
def test_impossible_releases_are_refused(bring: Bring, home: Home, options: dict[str, object], message: str) -> None:
    with pytest.raises(ReleaseImportError, match=message):
        bring("hcpcs", {"HCPC2026_JAN_ANWEB.txt": HCPCS}, **options)
    assert find_manifests(home, "hcpcs") == []


def test_unknown_kinds_and_missing_files_are_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(ReleaseImportError, match="known are"):
        import_release("icd11", [tmp_path], home=home, by="tester")
    with pytest.raises(ReleaseImportError, match="no file was given"):
        import_release("hcpcs", [], home=home, by="tester")
    with pytest.raises(ReleaseImportError, match=r"gone\.txt: No such file"):
        import_release("hcpcs", [tmp_path / "gone.txt"], home=home, by="tester")


def test_every_kind_of_the_command_has_an_importer() -> None:
    expected = {"icd10cm", "icd10cm-index", "icd10pcs", "hcpcs", "cpt", "ncci", "mue", "addon", "pfs", "coverage"}
    assert set(IMPORTERS) == expected | {"contract"}
