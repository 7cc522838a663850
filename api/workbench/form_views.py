"""A claim as the numbered items of its paper form: CMS-1500 (02/12) or UB-04.

Labels are our own short words. Items of which a claim holds nothing, such as names and addresses, stay blank: they are
filled by the system that holds them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from api.workbench.formats import amount
from data.claims import Claim, ClaimForm, ClaimLine, RevenueLine
from data.notes import PayerKind, Sex

_LETTERS = "ABCDEFGHIJKL"
_OTHERS = "ABCDEFGHIJKLMNOPQ"
_SEXES = {Sex.FEMALE: "F", Sex.MALE: "M"}
_COVERAGE = {
    PayerKind.MEDICARE: "Medicare",
    PayerKind.MEDICARE_ADVANTAGE: "Medicare",
    PayerKind.MEDICAID: "Medicaid",
    PayerKind.MANAGED_MEDICAID: "Medicaid",
    PayerKind.COMMERCIAL: "Group health plan",
}
_CMS_LINES, _UB_LINES = 6, 22
_ORIGINAL = "1"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered box; `width` is how many of twelve columns it takes."""

    number: str
    label: str
    value: str = ""
    width: int = 3


@dataclass(frozen=True, slots=True)
class FormView:
    """`pages` are the service lines of each sheet, each line the cells below `columns`."""

    title: str
    claim_id: str
    head: tuple[Item, ...]
    columns: tuple[str, ...]
    pages: tuple[tuple[tuple[str, ...], ...], ...]
    foot: tuple[Item, ...]


def build_form_view(claim: Claim) -> FormView:
    return _cms1500(claim) if claim.form is ClaimForm.PROFESSIONAL else _ub04(claim)


def _cms1500(claim: Claim) -> FormView:
    return FormView(
        title="CMS-1500 (02/12)",
        claim_id=claim.claim_id,
        head=(*_cms_patient(claim), *_cms_diagnoses(claim)),
        columns=("24A from", "to", "B place", "D procedure", "modifiers", "E pointer", "F charges", "G units", "J NPI"),
        pages=_split([_cms_line(claim, line) for line in claim.lines], _CMS_LINES),
        foot=(
            Item("25", "Federal tax number"),
            Item("26", "Patient account", claim.claim_id),
            Item("27", "Accepts assignment"),
            Item("28", "Total charge", amount(claim.charge_cents)),
            Item("29", "Amount paid"),
            Item("31", "Signature and date", _day(claim.prepared_on)),
            Item("32", "Service facility"),
            Item("33a", "Billing provider NPI", claim.billing_npi),
        ),
    )


def _cms_patient(claim: Claim) -> Iterator[Item]:
    patient = claim.patient
    yield Item("1", "Coverage", _COVERAGE.get(claim.payer.kind, "Other"))
    yield Item("1a", "Insured's number")
    yield Item("2", "Patient", patient.patient_id)
    yield Item("3", "Birth date and sex", _SEXES.get(patient.sex, ""))
    yield Item("11c", "Plan", claim.payer.payer_id)
    is_original = claim.frequency_code == _ORIGINAL
    yield Item("22", "Resubmission code", "" if is_original else claim.frequency_code)
    yield Item("22", "Original reference", claim.payer_control_number or "")
    yield Item("23", "Prior authorization", claim.prior_authorization or "")


def _cms_diagnoses(claim: Claim) -> Iterator[Item]:
    """The form leaves out the dots."""
    yield Item("21", "ICD indicator", "9" if claim.icd9_diagnoses else "0", 12)
    codes = claim.icd9_diagnoses or [diagnosis.compact for diagnosis in claim.diagnoses]
    for letter, code in zip(_LETTERS, codes, strict=False):
        yield Item(f"21{letter}", "Diagnosis", code)


def _cms_line(claim: Claim, line: ClaimLine) -> tuple[str, ...]:
    return (
        _day(line.service_date),
        _day(line.service_end_date or line.service_date),
        line.place_of_service or "",
        line.procedure.code.compact,
        " ".join(line.modifiers),
        "".join(_LETTERS[pointer - 1] for pointer in line.diagnosis_pointers if pointer <= len(_LETTERS)),
        amount(line.charge_cents),
        str(line.units),
        claim.rendering_npi,
    )


def _ub04(claim: Claim) -> FormView:
    lines = claim.all_lines
    total = ("0001", "", "", _day(claim.prepared_on), "", amount(claim.charge_cents))
    return FormView(
        title="UB-04 (CMS-1450)",
        claim_id=claim.claim_id,
        head=(
            Item("3a", "Patient control", claim.claim_id),
            Item("4", "Type of bill", f"0{claim.facility_type}{claim.frequency_code}" if claim.facility_type else ""),
            Item("6", "Statement covers", _period(lines)),
            Item("8a", "Patient", claim.patient.patient_id),
            Item("11", "Sex", _SEXES.get(claim.patient.sex, "")),
        ),
        columns=("42 revenue", "44 procedure", "modifiers", "45 date", "46 units", "47 charges"),
        pages=_split([*map(_ub_line, lines), total], _UB_LINES),
        foot=(*_ub_payer(claim), *_ub_diagnoses(claim)),
    )


def _ub_line(line: ClaimLine | RevenueLine) -> tuple[str, ...]:
    code, modifiers = "", ""
    if isinstance(line, ClaimLine):
        code, modifiers = line.procedure.code.compact, " ".join(line.modifiers)
    charge = amount(line.charge_cents)
    return (line.revenue_code or "", code, modifiers, _day(line.service_date), str(line.units), charge)


def _ub_payer(claim: Claim) -> Iterator[Item]:
    yield Item("50", "Payer", claim.payer.payer_id)
    yield Item("56", "Billing provider NPI", claim.billing_npi)
    yield Item("60", "Insured's number")
    yield Item("63", "Authorization", claim.prior_authorization or "")
    yield Item("64", "Payer's control number", claim.payer_control_number or "")
    yield Item("76", "Attending NPI", claim.rendering_npi)


def _ub_diagnoses(claim: Claim) -> Iterator[Item]:
    codes = claim.icd9_diagnoses or [diagnosis.compact for diagnosis in claim.diagnoses]
    yield Item("66", "ICD version", "9" if claim.icd9_diagnoses else "0")
    for place, code in zip(("67", *(f"67{letter}" for letter in _OTHERS)), codes, strict=False):
        yield Item(place, "Principal diagnosis" if place == "67" else "Other diagnosis", code)


def _period(lines: Sequence[ClaimLine | RevenueLine]) -> str:
    first = min(line.service_date for line in lines)
    return f"{_day(first)} – {_day(max(line.service_end_date or line.service_date for line in lines))}"


def _day(value: date) -> str:
    return f"{value:%m%d%y}"


def _split(rows: Sequence[Row], size: int) -> tuple[tuple[Row, ...], ...]:
    return tuple(tuple(rows[start : start + size]) for start in range(0, len(rows), size))
