"""The official tables read from their published layouts, and their lookups agree with a plain reading of the rows."""

import csv
import time
import zipfile
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.add_ons import AddOnKind, AddOns
from data.coverage import CoveragePolicies
from data.fee_schedule import FeeSchedule
from data.formats.addon import parse_addon
from data.formats.coverage import parse_coverage
from data.formats.fee_schedule import parse_fee_schedule
from data.formats.mue import parse_mue
from data.formats.ncci import parse_ncci
from data.formats.official_xml import LayoutError
from data.home import Home
from data.import_sources import ReleaseImportError
from data.importers.quarter import guess_quarter
from data.imports import import_release
from data.ncci_pairs import EditSetting, ModifierIndicator, NcciPairs
from data.unit_limits import Adjudication, UnitLimits
from models.denial.edits.references import load_edit_references

DAY = date(2024, 8, 1)
PTP = (
    b'"CPT only copyright 2023 American Medical Association. All rights reserved."\r\n'
    b"Column1/Column2 Edits\r\n"
    b'Column 1\tColumn 2\t"*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n'
    b'\t\tprior to 1996"\tDate\t"Date *=no data"\t0=not allowed\t\r\n'
    b"A9500\tA9512\t\t20200101\t*\t1\tMisuse of Column Two code\r\n"
    b"A9501\tA9512\t*\t19960101\t20231231\t0\tMore extensive procedure\r\n"
    b"A9502\tA9512\t\t20200101\t20200101\t0\tNever in force\r\n"
    b"A9503\tA95\t\t20200101\t*\t0\tBroken code\r\n"
    b"A9504\tA9512\t\t20200101\t*\t7\tBroken indicator\r\n"
)
MUE = (
    b'"The American Medical Association owns the copyright of CPT codes"\n'
    b'"HCPCS/CPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"\n'
    b"J1885,8,3 Date of Service Edit: Clinical,Clinical: Data\n"
    b"A4253,0,2 Date of Service Edit: Policy,CMS Policy\n"
    b"G0101,1,1 Line Edit,CMS Policy\n"
    b"G01,1,1 Line Edit,CMS Policy\n"
)
ADDON = (
    b"AOC\tPrimary_Code\tAOC_Edit_Type\tAOC_Edit_Eff_Dt\tAOC_Edit_Del_Dt\n"
    b"G2212\tG0500\t1\t20210101\t\n"
    b"G2212\tG0501\t1\t20210101\t20221231\n"
    b"G0316\tCCCCC\t2\t20230101\t\n"
    b"G0317\tG0318\tType 3\t20230101\t\n"
    b"broken\tG0318\t1\t20230101\t\n"
)
FEES = (
    b"2024 National Physician Fee Schedule Relative Value File\n"
    b"HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,"
    b"SURG,SURG,SURG,SURG,BASE,FACTOR\n"
    b'G0101,,"words, licensed",A,,0.45,0.6,,0.2,,0.03,1.08,0.68,0,XXX,0.00,0.00,0.00,0,0,0,0,0,,32.7442\n'
    b"G0105,26,words,A,,0.45,0.6,,0.2,,0.03,1.08,0.68,1,000,0.00,0.00,0.00,2,1,2,0,0,45378,32.7442\n"
)
COVERAGE = (
    b"policy,payer_id,procedure,first_diagnosis,last_diagnosis,effective,deletion\n"
    b"L1,,G0101,Z12.4,,2024-01-01,\nL1,p7,G0101,N80,N81.9,,2024-06-30\nL2,,G01,N80,,,\nL3,,G0102,none,,,\n"
)


def test_ptp_layout() -> None:
    parsed = parse_ncci(PTP)
    pairs = NcciPairs("r", parsed.table)
    assert (len(pairs), parsed.rejected) == (2, 2)
    assert pairs.find("A9500", "A9512", DAY) is ModifierIndicator.ALLOWED
    assert pairs.find("A9512", "A9500", DAY) is None
    assert pairs.find("A9500", "A9512", date(2019, 12, 31)) is None
    assert pairs.find("A9501", "A9512", date(2023, 12, 31)) is ModifierIndicator.NEVER
    assert pairs.find("A9501", "A9512", DAY) is None
    assert pairs.find("ZZZZZ", "A9512", DAY) is None


