"""The demo's payers: what they agreed to allow, what is billed to them, and why they refuse it when they do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from data.notes import PayerKind
from data.synthetic.clinics import draw_npi
from data.synthetic.demo_claims import CHARGES
from data.synthetic.dice import Dice

_CLINICIANS = tuple(draw_npi(Dice(seed)) for seed in range(4))


class DemoService(NamedTuple):
    """`refused_line` is the line that is refused for `carc` where the claim is."""

    lines: tuple[dict[str, Any], ...]
    diagnoses: tuple[str, ...]
    rendering_npi: str
    carc: str
    refused_line: int = 1


@dataclass(frozen=True, slots=True)
class DemoPayer:
    """It allows `share` of each charge and answers after `days`."""

    kind: PayerKind
    share: float
    days: int
    age_years: int
    services: tuple[DemoService, ...]
    pays_short: bool = False

    @property
    def payer_id(self) -> str:
        return f"demo-{self.kind}"

    def allowed_cents(self, charge_cents: int) -> int:
        """For one unit."""
        return round(charge_cents * self.share)


_OFFICE = DemoService(
    ({"code": "99213", "diagnosis_pointers": [1, 2]}, {"code": "83036"}), ("E11.9", "I10"), _CLINICIANS[0], "29"
)
_LABORATORY = DemoService(({"code": "99214"}, {"code": "80053"}), ("I10",), _CLINICIANS[0], "50", 2)
_WELLNESS = DemoService(({"code": "G0439"}, {"code": "36415"}), ("Z00.00",), _CLINICIANS[0], "97", 2)
_KNEE = DemoService(
    ({"code": "99213"}, {"code": "20610", "modifiers": ["RT"]}, {"code": "J1030"}), ("M17.11",), _CLINICIANS[1], "97"
)
_IMAGING = DemoService(({"code": "72148", "place_of_service": "22"},), ("M54.16",), _CLINICIANS[1], "197")
_ECHO = DemoService(({"code": "93306"}, {"code": "93000"}), ("R01.1",), _CLINICIANS[2], "50")
_COLONOSCOPY = DemoService(
    ({"code": "45385", "place_of_service": "24"}, {"code": "88305", "place_of_service": "24"}),
    ("K63.5",),
    _CLINICIANS[2],
    "50",
    2,
)
_THERAPY = DemoService(
    ({"code": "97110", "units": 2}, {"code": "97140", "modifiers": ["59"]}), ("M25.561",), _CLINICIANS[3], "197", 2
)

DEMO_PAYERS = (
    DemoPayer(PayerKind.COMMERCIAL, 0.62, 26, 46, (_OFFICE, _COLONOSCOPY, _IMAGING, _KNEE, _THERAPY), pays_short=True),
    DemoPayer(PayerKind.MEDICARE, 0.45, 15, 72, (_OFFICE, _ECHO, _WELLNESS, _KNEE)),
    DemoPayer(PayerKind.MEDICARE_ADVANTAGE, 0.44, 21, 69, (_IMAGING, _ECHO, _LABORATORY)),
    DemoPayer(PayerKind.MEDICAID, 0.36, 34, 33, (_OFFICE, _LABORATORY, _THERAPY)),
)


def contracted_amounts() -> Iterator[tuple[str, str, int]]:
    """Payer, procedure, and the cents that one unit of it was agreed to cost."""
    for payer in DEMO_PAYERS:
        for procedure, charge_cents in CHARGES.items():
            yield payer.payer_id, procedure, payer.allowed_cents(charge_cents)
