"""Invented draft claims for the demo, the workbench and the tests: some clean, each of the others with one slip."""

from datetime import date
from functools import cache
from typing import Any

from data.claims import Claim

BILLING, RENDERING = "1730000001", "1730000019"
_PREPARED = date(2026, 3, 27)
CHARGES = {
    **{"99203": 20500, "99212": 9500, "99213": 15000, "99214": 21500, "99396": 22000, "G0439": 18500},
    **{"20610": 21000, "J1030": 1800, "J3301": 1400, "36415": 1500, "83036": 4000, "80053": 4500, "87880": 4000},
    **{"72148": 165000, "96372": 6500, "J3420": 1200, "45385": 165000, "45380": 145000, "88305": 19000},
    **{"11103": 9000, "97110": 6200, "97140": 6000, "90834": 14500, "29881": 420000, "27447": 890000},
    **{"93306": 98000, "93000": 6500, "69210": 11000, "92014": 15500, "73562": 9500},
}


def draft_claim(name: str, **changes: Any) -> Claim:
    """A claim in the shape of the wire: an office visit that nothing is wrong with, changed as given.

    `lines` are dictionaries; number, place, date and charge are filled in where they are missing.
    """
    service_date = changes.pop("service_date", date(2026, 3, 16)).isoformat()
    lines = changes.pop("lines", [{"code": "99213"}])
    claim: dict[str, Any] = {
        "claim_id": name,
        "payer": {"payer_id": "demo-commercial", "kind": "commercial"},
        "billing_npi": BILLING,
        "rendering_npi": RENDERING,
        "rendering_taxonomy": "207Q00000X",
        "patient": {"patient_id": f"{name}-patient", "age_years": 57, "sex": "female", "status": "established"},
        "diagnoses": ["E11.9", "I10"],
        "prepared_on": _PREPARED.isoformat(),
        "lines": [_fill_line(position, service_date, **line) for position, line in enumerate(lines, start=1)],
    }
    patient = {**claim["patient"], **changes.pop("patient", {})}
    return Claim.model_validate({**claim, **changes, "patient": patient})


def _fill_line(position: int, day: str, code: str, **values: Any) -> dict[str, Any]:
    units = values.get("units", 1)
    return {
        "line_number": position,
        "procedure": {"system": "hcpcs" if code[0].isalpha() else "cpt", "code": code},
        "diagnosis_pointers": [1],
        "charge_cents": CHARGES.get(code, 10000) * units,
        "service_date": day,
        "place_of_service": "11",
        **values,
    }


def demo_claims() -> list[Claim]:
    """Eighteen claims prepared on 27 March 2026, each under a name that tells what it shows."""
    return list(_all())


@cache
def _all() -> tuple[Claim, ...]:
    return (*_clean(), *_bundled(), *_miscoded(), *_for_the_payer())


def _payer(kind: str) -> dict[str, str]:
    return {"payer_id": f"demo-{kind}", "kind": kind}


def _clean() -> tuple[Claim, ...]:
    return (
        draft_claim(
            "demo-clean-visit",
            lines=[{"code": "99213", "diagnosis_pointers": [1, 2]}, {"code": "83036"}, {"code": "36415"}],
        ),
        draft_claim(
            "demo-clean-injection",
            payer=_payer("medicare"),
            patient={"age_years": 71},
            diagnoses=["M17.11", "I10"],
            lines=[{"code": "99213", "modifiers": ["25"]}, {"code": "20610", "modifiers": ["RT"]}, {"code": "J1030"}],
        ),
        draft_claim(
            "demo-clean-therapy",
            payer=_payer("medicaid"),
            rendering_taxonomy="225100000X",
            diagnoses=["M25.561"],
            lines=[{"code": "97110", "units": 2}, {"code": "97140", "modifiers": ["59"]}],
        ),
        draft_claim(
            "demo-clean-authorized-surgery",
            payer=_payer("medicare_advantage"),
            patient={"age_years": 69},
            diagnoses=["M17.12"],
            prior_authorization="DEMO-4471",
            lines=[{"code": "27447", "modifiers": ["LT"], "place_of_service": "22"}],
        ),
    )


def _bundled() -> tuple[Claim, ...]:
    return (
        draft_claim(
            "demo-missing-modifier-25",
            payer=_payer("medicare"),
            patient={"age_years": 67},
            diagnoses=["M17.11", "I10"],
            lines=[
                {"code": "99213", "diagnosis_pointers": [1, 2]},
                {"code": "20610", "modifiers": ["RT"]},
                {"code": "J3301", "units": 4},
            ],
        ),
        draft_claim(
            "demo-unbundled-colonoscopy",
            rendering_taxonomy="207RG0100X",
            diagnoses=["K63.5"],
            lines=[
                {"code": "45385", "place_of_service": "24"},
                {"code": "45380", "place_of_service": "24"},
                {"code": "88305", "place_of_service": "24"},
            ],
        ),
        draft_claim("demo-add-on-alone", diagnoses=["D48.5"], lines=[{"code": "99213"}, {"code": "11103"}]),
        draft_claim(
            "demo-duplicate-line",
            diagnoses=["E53.8"],
            lines=[{"code": "96372"}, {"code": "J3420"}, {"code": "96372"}],
        ),
        draft_claim(
            "demo-minutes-as-units",
            payer=_payer("medicare"),
            patient={"age_years": 70},
            rendering_taxonomy="225100000X",
            diagnoses=["M25.561"],
            lines=[{"code": "97110", "units": 30}],
        ),
    )


def _miscoded() -> tuple[Claim, ...]:
    return (
        draft_claim("demo-pointer-beyond", lines=[{"code": "99214", "diagnosis_pointers": [1, 3]}, {"code": "80053"}]),
        draft_claim("demo-retired-diagnosis", diagnoses=["M54.5"], lines=[{"code": "99213"}]),
        draft_claim(
            "demo-manifestation-first",
            payer=_payer("medicare"),
            patient={"age_years": 82},
            diagnoses=["F02.80", "G30.9"],
            lines=[{"code": "99214", "diagnosis_pointers": [1, 2]}],
        ),
        draft_claim(
            "demo-diabetes-of-two-types", diagnoses=["E11.65", "E10.65"], lines=[{"code": "99214"}, {"code": "83036"}]
        ),
        draft_claim(
            "demo-wrong-age-group",
            patient={"age_years": 38},
            diagnoses=["Z00.00"],
            lines=[{"code": "99396"}],
        ),
        draft_claim("demo-new-or-established", diagnoses=["J06.9"], lines=[{"code": "99203"}, {"code": "87880"}]),
    )


def _for_the_payer() -> tuple[Claim, ...]:
    return (
        draft_claim(
            "demo-no-authorization",
            patient={"age_years": 48},
            diagnoses=["M54.16"],
            lines=[{"code": "72148", "place_of_service": "22"}],
        ),
        draft_claim(
            "demo-telehealth-without-modifier",
            rendering_taxonomy="2084P0800X",
            patient={"age_years": 29},
            diagnoses=["F33.1"],
            lines=[{"code": "90834", "place_of_service": "10"}],
        ),
        draft_claim(
            "demo-filed-late",
            service_date=date(2025, 10, 2),
            diagnoses=["H61.23"],
            lines=[{"code": "99213", "modifiers": ["25"]}, {"code": "69210"}],
        ),
    )
