"""Features from the claim's own fields. Age and sex are none of them."""

from math import log, log1p

from data.claims import Claim, ClaimLine
from data.notes import PayerKind
from models.denial.charges import ChargeBook
from models.denial.keys import lag_days

NAMES = (
    *("payer_kind", "line_count", "line_position", "diagnosis_count", "pointer_count", "modifier_count", "units"),
    *("charge", "charge_share", "charge_over_expected", "lag", "has_authorization", "is_replacement", "has_rendering"),
)
_KINDS = {kind: float(number) for number, kind in enumerate(PayerKind)}
_REPLACEMENT = "7"


def claim_values(claim: Claim, line: ClaimLine, position: int, total_cents: int, charges: ChargeBook) -> list[float]:
    """`total_cents` is the charge of the claim.

    `charge` is the logarithm of cents, `charge_over_expected` that of the ratio to the usual charge.
    """
    expected = charges.expected_cents(line)
    return [
        _KINDS[claim.payer.kind],
        len(claim.lines),
        position,
        len(claim.diagnoses),
        len(line.diagnosis_pointers),
        len(line.modifiers),
        line.units,
        log1p(line.charge_cents),
        line.charge_cents / max(1, total_cents),
        log((line.charge_cents + 1) / (expected + 1)),
        lag_days(claim, line.service_date),
        claim.prior_authorization is not None,
        claim.frequency_code == _REPLACEMENT,
        bool(claim.rendering_npi),
    ]
