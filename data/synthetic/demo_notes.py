"""Invented encounters for the demo, the workbench and the tests. None of them is in the gold set."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from data.notes import Encounter, Note, Patient, PatientStatus, Payer, PayerKind, Perspective, Setting, Sex

_NEW, _ESTABLISHED = PatientStatus.NEW, PatientStatus.ESTABLISHED
_COMMERCIAL, _MEDICARE, _ADVANTAGE = PayerKind.COMMERCIAL, PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE
_MEDICAID = PayerKind.MEDICAID


class _Row(NamedTuple):
    """One demo encounter; `name` is its id and the name of its text in `notes/`."""

    name: str
    kind: str
    setting: Setting
    day: int
    age_years: int
    sex: Sex
    status: PatientStatus | None
    payer: PayerKind


_ROWS = (
    _Row("office-diabetes-ckd", "progress_note", Setting.OFFICE, 3, 63, Sex.MALE, _ESTABLISHED, _ADVANTAGE),
    _Row("office-uri-visit", "progress_note", Setting.OFFICE, 4, 34, Sex.FEMALE, _NEW, _COMMERCIAL),
    _Row("urgent-care-ankle-sprain", "progress_note", Setting.URGENT_CARE, 6, 22, Sex.FEMALE, _NEW, _COMMERCIAL),
    _Row("ed-chest-pain-ruled-out", "ed_note", Setting.ED, 8, 48, Sex.MALE, None, _COMMERCIAL),
    _Row("office-knee-injection", "progress_note", Setting.OFFICE, 10, 67, Sex.FEMALE, _ESTABLISHED, _MEDICARE),
    _Row("asc-colonoscopy-polypectomy", "procedure_note", Setting.ASC, 11, 52, Sex.MALE, _NEW, _COMMERCIAL),
    _Row("office-well-child-vaccines", "progress_note", Setting.OFFICE, 12, 1, Sex.MALE, _ESTABLISHED, _MEDICAID),
    _Row("inpatient-pneumonia-discharge", "discharge_summary", Setting.INPATIENT, 13, 78, Sex.FEMALE, None, _MEDICARE),
    _Row("office-derm-lesion-destruction", "progress_note", Setting.OFFICE, 17, 71, Sex.MALE, _ESTABLISHED, _MEDICARE),
    _Row(
        "telehealth-depression-followup",
        "progress_note",
        Setting.TELEHEALTH,
        19,
        29,
        Sex.FEMALE,
        _ESTABLISHED,
        _COMMERCIAL,
    ),
    _Row("ob-prenatal-28-weeks", "progress_note", Setting.OFFICE, 23, 31, Sex.FEMALE, _ESTABLISHED, _MEDICAID),
    _Row("office-awv-medicare", "progress_note", Setting.OFFICE, 24, 74, Sex.FEMALE, _ESTABLISHED, _MEDICARE),
)


def _build(row: _Row) -> Encounter:
    text = files("data.synthetic").joinpath("notes", f"{row.name}.txt").read_text(encoding="utf-8")
    return Encounter(
        encounter_id=f"demo-{row.name}",
        setting=row.setting,
        date_of_service=date(2026, 3, row.day),
        patient=Patient(age_years=row.age_years, sex=row.sex, status=row.status),
        perspective=Perspective.PROFESSIONAL,
        payer=Payer(payer_id=f"demo-{row.payer}", kind=row.payer),
        documents=(Note(document_id=f"{row.name}-note", kind=row.kind, text=text),),
    )


@cache
def _all() -> tuple[Encounter, ...]:
    return tuple(_build(row) for row in _ROWS)


def demo_encounters() -> list[Encounter]:
    """Twelve visits of March 2026 across settings and specialties, in order of date."""
    return list(_all())
