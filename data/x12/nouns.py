"""Makes nouns of values that were checked while they were read, without checking them again.

The readers of values give codes, dates and kinds as nouns hold them; what is left to check, lengths and sizes, is
checked here. Whatever is not surely right goes through validation, which accepts or refuses it.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from data.claims import Claim, ClaimLine, ClaimPatient
from data.noun import Noun
from data.remittances import Adjustment, Remittance, RemittanceLine

Kind = TypeVar("Kind", bound=Noun)
Values = dict[str, Any]
_MOST_CENTS = 10**12
# The slots of a noun, written at once: object.__setattr__ looks each of them up by name.
_put_values, _put_said, _put_extra, _put_private = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


class Maker(Generic[Kind]):
    """Makes one kind of noun; `unsaid` are the fields that X12 never fills, which keep their defaults."""

    def __init__(self, kind: type[Kind], is_sure: Callable[[Values], bool], *unsaid: str) -> None:
        self._kind = kind
        self._is_sure = is_sure
        self._said = set(kind.model_fields) - set(unsaid)

    def __call__(self, values: Values) -> Kind:
        """`values` are those of all fields, in their order. Raises ValidationError."""
        if not self._is_sure(values):
            return self._kind(**{name: values[name] for name in self._said})
        noun = self._kind.__new__(self._kind)
        _put_values(noun, values)
        _put_said(noun, self._said)
        _put_extra(noun, None)
        _put_private(noun, None)
        return noun


def _is_identifier(text: str | None) -> bool:
    return text is None or (0 < len(text) <= 128 and text.isprintable())


def _is_reference(text: str | None) -> bool:
    return text is None or 0 < len(text) <= 50


def _is_sure_claim(values: Values) -> bool:
    facility, frequency = values["facility_type"], values["frequency_code"]
    return (
        _is_identifier(values["claim_id"])
        and len(values["billing_npi"]) <= 20
        and len(values["rendering_npi"]) <= 20
        and len(values["rendering_taxonomy"]) <= 20
        and len(values["diagnoses"]) <= 25
        and len(values["icd9_diagnoses"]) <= 25
        and _is_reference(values["prior_authorization"])
        and _is_reference(values["payer_control_number"])
        and (facility is None or (facility.isascii() and facility.isdigit() and len(facility) == 2))
        and frequency.isascii()
        and frequency.isdigit()
        and len(frequency) == 1
        and len(values["revenue_lines"]) <= 999
        and len(values["lines"]) <= 999
    )


def _is_sure_line(values: Values) -> bool:
    place = values["place_of_service"]
    return (
        values["line_number"] <= 999
        and values["units"] <= 99_999
        and 0 <= values["charge_cents"] <= _MOST_CENTS
        and len(values["diagnosis_pointers"]) <= 12
        and (place is None or place.isascii())
        and _is_reference(values["control_number"])
    )


def _is_sure_patient(values: Values) -> bool:
    return 0 < len(values["patient_id"]) <= 128


def _is_sure_remittance(values: Values) -> bool:
    status = values["status_code"]
    return (
        _is_identifier(values["claim_id"])
        and values["adjudicated_on"] is not None
        and status.isascii()
        and status.isdigit()
        and len(status) <= 2
        and -_MOST_CENTS <= values["charge_cents"] <= _MOST_CENTS
        and -_MOST_CENTS <= values["paid_cents"] <= _MOST_CENTS
        and -_MOST_CENTS <= (values["patient_cents"] or 0) <= _MOST_CENTS
        and _is_identifier(values["payer_id"])
        and _is_reference(values["payer_control_number"])
        and _is_reference(values["payment_number"])
    )


def _is_sure_answer(values: Values) -> bool:
    return (
        -_MOST_CENTS <= values["charge_cents"] <= _MOST_CENTS
        and -_MOST_CENTS <= values["paid_cents"] <= _MOST_CENTS
        and len(values["procedure"] or "") <= 48
        and len(values["paid_procedure"] or "") <= 48
        and _is_reference(values["control_number"])
    )


def _is_sure_adjustment(values: Values) -> bool:
    cents: int = values["amount_cents"]
    return -_MOST_CENTS <= cents <= _MOST_CENTS


make_claim = Maker(Claim, _is_sure_claim, "encounter_id")
make_line = Maker(ClaimLine, _is_sure_line)
make_patient = Maker(ClaimPatient, _is_sure_patient, "status")
make_remittance = Maker(Remittance, _is_sure_remittance)
make_answer = Maker(RemittanceLine, _is_sure_answer)
make_adjustment = Maker(Adjustment, _is_sure_adjustment, "rarc")
