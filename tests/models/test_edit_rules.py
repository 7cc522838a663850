"""Every edit rule has claims on which it fires and near misses on which it must not."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from data import coverage as coverage_table
from data import fee_schedule as fee_table
from data.add_ons import AddOns
from data.claim_history import ClaimHistory
from data.claims import Claim
from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.codeset_table import CodeRow, Level, from_table, to_table
from data.coverage import CoveragePolicies
from data.days import ALWAYS_AFTER, ALWAYS_BEFORE
from data.fee_schedule import FeeSchedule
from data.ncci_pairs import EditSetting, NcciPairs
from data.reviews import Edit, Severity
from data.synthetic.demo_claims import draft_claim
from data.synthetic.published import add_on_table, pair_table, unit_limit_table
from data.unit_limits import UnitLimits
from models.denial.edits.affected import AFFECTED
from models.denial.edits.context import ClaimContext
from models.denial.edits.engine import RULE_FAILED, check_claim, holds
from models.denial.edits.references import Dated, EditReferences, Releases
from models.denial.edits.registry import RULES, RULES_BY_ID
from models.denial.edits.rule import TableKind

BEGIN = date(2026, 1, 1)
PERIODS = {"20610": "000", "27447": "090", "11102": "000", "93000": "XXX"}


def _always(table: Any, valid_to: date | None = None) -> Releases[Any]:
    return Releases((Dated("t1", BEGIN, valid_to, table),))


def _fees() -> pa.Table:
    names = [name for name in fee_table.COLUMNS.names if name not in ("code", "modifier")]
    usual = dict.fromkeys(names, "0") | {"status": "A", "component": "0", "assistant": "0", "global_period": "XXX"}
    usual |= {"office_units": 2.0, "facility_units": 1.0, "conversion_factor": 32.0}
    rows = [
        {"code": "99213", "modifier": "", **usual},
        {"code": "99080", "modifier": "", **usual, "status": "B"},
        {"code": "92015", "modifier": "", **usual, "status": "N"},
        {"code": "71046", "modifier": "", **usual, "component": "1"},
        {"code": "27447", "modifier": "", **usual, "bilateral": "1", "assistant": "2", "global_period": "090"},
        {"code": "20610", "modifier": "", **usual, "bilateral": "1", "assistant": "1", "global_period": "000"},
        {"code": "31231", "modifier": "", **usual, "bilateral": "2", "co_surgeon": "1", "global_period": "000"},
        {"code": "93005", "modifier": "", **usual, "component": "3"},
    ]
    return pa.Table.from_pylist(rows, schema=fee_table.COLUMNS)


def _policies() -> pa.Table:
    row = {"procedure": "82306", "policy": "P-7", "payer_id": "", "first_day": ALWAYS_BEFORE, "last_day": ALWAYS_AFTER}
    ranges = [("E55", "E55"), ("M80", "M81")]
    rows = [{**row, "first_diagnosis": first, "last_diagnosis": last} for first, last in ranges]
    return pa.Table.from_pylist(rows, schema=coverage_table.COLUMNS)


def _procedures(system: CodeSystem, *codes: str) -> CodeSet:
    rows = [CodeRow(Level.CODE, code, "a service", is_billable=True) for code in sorted(codes)]
    rows.append(CodeRow(Level.RETIRED, "J0001", "an old service", successors=("J1885",)))
    return from_table(system, "2026", BEGIN, None, to_table(rows))


@pytest.fixture(scope="session")
def references(icd10cm: CodeSet) -> EditReferences:
    """Every table loaded, small and invented."""
    cpt = ("99213", "99203", "99214", "20610", "27447", "11102", "11103", "93000", "45385", "45380", "45378", "90833")
    cpt += ("97110", "99080", "92015", "71046", "82306", "99396", "99395", "99281", "99221", "90837", "G0439", "80053")
    practitioner = EditSetting.PRACTITIONER
    return EditReferences(
        library=CodeLibrary.of(
            icd10cm,
            _procedures(CodeSystem.CPT, *(code for code in cpt if code[0].isdigit())),
            _procedures(CodeSystem.HCPCS, "G0439", "J1885", "J3301", "E0601"),
        ),
        ncci={practitioner: _always(NcciPairs("t1", pair_table()))},
        mue={practitioner: _always(UnitLimits("t1", unit_limit_table()))},
        addon=_always(AddOns("t1", add_on_table())),
        pfs=_always(FeeSchedule("t1", _fees())),
        coverage=_always(CoveragePolicies("t1", _policies())),
    )


def claim(*lines: Mapping[str, Any] | str, **changes: Any) -> Claim:
    written = [{"code": line} if isinstance(line, str) else dict(line) for line in lines or ("99213",)]
    return draft_claim("c1", lines=written, **changes)


def line(code: str = "99213", **values: Any) -> dict[str, Any]:
    return {"code": code, **values}


MALE, FEMALE = {"sex": "male"}, {"sex": "female"}
KNEE = line("20610", modifiers=["RT"])
INPATIENT = {"form": "institutional", "facility_type": "11"}
OUTPATIENT = {"form": "institutional", "facility_type": "13"}
SEEN, OPERATED, WELL = ({"patient_id": name} for name in ("seen", "operated", "well"))
PAST = ClaimHistory.of(
    [
        draft_claim("past-1", patient=SEEN, lines=[{"code": "99213"}, {"code": "93000"}]),
        draft_claim("past-2", patient=SEEN, lines=[{"code": "90837"}], frequency_code="8"),
        draft_claim("past-3", patient=OPERATED, lines=[{"code": "27447"}], service_date=date(2026, 3, 1)),
        draft_claim("past-4", patient=WELL, lines=[{"code": "G0438"}], service_date=date(2025, 6, 10)),
        draft_claim("past-5", patient=SEEN, lines=[{"code": "99213"}], service_date=date(2025, 1, 7)),
    ]
)
OLD = {"service_date": date(2025, 10, 3), "prepared_on": "2026-11-20"}
LATER, FY2022, FIVE_ON = "2026-03-27", date(2022, 3, 1), date(2026, 3, 16)
MEDICARE = {"payer": {"payer_id": "p", "kind": "medicare"}}


def revenue(code: str) -> dict[str, Any]:
    return {"line_number": 9, "revenue_code": code, "charge_cents": 90000, "service_date": "2026-03-16"}


# Rule, claims on which it fires, claims on which it must not.
SPECIFICATION: dict[str, tuple[list[Claim], list[Claim]]] = {
    "required.fields": (
        [
            claim(billing_npi=" "),
            claim(diagnoses=[]),
            claim(line(place_of_service=None)),
            claim(line(revenue_code=None), form="institutional"),
        ],
        [
            claim(),
            claim(rendering_npi=""),
            claim(line(revenue_code="0510", place_of_service=None), form="institutional"),
        ],
    ),
    "claim.pointer_range": ([claim(line(diagnosis_pointers=[1, 3]))], [claim(line(diagnosis_pointers=[1, 2]))]),
    "claim.pointer_count": (
        [
            claim(line(diagnosis_pointers=[])),
            claim(line(diagnosis_pointers=[1, 1])),
            claim(line(diagnosis_pointers=[1, 2, 3, 4, 5]), diagnoses=["E11.9", "I10", "E78.5", "J44.9", "R05.9"]),
        ],
        [claim(line(diagnosis_pointers=[2, 1])), claim(line(diagnosis_pointers=[]), form="institutional")],
    ),
    "claim.diagnosis_count": (
        [claim(diagnoses=[f"E11.{n}" for n in (9, 8, 65, 22, 21, 29, 36, 40, 41, 42, 43, 44, 49)])],
        [claim(diagnoses=[f"E11.{n}" for n in (9, 8, 65, 22, 21, 29, 36, 40, 41, 42, 43, 44)])],
    ),
    "claim.duplicate_diagnosis": ([claim(diagnoses=["I10", "E11.9", "I10"])], [claim(diagnoses=["E11.9", "E11.65"])]),
    "claim.duplicate_line": (
        [claim("93000", "93000"), claim(line("93000", units=2), "93000")],
        [
            claim("93000", line("93000", modifiers=["76"])),
            claim(line("20610", modifiers=["LT"]), line("20610", modifiers=["RT"])),
            claim("93000", line("93000", service_date="2026-03-17")),
            claim("93000", "99213"),
        ],
    ),
    "claim.frequency_code": ([claim(frequency_code="3")], [claim(frequency_code="7"), claim(frequency_code="8")]),
    "claim.payer_control_number": (
        [claim(frequency_code="7"), claim(frequency_code="8", payer_control_number=" ")],
        [claim(frequency_code="7", payer_control_number="8841"), claim()],
    ),
    "claim.same_day_visits": (
        [claim("99213", "99281"), claim("99396", "99213", patient={"age_years": 50})],
        [
            claim("99396", line("99213", modifiers=["25"])),
            claim("99213", line("99213", service_date="2026-03-17")),
            claim("99213", "G0439"),
        ],
    ),
    "bill.type": (
        [claim(form="institutional"), claim(form="institutional", facility_type="93")],
        [claim(**INPATIENT), claim(**OUTPATIENT), claim()],
    ),
    "bill.frequency": (
        [claim(**OUTPATIENT, frequency_code="6")],
        [claim(**OUTPATIENT, frequency_code="4"), claim(frequency_code="6")],
    ),
    "revenue.code": (
        [claim(line(revenue_code="0001"), **OUTPATIENT), claim(line(revenue_code="0000"), **OUTPATIENT)],
        [claim(line(revenue_code="0510"), **OUTPATIENT), claim(line(revenue_code="0001"))],
    ),
    "revenue.room": (
        [claim(line(revenue_code="0120"), **OUTPATIENT), claim(**OUTPATIENT, revenue_lines=[revenue("0110")])],
        [claim(**INPATIENT, revenue_lines=[revenue("0110")]), claim(**OUTPATIENT, revenue_lines=[revenue("0270")])],
    ),
    "revenue.procedure": (
        [claim(**OUTPATIENT, revenue_lines=[revenue("0300")])],
        [
            claim(**OUTPATIENT, revenue_lines=[revenue("0270")]),
            claim(**INPATIENT, revenue_lines=[revenue("0300")]),
            claim(line("80053", revenue_code="0300"), **OUTPATIENT),
        ],
    ),
    "revenue.service": (
        [
            claim(line("80053", revenue_code="0510"), **OUTPATIENT),
            claim(line("71046", revenue_code="0300"), **INPATIENT),
        ],
        [claim(line("80053", revenue_code="0301"), **OUTPATIENT), claim(line("80053", revenue_code="0510"))],
    ),
    "modifier.facility_only": (
        [claim(line(modifiers=["27"])), claim(line("45378", modifiers=["73"]))],
        [claim(line(modifiers=["27"]), **OUTPATIENT), claim(line("45378", modifiers=["53"]))],
    ),
    "claim.zero_charge": ([claim(line(charge_cents=0))], [claim(line("3074F", charge_cents=0)), claim()]),
    "npi.check_digit": (
        [claim(billing_npi="1730000002"), claim(rendering_npi="173000000"), claim(billing_npi="3730000001")],
        [claim(), claim(rendering_npi="1234567893"), claim(rendering_npi="")],
    ),
    "taxonomy.form": ([claim(rendering_taxonomy="207Q00000")], [claim(), claim(rendering_taxonomy="")]),
    "date.future_service": (
        [claim(service_date=date(2026, 3, 28))],
        [claim(service_date=date(2026, 3, 27)), claim(service_date=date(2026, 3, 1))],
    ),
    "date.timely_filing": (
        [claim(**OLD, **MEDICARE)],
        [claim(**OLD), claim(**OLD | {"prepared_on": "2026-10-03"}, **MEDICARE)],
    ),
    "date.late_filing": ([claim(**OLD)], [claim(**OLD, **MEDICARE), claim(**OLD | {"prepared_on": "2026-10-03"})]),
    "icd10cm.release_known": ([claim(service_date=date(2019, 3, 1))], [claim(), claim(diagnoses=[])]),
    "icd10cm.valid_on_date": ([claim(diagnoses=["E11.99"]), claim(diagnoses=["I10", "A99.9"])], [claim()]),
    "icd10cm.billable": ([claim(diagnoses=["M54.5"]), claim(diagnoses=["I10", "E11"])], [claim(diagnoses=["M54.50"])]),
    "icd10cm.manifestation_first": (
        [claim(diagnoses=["F02.80", "G30.9"])],
        [claim(diagnoses=["G30.9", "F02.80"]), claim(diagnoses=[])],
    ),
    "icd10cm.external_cause_first": (
        [claim(diagnoses=["W19.XXXA", "S93.401A"])],
        [claim(diagnoses=["S93.401A", "W19.XXXA"]), claim(diagnoses=["Z00.00"])],
    ),
    "icd10cm.supplementary_first": (
        [claim(diagnoses=["B96.20", "N39.0"]), claim(diagnoses=["Z68.41", "E66.9"])],
        [claim(diagnoses=["N39.0", "B96.20"]), claim(diagnoses=[])],
    ),
    "icd10cm.unacceptable_principal": (
        [claim(diagnoses=["Z87.891"], **INPATIENT)],
        [claim(diagnoses=["Z87.891"], **OUTPATIENT), claim(diagnoses=["J18.9", "Z87.891"], **INPATIENT)],
    ),
    "icd10cm.sequela_first": (
        [claim(diagnoses=["S93.401S", "M25.371"])],
        [claim(diagnoses=["M25.371", "S93.401S"]), claim(diagnoses=["S93.401A"])],
    ),
    "icd10cm.first_only": (
        [claim(diagnoses=["I10", "Z00.00"])],
        [claim(diagnoses=["Z00.00", "I10"]), claim(diagnoses=["Z34.01", "Z39.2"])],
    ),
    "icd10cm.unspecified_side": (
        [claim(diagnoses=["M25.569"]), claim(diagnoses=["I10", "H65.90"])],
        [claim(diagnoses=["M25.561"]), claim(diagnoses=["J06.9"]), claim(diagnoses=["M25.569"], service_date=FY2022)],
    ),
    "modifier.side_of_diagnosis": (
        [claim(line("20610", modifiers=["LT"]), diagnoses=["M17.11"])],
        [
            claim(line("20610", modifiers=["RT"]), diagnoses=["M17.11"]),
            claim(line("20610", modifiers=["LT"], diagnosis_pointers=[1, 2]), diagnoses=["M17.11", "M17.12"]),
            claim(line("20610", modifiers=["LT"]), diagnoses=["M17.9"]),
        ],
    ),
    "icd10cm.excludes1": (
        [claim(diagnoses=["E11.9", "E10.9"]), claim(diagnoses=["E10.9", "I10", "E11.9"])],
        [claim(diagnoses=["E11.9", "I10"])],
    ),
    "cpt.valid_on_date": ([claim("99298")], [claim("99213"), claim("J9999")]),
    "hcpcs.valid_on_date": ([claim("J0001"), claim("J9999")], [claim("J1885"), claim("99298")]),
    "modifier.known": ([claim(line(modifiers=["ZZ"]))], [claim(line(modifiers=["25"])), claim()]),
    "modifier.repeated": ([claim(line(modifiers=["25", "25"]))], [claim(line(modifiers=["25", "95"]))]),
    "modifier.conflict": (
        [claim(line("71046", modifiers=["26", "TC"])), claim(line("20610", modifiers=["50", "RT"]))],
        [claim(line("71046", modifiers=["26"])), claim(line("20610", modifiers=["RT", "59"]))],
    ),
    "modifier.evaluation_only": (
        [claim(line("20610", modifiers=["25"])), claim(line("93000", modifiers=["57"]))],
        [claim(line(modifiers=["25"])), claim(line("G0439", modifiers=["25"])), claim(line("J1885", modifiers=["25"]))],
    ),
    "modifier.procedure_only": ([claim(line(modifiers=["59"]))], [claim(line("93000", modifiers=["59"]))]),
    "modifier.bilateral_units": (
        [claim(line("20610", modifiers=["50"], units=2))],
        [claim(line("20610", modifiers=["50"])), claim(line("97110", units=2))],
    ),
    "pos.known": ([claim(line(place_of_service="98"))], [claim(line(place_of_service="11")), claim()]),
    "pos.telehealth": (
        [claim(line(modifiers=["95"]))],
        [claim(line(modifiers=["95"], place_of_service="10")), claim()],
    ),
    "pos.visit": (
        [claim("99281"), claim("99221"), claim(line("99281", place_of_service="21"))],
        [claim(line("99281", place_of_service="23")), claim(line("99221", place_of_service="21")), claim()],
    ),
    "pos.office_visit": (
        [claim(line(place_of_service="21")), claim(line(place_of_service="24"))],
        [claim(line(place_of_service="22")), claim(line("99221", place_of_service="21"))],
    ),
    "telehealth.service": (
        [claim(line("20610", place_of_service="10")), claim(line("80053", modifiers=["95"]))],
        [
            claim(line(place_of_service="10")),
            claim(line("71046", place_of_service="10", modifiers=["26"])),
            claim(line("20610", place_of_service="02"), service_date=FY2022.replace(year=2021)),
        ],
    ),
    "telehealth.method_two": (
        [claim(line(modifiers=["GT"], place_of_service="02"), **MEDICARE)],
        [claim(line(modifiers=["GT"], place_of_service="02")), claim(line(modifiers=["95"]), **MEDICARE)],
    ),
    "age.procedure": (
        [claim("99468", patient={"age_years": 2}), claim("42821", patient={"age_years": 9})],
        [claim("99468", patient={"age_years": 0}), claim("42821", patient={"age_years": 12})],
    ),
    "sex.procedure": (
        [claim("58150", patient=MALE), claim("55700", patient=FEMALE)],
        [claim("58150", patient=FEMALE), claim(line("55700", modifiers=["KX"]), patient=FEMALE)],
    ),
    "age.preventive_visit": (
        [claim("99396", patient={"age_years": 39}), claim("99391", patient={"age_years": 1})],
        [claim("99396", patient={"age_years": 40}), claim("99396", patient={"age_years": None}), claim()],
    ),
    "age.diagnosis": (
        [
            claim(diagnoses=["Z00.00"], patient={"age_years": 14}),
            claim(diagnoses=["Z00.129"], patient={"age_years": 18}),
            claim(diagnoses=["Z38.00"], patient={"age_years": 1}),
            claim(diagnoses=["O26.892"], patient={"age_years": 70}),
            claim(diagnoses=["Z68.54"], patient={"age_years": 21}),
        ],
        [
            claim(diagnoses=["Z00.00"], patient={"age_years": 15}),
            claim(diagnoses=["Z00.129"], patient={"age_years": 17}),
            claim(diagnoses=["Z00.00"], patient={"age_years": None}),
        ],
    ),
    "sex.diagnosis": (
        [
            claim(diagnoses=["N40.1"], patient=FEMALE),
            claim(diagnoses=["O26.892"], patient=MALE),
            claim(diagnoses=["C50.111"], patient=MALE),
            claim(diagnoses=["N52.9"], patient=FEMALE),
        ],
        [
            claim(diagnoses=["N40.1"], patient=MALE),
            claim(diagnoses=["N40.1"], patient={"sex": "unknown"}),
            claim(line(modifiers=["KX"]), diagnoses=["N40.1"], patient=FEMALE),
        ],
    ),
    "status.new_patient": (
        [claim("99203", patient={"status": "established"}), claim("99213", patient={"status": "new"})],
        [
            claim("99203", patient={"status": "new"}),
            claim("99213"),
            claim("99211", patient={"status": "new"}),
            claim("99203", patient={"status": None}),
        ],
    ),
    "em.separate_service": (
        [claim("99213", KNEE), claim(KNEE, line("G0439")), claim("99213", line("27447", modifiers=["LT"]))],
        [
            claim(line(modifiers=["25"]), KNEE),
            claim(line(modifiers=["57"]), line("27447", modifiers=["LT"])),
            claim("99213", "93000"),
            claim("99213", {**KNEE, "service_date": "2026-03-17"}),
            claim(KNEE),
        ],
    ),
    "ncci.ptp": (
        [claim("45385", "45380"), claim("45380", "45385"), claim("45385", line("45378", modifiers=["59"]))],
        [
            claim("45385", line("45380", modifiers=["59"])),
            claim(line("45385", modifiers=["XS"]), "45380"),
            claim("45385", line("45380", service_date="2026-03-17")),
            claim("45385", "93000"),
        ],
    ),
    "addon.primary": (
        [claim("11103"), claim("99213", "11103"), claim("11102", line("11103", service_date="2026-03-17"))],
        [claim("11102", "11103"), claim("99213", "90833"), claim("99213")],
    ),
    "global.period": (
        [claim("27447", line("99213", service_date="2026-03-24"))],
        [
            claim("27447", line("99213", service_date="2026-03-24", modifiers=["24"])),
            claim(line("27447", modifiers=["54"]), line("99213", service_date="2026-03-24")),
            claim("20610", line("99213", service_date="2026-03-24")),
            claim(line("27447", service_date="2026-03-24"), "99213"),
        ],
    ),
    "history.global_period": (
        [claim(patient=OPERATED)],
        [
            claim(line(modifiers=["24"]), patient=OPERATED),
            claim(patient=SEEN),
            claim(patient=OPERATED, rendering_npi="1234567893"),
            claim(patient=OPERATED, service_date=date(2026, 5, 31), prepared_on="2026-06-02"),
        ],
    ),
    "history.later_procedure": (
        [claim("20610", patient=OPERATED)],
        [claim(line("20610", modifiers=["79"]), patient=OPERATED), claim("93000", patient=OPERATED)],
    ),
    "history.duplicate": (
        [claim("93000", patient=SEEN)],
        [
            claim(line("93000", modifiers=["76"]), patient=SEEN),
            claim("93000", patient=SEEN, frequency_code="7"),
            claim(line("93000", service_date="2026-03-17"), patient=SEEN),
            claim("90837", patient=SEEN),
        ],
    ),
    "history.new_patient": (
        [claim("99203", patient=SEEN, service_date=date(2027, 12, 1), prepared_on="2027-12-02")],
        [
            claim("99203"),
            claim("99213", patient=SEEN),
            claim(
                "99203", patient=SEEN, rendering_npi="1234567893", rendering_taxonomy="207RC0000X", prepared_on=LATER
            ),
            claim("99203", patient=SEEN, service_date=date(2029, 3, 16), prepared_on="2029-03-27"),
        ],
    ),
    "history.preventive_visit": (
        [claim("G0439", patient=WELL, **MEDICARE), claim("G0438", patient=WELL, **MEDICARE, service_date=FIVE_ON)],
        [
            claim("G0439", patient=WELL, **MEDICARE, service_date=date(2026, 6, 1), prepared_on="2026-06-10"),
            claim("G0439", patient=WELL),
        ],
    ),
    "pfs.documentation": (
        [claim(line("31231", modifiers=["62"])), claim(line("31231", modifiers=["80"]))],
        [claim(line("27447", modifiers=["80"])), claim("31231")],
    ),
    "pfs.both_sides": (
        [claim(line("31231", modifiers=["50"]))],
        [claim(line("27447", modifiers=["50"])), claim("31231")],
    ),
    "pfs.facility_part": (
        [
            claim(line("71046", place_of_service="22"), **MEDICARE),
            claim(line("93005", place_of_service="21"), **MEDICARE),
        ],
        [
            claim(line("71046", place_of_service="22", modifiers=["26"]), **MEDICARE),
            claim(line("71046", place_of_service="11"), **MEDICARE),
            claim(line("71046", place_of_service="22")),
        ],
    ),
    "charge.outlier": (
        [claim(line(charge_cents=4000)), claim(line(charge_cents=900000))],
        [claim(), claim(line(charge_cents=4000, modifiers=["52"])), claim(line("80053", charge_cents=4))],
    ),
    "units.mue": (
        [claim(line("97110", units=9)), claim(line("97110", units=5), line("97110", units=4, modifiers=["76"]))],
        [claim(line("97110", units=8)), claim(line("93000", units=3))],
    ),
    "pfs.status": (
        [claim("99080"), claim("92015", **MEDICARE)],
        [claim("92015"), claim("99213", **MEDICARE), claim("80053")],
    ),
    "pfs.modifier": (
        [
            claim(line(modifiers=["26"])),
            claim(line("71046", modifiers=["50"])),
            claim(line("20610", modifiers=["80"])),
            claim(line("27447", modifiers=["62"])),
        ],
        [claim(line("71046", modifiers=["26"])), claim(line("27447", modifiers=["50", "80"]))],
    ),
    "coverage.diagnosis": (
        [claim("82306"), claim(line("82306", diagnosis_pointers=[2]), diagnoses=["E55.9", "I10"])],
        [claim(line("82306", diagnosis_pointers=[1, 2]), diagnoses=["I10", "M81.0"]), claim("80053")],
    ),
}


def fired(checked: Claim, references: EditReferences) -> list[Edit]:
    return list(check_claim(checked, references, history=PAST))


def test_every_rule_has_a_specification() -> None:
    assert set(SPECIFICATION) == set(RULES_BY_ID) - {"table.outdated"}


@pytest.mark.parametrize("rule_id", SPECIFICATION)
def test_a_rule_fires(rule_id: str, references: EditReferences) -> None:
    for broken in SPECIFICATION[rule_id][0]:
        found = [edit for edit in fired(broken, references) if edit.rule_id == rule_id]
        assert found, broken.model_dump(mode="json", exclude_defaults=True)
        for edit in found:
            assert edit.severity is RULES_BY_ID[rule_id].severity
            _check_pointers(broken, edit)


@pytest.mark.parametrize("rule_id", SPECIFICATION)
def test_a_rule_names_the_fields_that_it_is_documented_with(rule_id: str, references: EditReferences) -> None:
    edits = [edit for broken in SPECIFICATION[rule_id][0] for edit in fired(broken, references)]
    fields = {field for edit in edits if edit.rule_id == rule_id for field in edit.fields}
    assert {re.sub(r"/[0-9]+", "/*", field) for field in fields} == set(AFFECTED[rule_id])


@pytest.mark.parametrize("rule_id", SPECIFICATION)
def test_a_rule_keeps_still(rule_id: str, references: EditReferences) -> None:
    for fine in SPECIFICATION[rule_id][1]:
        assert rule_id not in {edit.rule_id for edit in fired(fine, references)}, fine.lines


def _check_pointers(checked: Claim, edit: Edit) -> None:
    """Every named line exists, and every field leads to a value of the claim or to an optional one."""
    assert set(edit.lines) <= {one.line_number for one in checked.lines}
    for field in edit.fields:
        value: Any = checked.model_dump(mode="json")
        for part in field.removeprefix("/").split("/"):
            value = value[int(part)] if isinstance(value, list) else value[part]


def test_a_claim_of_one_clean_visit_has_no_finding(references: EditReferences) -> None:
    assert fired(claim(), references) == []


def test_rule_ids_are_unique_and_well_formed() -> None:
    ids = [rule.rule_id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+\.[a-z0-9_]+", rule_id) for rule_id in ids)
    assert all(rule.summary.endswith(".") and rule.source.citation for rule in RULES)


def test_messages_name_the_codes(references: EditReferences) -> None:
    (edit,) = [e for e in fired(claim("45385", "45380"), references) if e.rule_id == "ncci.ptp"]
    assert "45380" in edit.message
    assert "45385" in edit.message
    assert edit.source.release == "t1"


BARE = {"ncci.ptp", "units.mue", "addon.primary", "pfs.status", "coverage.diagnosis", "cpt.valid_on_date"}


def test_each_missing_table_is_told_once(icd10cm: CodeSet) -> None:
    bare = EditReferences(CodeLibrary.of(icd10cm), PERIODS)
    found = fired(claim("45385", "45380"), bare)
    assert {edit.rule_id for edit in found} == BARE
    assert {edit.severity for edit in found} == {Severity.UNCHECKED}
    assert len(found) == len(BARE)
    assert all("chartcode import" in edit.message for edit in found)
    assert not holds(found)


def test_an_unknown_past_is_told_once(references: EditReferences) -> None:
    (edit,) = check_claim(claim("99213", patient=SEEN), references)
    assert edit.rule_id.startswith("history.")
    assert edit.severity is Severity.UNCHECKED
    assert "--history" in edit.message
    assert not holds([edit])


def test_a_code_system_that_the_claim_does_not_use_is_not_missed(icd10cm: CodeSet) -> None:
    bare = EditReferences(CodeLibrary.of(icd10cm), PERIODS)
    rules = {edit.rule_id for edit in fired(claim("J1885"), bare)}
    assert "hcpcs.valid_on_date" in rules
    assert "cpt.valid_on_date" not in rules


def test_a_missing_diagnosis_release_holds() -> None:
    found = fired(claim(), EditReferences(CodeLibrary([])))
    assert "icd10cm.release_known" in {edit.rule_id for edit in found}
    assert holds(found)


def _crash(context: ClaimContext) -> Any:
    raise ValueError(f"patient {context.claim.patient.patient_id} broke it")


def test_a_crash_holds_and_keeps_the_patient_out(references: EditReferences) -> None:
    broken = replace(RULES[0], check=_crash)
    (edit,) = check_claim(claim(), references, (broken,))
    assert edit.rule_id == RULE_FAILED
    assert holds([edit])
    assert "c1-patient" not in edit.model_dump_json()
    assert "ValueError" in edit.message


class _Damaged(CodeLibrary):
    def release_on(self, system: CodeSystem, day: date) -> CodeSet | None:
        raise OSError("the disk is gone")


def test_a_damaged_library_holds() -> None:
    found = check_claim(claim(), EditReferences(_Damaged([])))
    assert found
    assert holds(found)


def test_an_old_table_is_used_and_told(references: EditReferences) -> None:
    old = replace(
        references, ncci={EditSetting.PRACTITIONER: _always(NcciPairs("t1", pair_table()), valid_to=date(2026, 2, 1))}
    )
    found = {edit.rule_id: edit for edit in fired(claim("45385", "45380"), old)}
    assert found["table.outdated"].severity is Severity.INFO
    assert "ncci.ptp" in found
    assert "table.outdated" not in {edit.rule_id for edit in fired(claim(), references)}


@pytest.mark.parametrize("kind", TableKind)
def test_every_table_has_a_rule(kind: TableKind) -> None:
    assert any(rule.table is kind for rule in RULES)


def test_findings_do_not_depend_on_the_order_of_rules(references: EditReferences) -> None:
    checked = claim("99213", KNEE, "11103", diagnoses=["M54.5"])
    forth = check_claim(checked, references, history=PAST)
    back = check_claim(checked, references, RULES[::-1], PAST)
    assert sorted(forth, key=repr) == sorted(back, key=repr)