CODES = st.sampled_from([f"A{number:04d}" for number in range(12)])
ROWS = st.lists(st.tuples(CODES, CODES, st.sampled_from("019"), st.sampled_from(["20200101", "20240101"])), max_size=40)


@settings(deadline=None, max_examples=50)
@given(ROWS)
def test_pairs_agree_with_a_scan_of_the_rows(rows: list[tuple[str, str, str, str]]) -> None:
    out = StringIO()
    csv.writer(out).writerows([("column1", "column2", "modifier", "effective date"), *rows])
    pairs = NcciPairs("r", parse_ncci(out.getvalue().encode()).table)
    for day in (date(2019, 1, 1), date(2022, 1, 1), date(2025, 1, 1)):
        for first in {row[0] for row in rows} | {"A0011"}:
            for second in {row[1] for row in rows} | {"A0011"}:
                expected = {int(r[2]) for r in rows if r[:2] == (first, second) and r[3] <= f"{day:%Y%m%d}"}
                found = pairs.find(first, second, day)
                assert (found is None) == (not expected)
                assert found is None or found.value in expected


def test_mue_layout() -> None:
    parsed = parse_mue(MUE)
    limits = UnitLimits("r", parsed.table)
    assert (len(limits), parsed.rejected) == (3, 1)
    found = limits.find("J1885")
    assert found is not None
    assert (found.units, found.adjudication) == (8, Adjudication.DAY)
    policy = limits.find("A4253")
    assert policy is not None
    assert (policy.units, policy.adjudication) == (0, Adjudication.DAY_ABSOLUTE)
    assert limits.find("Q0091") is None


def test_addon_layout() -> None:
    parsed = parse_addon(ADDON)
    add_ons = AddOns("r", parsed.table)
    assert parsed.rejected == 1
    listed = add_ons.find("G2212", DAY)
    assert listed is not None
    assert (listed.kind, listed.primaries) == (AddOnKind.LISTED, frozenset({"G0500"}))
    earlier = add_ons.find("G2212", date(2022, 1, 1))
    assert earlier is not None
    assert earlier.primaries == {"G0500", "G0501"}
    contractor = add_ons.find("G0316", DAY)
    assert contractor is not None
    assert (contractor.kind, contractor.primaries) == (AddOnKind.CONTRACTOR, frozenset())
    assert add_ons.find("G0500", DAY) is None


def test_fee_schedule_layout_without_descriptions() -> None:
    parsed = parse_fee_schedule(FEES)
    fees = FeeSchedule("r", parsed.table)
    assert "licensed" not in str(parsed.table.to_pylist())
    whole, part = fees.find("G0101"), fees.find("G0105", "26")
    assert whole is not None
    assert part is not None
    assert (whole.status, whole.global_period, part.component, part.bilateral) == ("A", "XXX", "1", "1")
    assert whole.amount_cents(is_facility=False) == round(1.08 * 32.7442 * 100)
    assert whole.amount_cents(is_facility=True) < whole.amount_cents(is_facility=False)


def test_indicators_and_values_complete_each_other() -> None:
    indicators = b"hcpcs_code,mod,status,pctc,glob\nG0101,,A,0,XXX\n"
    values = b"hcpcs_code,mod,rvu_non_sum,rvu_fac_sum,cf\nG0101,,1.08,.68,33.2875\n"
    entry = FeeSchedule("r", parse_fee_schedule(indicators, values).table).find("G0101")
    assert entry is not None
    assert (entry.global_period, entry.office_units, entry.facility_units) == ("XXX", 1.08, 0.68)


def test_coverage_layout() -> None:
    parsed = parse_coverage(COVERAGE)
    policies = CoveragePolicies("r", parsed.table)
    assert parsed.rejected == 2
    assert [r.first for r in policies.find("p1", "G0101", DAY)] == ["Z124"]
    assert len(policies.find("p7", "G0101", date(2024, 3, 1))) == 2
    assert policies.find("p7", "G0101", date(2023, 3, 1))[0].contains("N809")
    assert policies.find("p1", "G0102", DAY) == ()


