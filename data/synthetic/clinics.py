"""Invented clinics: their specialty, clinicians, and the habits that their claims show."""

from collections.abc import Mapping
from dataclasses import dataclass

from data.synthetic.dice import Dice
from data.synthetic.payers import MONTHS, SyntheticPayer
from data.synthetic.services import load_encounter_kinds

_COPIES: Mapping[str, int] = {
    "primary care": 4,
    "orthopedics": 2,
    "physical therapy": 2,
    "cardiology": 2,
    "pediatrics": 2,
}
_TAXONOMIES: Mapping[str, str] = {
    "primary care": "207Q00000X",
    "pediatrics": "208000000X",
    "cardiology": "207RC0000X",
    "orthopedics": "207X00000X",
    "dermatology": "207N00000X",
    "gastroenterology": "207RG0100X",
    "physical therapy": "225100000X",
    "radiology": "2085R0202X",
    "behavioral health": "2084P0800X",
    "obstetrics and gynecology": "207V00000X",
    "ophthalmology": "207W00000X",
    "pain management": "208VP0014X",
    "pulmonology": "207RP1001X",
    "endocrinology": "207RE0101X",
    "podiatry": "213E00000X",
    "urology": "208800000X",
    "ear, nose and throat": "207Y00000X",
    "emergency": "207P00000X",
    "urgent care": "261QU0200X",
}
# How often a slip happens where it can happen, on average over clinics.
_SLIPS: Mapping[str, float] = {
    "no_25": 0.09,
    "no_59": 0.1,
    "unbundled": 0.008,
    "no_side": 0.04,
    "wrong_units": 0.03,
    "repeated_line": 0.01,
    "lonely_add_on": 0.12,
    "no_telehealth_modifier": 0.08,
    "heading": 0.006,
    "bad_pointer": 0.003,
    "no_authorization": 0.26,
    "needless_authorization": 0.15,
    "wrong_status": 0.006,
    "wrong_age_group": 0.02,
    "wrong_place": 0.006,
    "no_rendering_npi": 0.006,
    "unknown_modifier": 0.002,
    "late": 0.017,
}


@dataclass(frozen=True, slots=True)
class Clinician:
    npi: str
    level_shift: int


@dataclass(frozen=True, slots=True)
class Clinic:
    """`slips` are rates by kind of slip; `registration` multiplies eligibility trouble; `unenrolled` names the months
    (first, last) in which a clinician (NPI) was not enrolled with a payer (id)."""

    npi: str
    specialty: str
    taxonomy: str
    share: float
    clinicians: tuple[Clinician, ...]
    slips: Mapping[str, float]
    registration: float
    billing_days: float
    unenrolled: Mapping[tuple[str, str], tuple[int, int]]


def draw_clinics(dice: Dice, payers: tuple[SyntheticPayer, ...]) -> tuple[Clinic, ...]:
    specialties = [name for name in load_encounter_kinds() for _ in range(_COPIES.get(name, 1))]
    return tuple(_draw_clinic(dice, specialty, payers) for specialty in specialties)


def draw_npi(dice: Dice) -> str:
    """Ten digits with a right check digit; whether it is anybody's number is not known."""
    digits = [1, *(dice.randrange(10) for _ in range(8))]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[0::2])
    check = -(24 + doubled + sum(digits[1::2])) % 10
    return "".join(map(str, [*digits, check]))


def _draw_clinic(dice: Dice, specialty: str, payers: tuple[SyntheticPayer, ...]) -> Clinic:
    clinicians = tuple(Clinician(draw_npi(dice), dice.choice((-1, 0, 0, 0, 1))) for _ in range(dice.randint(3, 7)))
    return Clinic(
        npi=draw_npi(dice),
        specialty=specialty,
        taxonomy=_TAXONOMIES[specialty],
        share=dice.factor(0.4),
        clinicians=clinicians,
        slips={name: dice.rate(mean, 12) for name, mean in _SLIPS.items()},
        registration=dice.factor(0.5),
        billing_days=dice.uniform(2, 14),
        unenrolled=_draw_gaps(dice, clinicians, payers),
    )


def _draw_gaps(
    dice: Dice, clinicians: tuple[Clinician, ...], payers: tuple[SyntheticPayer, ...]
) -> dict[tuple[str, str], tuple[int, int]]:
    gaps: dict[tuple[str, str], tuple[int, int]] = {}
    for clinician in clinicians:
        for payer in payers:
            if dice.chance(0.02):
                first = dice.randint(0, MONTHS - 1)
                gaps[clinician.npi, payer.payer.payer_id] = (first, first + dice.randint(3, 9))
    return gaps
