"""Invented claims before anything goes wrong with them: a visit of a clinic, coded as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from data.claims import Claim, ClaimLine, ClaimPatient, Procedure
from data.codes import Icd10Cm
from data.notes import PatientStatus, PayerKind, Sex
from data.synthetic.clinics import Clinic, Clinician
from data.synthetic.dice import Dice
from data.synthetic.payers import SyntheticPayer
from data.synthetic.published import ADD_ONS, PAIRS
from data.synthetic.services import EncounterKind, PlannedProcedure, load_encounter_kinds, load_services

SIDED = frozenset(
    {
        "20610",
        "73562",
        "73030",
        "73610",
        "73721",
        "29881",
        "27447",
        "64721",
        "66984",
        "67028",
        "29125",
        "L1833",
        "L3908",
    }
)
TELEHEALTH_PLACES = frozenset({"02", "10"})
_EXCLUSIVE = {(first, second) for first, second, indicator in PAIRS if indicator == 0}
SEPARABLE = {(first, second) for first, second, indicator in PAIRS if indicator == 1}
AGE_GROUPS: Mapping[str, tuple[int, int]] = {
    "99391": (0, 0),
    "99392": (1, 4),
    "99393": (5, 11),
    "99394": (12, 17),
    "99395": (18, 39),
    "99396": (40, 64),
    "99397": (65, 90),
    "G0439": (66, 90),
}
_LEVELS = (("99212", "99213", "99214", "99215"), ("99202", "99203", "99204", "99205"))
_NEEDS_25 = frozenset({"minor", "injection", "infusion"})
_AGES: Mapping[str, tuple[int, int]] = {
    "pediatrics": (0, 17),
    "obstetrics and gynecology": (18, 55),
    "cardiology": (40, 88),
    "ophthalmology": (50, 90),
    "orthopedics": (18, 82),
    "urology": (40, 85),
    "pulmonology": (30, 85),
    "podiatry": (35, 88),
}
_PAYERS_BY_AGE: tuple[tuple[int, Mapping[PayerKind, float]], ...] = (
    (18, {PayerKind.COMMERCIAL: 5, PayerKind.MEDICAID: 2, PayerKind.MANAGED_MEDICAID: 3, PayerKind.OTHER: 0.6}),
    (
        65,
        {
            PayerKind.COMMERCIAL: 5.5,
            PayerKind.OTHER: 1.2,
            PayerKind.MEDICAID: 1,
            PayerKind.MANAGED_MEDICAID: 1.5,
            PayerKind.MEDICARE: 0.4,
            PayerKind.MEDICARE_ADVANTAGE: 0.3,
        },
    ),
    (
        200,
        {PayerKind.MEDICARE: 4, PayerKind.MEDICARE_ADVANTAGE: 4.4, PayerKind.COMMERCIAL: 1.2, PayerKind.MEDICAID: 0.4},
    ),
)


@dataclass(slots=True)
class DraftLine:
    code: str
    units: int
    place: str
    pointers: list[int]
    modifiers: list[str] = field(default_factory=list)

    @property
    def family(self) -> str:
        return load_services()[self.code].family


@dataclass(slots=True)
class Draft:
    """A claim in the making; slips change it before it becomes a claim."""

    clinic: Clinic
    clinician: Clinician
    payer: SyntheticPayer
    service_date: date
    prepared_on: date
    age: int
    sex: Sex
    status: PatientStatus
    diagnoses: list[str]
    lines: list[DraftLine]
    rendering_npi: str
    authorization: str | None = None


def draw_draft(dice: Dice, clinic: Clinic, payers: tuple[SyntheticPayer, ...], service_date: date) -> Draft:
    kind = dice.choices(*zip(*((kind, kind.weight) for kind in load_encounter_kinds()[clinic.specialty]), strict=True))[
        0
    ]
    clinician = dice.choice(clinic.clinicians)
    visit = _shift(dice.pick(kind.visits), clinician.level_shift if dice.chance(0.35) else 0) if kind.visits else None
    age = dice.randint(*AGE_GROUPS.get(visit or "", _AGES.get(clinic.specialty, (18, 85))))
    diagnoses = _draw_diagnoses(dice, kind)
    sex = _draw_sex(dice, clinic.specialty, diagnoses)
    return Draft(
        clinic=clinic,
        clinician=clinician,
        payer=_draw_payer(dice, payers, age),
        service_date=service_date,
        prepared_on=service_date + timedelta(days=round(clinic.billing_days * dice.factor(0.5))),
        age=age,
        sex=sex,
        status=_status(dice, visit),
        diagnoses=diagnoses,
        lines=_draw_lines(dice, kind, visit, len(diagnoses)),
        rendering_npi=clinician.npi,
    )


def _shift(visit: str, levels: int) -> str:
    for family in _LEVELS:
        if visit in family:
            return family[min(len(family) - 1, max(0, family.index(visit) + levels))]
    return visit


def _draw_diagnoses(dice: Dice, kind: EncounterKind) -> list[str]:
    chosen: list[Icd10Cm] = [dice.pick(kind.first)]
    if dice.chance(0.2):
        chosen.append(dice.pick(kind.first))
    if kind.further:
        chosen += [dice.pick(kind.further) for _ in range(dice.choice((0, 0, 1, 1, 2)))]
    return list(dict.fromkeys(code.compact for code in chosen))


def _draw_sex(dice: Dice, specialty: str, diagnoses: list[str]) -> Sex:
    if specialty == "obstetrics and gynecology" or any(
        code.startswith(("O", "N9", "Z123", "Z014")) for code in diagnoses
    ):
        return Sex.FEMALE
    if any(code.startswith(("N40", "C61", "R972", "Z125")) for code in diagnoses):
        return Sex.MALE
    return dice.choice((Sex.FEMALE, Sex.MALE))


def _draw_payer(dice: Dice, payers: tuple[SyntheticPayer, ...], age: int) -> SyntheticPayer:
    mix = next(mix for below, mix in _PAYERS_BY_AGE if age < below)
    return dice.pick([(payer, payer.share * mix[payer.payer.kind]) for payer in payers if payer.payer.kind in mix])


def _status(dice: Dice, visit: str | None) -> PatientStatus:
    if visit in _LEVELS[1] or visit == "92004":
        return PatientStatus.NEW
    return PatientStatus.ESTABLISHED if visit or dice.chance(0.9) else PatientStatus.NEW


def _draw_lines(dice: Dice, kind: EncounterKind, visit: str | None, diagnoses: int) -> list[DraftLine]:
    place = dice.pick(kind.places)
    is_remote = place in TELEHEALTH_PLACES
    planned = [p for p in kind.procedures if dice.chance(p.probability)]
    if is_remote:
        planned = [p for p in planned if load_services()[p.code].family in ("behavioral", "counsel")]
    if visit is None and all(procedure.code in ADD_ONS for procedure in planned):
        planned = [max(kind.procedures, key=lambda procedure: procedure.probability)]
    lines = [DraftLine(visit, 1, place, list(range(1, min(diagnoses, 4) + 1)))] if visit else []
    for procedure in _make_coherent(planned, visit):
        units = max(1, procedure.units + dice.choice((-1, 0, 0, 0, 1))) if procedure.units > 1 else 1
        pointers = [1, 2] if diagnoses > 1 and dice.chance(0.3) else [1]
        lines.append(DraftLine(procedure.code, units, place, pointers))
    _add_modifiers(dice, lines)
    return lines


def _make_coherent(planned: list[PlannedProcedure], visit: str | None) -> list[PlannedProcedure]:
    """Leaves out add-ons without their primary, and what is never billed beside another service of the day."""
    codes = {visit, *(procedure.code for procedure in planned)}
    parts = {second for first, second in _EXCLUSIVE if first in codes and second in codes}
    codes -= parts
    return [p for p in planned if p.code in codes and (p.code not in ADD_ONS or codes & set(ADD_ONS[p.code]))]


def _add_modifiers(dice: Dice, lines: list[DraftLine]) -> None:
    codes = {line.code for line in lines}
    has_procedure = any(line.family in _NEEDS_25 for line in lines)
    for line in lines:
        if line.family == "visit" and has_procedure:
            line.modifiers.append("25")
        if line.code in SIDED:
            line.modifiers.append(dice.choice(("LT", "RT")))
        if any((other, line.code) in SEPARABLE for other in codes):
            line.modifiers.append(dice.choice(("59", "59", "XS", "XU")))
        if line.place in TELEHEALTH_PLACES:
            line.modifiers.append("95")


def build_claim(draft: Draft, number: int, dice: Dice) -> Claim:
    """The claim of a draft; charges differ from typical ones by the clinic's own price level."""
    lines = tuple(_build_line(draft, position, line, dice) for position, line in enumerate(draft.lines, start=1))
    return Claim(
        claim_id=f"synthetic-{number:06d}",
        payer=draft.payer.payer,
        billing_npi=draft.clinic.npi,
        rendering_npi=draft.rendering_npi,
        rendering_taxonomy=draft.clinic.taxonomy,
        patient=ClaimPatient(
            patient_id=f"synthetic-patient-{number:06d}", age_years=draft.age, sex=draft.sex, status=draft.status
        ),
        diagnoses=tuple(Icd10Cm(code) for code in draft.diagnoses),
        prior_authorization=draft.authorization,
        prepared_on=draft.prepared_on,
        lines=lines,
    )


def _build_line(draft: Draft, position: int, line: DraftLine, dice: Dice) -> ClaimLine:
    service = load_services()[line.code]
    price = 0.8 + 0.4 * (int(draft.clinic.npi[-3:]) / 1000) + dice.uniform(-0.02, 0.02)
    return ClaimLine(
        line_number=position,
        procedure=Procedure.of(service.code),
        modifiers=tuple(line.modifiers[:4]),
        diagnosis_pointers=tuple(line.pointers[:12]),
        units=line.units,
        charge_cents=round(service.charge_cents * line.units * price),
        service_date=draft.service_date,
        place_of_service=line.place,
    )