@pytest.mark.parametrize("parse", [parse_ncci, parse_mue, parse_addon, parse_fee_schedule, parse_coverage])
@pytest.mark.parametrize("content", [b"", b"words and more words\n", b"a,b\n1,2\n", b"PAR1 is no parquet"])
def test_another_layout_is_refused(parse: object, content: bytes) -> None:
    with pytest.raises(LayoutError, match=r"expected|damaged"):
        parse(content)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "release", "first", "last"),
    [
        ("ccipra-v303r0-f1.TXT", "2024q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("medicare-ncci-2026q2.zip/x.txt", "2026q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", "2024q3", date(2024, 7, 1), date(2024, 9, 30)),
        ("PPRRVU24_JUL.csv", "2024q3", date(2024, 7, 1), date(2024, 9, 30)),
        ("AOC_V2024Q1-MCR.txt", "2024q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("policies-2025.csv", "2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_file_names_say_the_quarter(name: str, release: str, first: date, last: date) -> None:
    found = guess_quarter([name])
    assert found is not None
    assert (found.release, found.valid_from, found.valid_to) == (release, first, last)


def test_names_that_disagree_say_nothing() -> None:
    assert guess_quarter(["a-2024q1.txt", "b-2024q2.txt"]) is None
    assert guess_quarter(["a.txt"]) is None


def _zip(path: Path, **members: bytes) -> Path:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    path.write_bytes(buffer.getvalue())
    return path


def test_an_import_needs_the_licence_and_shows_in_the_references(home: Home, tmp_path: Path, library: object) -> None:
    path = _zip(tmp_path / "ccipra-v303r0-f1.zip", pairs__txt=PTP, readme__txt=b"words")
    with pytest.raises(ReleaseImportError, match="AMA"):
        import_release("ncci", [path], home=home, by="test")
    report = import_release("ncci", [path], home=home, accept_licence="ama", by="test")
    assert (report.release, report.rows, report.rejected) == ("2024q4-practitioner", 2, 2)
    references = load_edit_references(home, library)  # type: ignore[arg-type]
    dated = references.ncci[EditSetting.PRACTITIONER].on(date(2026, 3, 1))
    assert dated is not None
    assert dated.table.find("A9500", "A9512", DAY) is ModifierIndicator.ALLOWED
    assert EditSetting.HOSPITAL not in references.ncci


def test_settings_stand_side_by_side(home: Home, tmp_path: Path) -> None:
    (tmp_path / "mue_practitioner_2024q3.csv").write_bytes(MUE)
    (tmp_path / "mue_outpatient_2024q3.csv").write_bytes(MUE.replace(b"Practitioner", b"Outpatient Hospital"))
    for name in ("mue_practitioner_2024q3.csv", "mue_outpatient_2024q3.csv"):
        import_release("mue", [tmp_path / name], home=home, accept_licence="AMA", by="test")
    with pytest.raises(ReleaseImportError, match="one after the other"):
        import_release("mue", sorted(tmp_path.glob("*.csv")), home=home, accept_licence="AMA", by="test")
    assert {folder.name for folder in (home.tables / "mue").iterdir()} == {"2024q3-practitioner", "2024q3-hospital"}


def test_the_public_tables_are_read_whole(shared_data: Path) -> None:
    folder = shared_data / "codesets" / "ncci_hcpcs2_only"
    counts = {
        "ptp_outpatient_2026q2.csv": (parse_ncci, 827),
        "ptp_practitioner_2024q3.csv": (parse_ncci, 1372),
        "mue_prac_2024q3.csv": (parse_mue, None),
    }
    for name, (parse, rows) in counts.items():
        parsed = parse((folder / name).read_bytes())
        assert parsed.rejected == 0
        assert rows is None or parsed.table.num_rows == rows


def test_every_active_pair_is_found(shared_data: Path) -> None:
    path = shared_data / "claims" / "cms_edits" / "ncci_ptp_practitioner_2024q3_active.parquet"
    started = time.process_time()
    parsed = parse_ncci(path.read_bytes())
    assert time.process_time() - started < 30
    assert (parsed.table.num_rows, parsed.rejected) == (1_669_820, 0)
    assert parsed.table.nbytes < 60_000_000
    pairs = NcciPairs("r", parsed.table)
    sample = pq.read_table(path).slice(700_000, 2_000)
    for row in sample.to_pylist():
        found = pairs.find(row["col1"], row["col2"], DAY)
        assert found is not None
        assert found.value == int(row["modifier_indicator"])
