"""Claim filing indicators (SBR09, CLP06) and the kinds of payers that they stand for."""

from functools import lru_cache

from data.notes import Payer, PayerKind

_KINDS = {
    "MA": PayerKind.MEDICARE,
    "MB": PayerKind.MEDICARE,
    "16": PayerKind.MEDICARE_ADVANTAGE,
    "MC": PayerKind.MEDICAID,
    **dict.fromkeys(("12", "13", "14", "15", "BL", "CI", "HM"), PayerKind.COMMERCIAL),
}
# No indicator stands for a Medicaid plan that an insurer runs: it files as an HMO, under a name that says Medicaid.
_MANAGED = "HM"
_INDICATORS = {
    PayerKind.COMMERCIAL: "CI",
    PayerKind.MEDICARE: "MB",
    PayerKind.MEDICARE_ADVANTAGE: "16",
    PayerKind.MEDICAID: "MC",
    PayerKind.MANAGED_MEDICAID: _MANAGED,
    PayerKind.OTHER: "ZZ",
}


@lru_cache(1 << 12)
def to_payer(identifier: str, indicator: str, name: str) -> Payer:
    kind = _KINDS.get(indicator, PayerKind.OTHER)
    if indicator == _MANAGED and "MEDICAID" in name.upper():
        kind = PayerKind.MANAGED_MEDICAID
    return Payer(payer_id=identifier, kind=kind)


def to_indicator(kind: PayerKind, *, is_institutional: bool) -> str:
    return "MA" if kind is PayerKind.MEDICARE and is_institutional else _INDICATORS[kind]
