"""The groups by which it is asked whether a model is as good for one patient as for another."""

from data.notes import Patient, PayerKind

# The first age of each band but the first.
_BANDS = (18, 45, 65, 80)


def group_patient(patient: Patient, payer_kind: PayerKind | None) -> tuple[str, str, str]:
    """Age band, sex and payer kind."""
    return (
        f"age {band_age(patient.age_years)}",
        f"sex {patient.sex.value}",
        f"payer {payer_kind.value if payer_kind else 'unknown'}",
    )


def band_age(years: int | None) -> str:
    if years is None:
        return "unknown"
    first = max((start for start in _BANDS if start <= years), default=0)
    following = next((start for start in _BANDS if start > years), None)
    return f"{first}-{following - 1}" if following else f"{first} and over"
