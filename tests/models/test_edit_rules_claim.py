"""Rules on what a claim says of itself: when they fire, and near misses."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from data.claims import Claim
from data.synthetic.demo_claims import draft_claim
from models.denial.edits.registry import RULES_BY_ID

RuleCheck = Callable[[str, Sequence[Claim], Sequence[Claim]], None]


def claim(*lines: Mapping[str, Any] | str, **changes: Any) -> Claim:
    written = [{"code": line} if isinstance(line, str) else dict(line) for line in lines or ("99213",)]
    return draft_claim("c1", lines=written, **changes)


def line(code: str = "99213", **values: Any) -> dict[str, Any]:
    return {"code": code, **values}


INPATIENT = {"form": "institutional", "facility_type": "11"}
OUTPATIENT = {"form": "institutional", "facility_type": "13"}
OLD = {"service_date": date(2025, 10, 3), "prepared_on": "2026-11-20"}
MEDICARE = {"payer": {"payer_id": "p", "kind": "medicare"}}
FY2022 = date(2022, 3, 1)


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
    "modifier.side_of_diagnosis": (
        [claim(line("20610", modifiers=["LT"]), diagnoses=["M17.11"])],
        [
            claim(line("20610", modifiers=["RT"]), diagnoses=["M17.11"]),
            claim(line("20610", modifiers=["LT"], diagnosis_pointers=[1, 2]), diagnoses=["M17.11", "M17.12"]),
            claim(line("20610", modifiers=["LT"]), diagnoses=["M17.9"]),
        ],
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
}


def test_the_specification_is_complete(claim_grounds: frozenset[str]) -> None:
    assert set(SPECIFICATION) == {rule_id for rule_id in RULES_BY_ID if rule_id.split(".")[0] in claim_grounds}


@pytest.mark.parametrize("rule_id", SPECIFICATION)
def test_a_rule_does_as_specified(rule_id: str, check_rule: RuleCheck) -> None:
    check_rule(rule_id, *SPECIFICATION[rule_id])
