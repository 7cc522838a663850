"""Rules on diagnoses, patients, services together, the past and payment: when they fire, and near misses."""

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


KNEE = line("20610", modifiers=["RT"])
INPATIENT = {"form": "institutional", "facility_type": "11"}
OUTPATIENT = {"form": "institutional", "facility_type": "13"}
MEDICARE = {"payer": {"payer_id": "p", "kind": "medicare"}}
LATER = "2026-03-27"
FY2022 = date(2022, 3, 1)
FIVE_ON = date(2026, 3, 16)
MALE = {"sex": "male"}
FEMALE = {"sex": "female"}
SEEN = {"patient_id": "seen"}
OPERATED = {"patient_id": "operated"}
WELL = {"patient_id": "well"}

# Rule, claims on which it fires, claims on which it must not.
SPECIFICATION: dict[str, tuple[list[Claim], list[Claim]]] = {
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
    "icd10cm.excludes1": (
        [claim(diagnoses=["E11.9", "E10.9"]), claim(diagnoses=["E10.9", "I10", "E11.9"])],
        [claim(diagnoses=["E11.9", "I10"])],
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


def test_the_specification_is_complete(claim_grounds: frozenset[str]) -> None:
    assert set(SPECIFICATION) == {one for one in RULES_BY_ID if one.split(".")[0] not in claim_grounds} - {
        "table.outdated"
    }


@pytest.mark.parametrize("rule_id", SPECIFICATION)
def test_a_rule_does_as_specified(rule_id: str, check_rule: RuleCheck) -> None:
    check_rule(rule_id, *SPECIFICATION[rule_id])
