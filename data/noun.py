"""The base of all nouns: frozen, closed to unknown fields, exact about types, silent about their input."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    WithJsonSchema,
)

from data.codes import Icd10Cm


class Noun(BaseModel):
    """A frozen value that reads and writes the wire format of the HTTP API.

    Validation errors name the field and the rule, never the value: a value may be patient text.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True, ser_json_inf_nan="null"
    )


_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _only_iso(value: Any) -> Any:
    """Text of ten digits would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise ValueError("expected a date such as 2026-03-14")


def _with_timezone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("expected a time with its zone")
    return value


def _parse_icd10cm(value: Any) -> Icd10Cm:
    if isinstance(value, Icd10Cm):
        return value
    if not isinstance(value, str):
        raise ValueError("expected an ICD-10-CM code as text")
    return Icd10Cm.parse(value)


Count = Annotated[int, Strict(), Field(ge=0)]
Positive = Annotated[int, Strict(), Field(ge=1)]
Flag = Annotated[bool, Strict()]
Cents = Annotated[int, Strict(), Field(ge=0, le=10**12)]
Probability = Annotated[float, Strict(), Field(ge=0, le=1)]
IsoDate = Annotated[date, BeforeValidator(_only_iso)]
UtcTime = Annotated[datetime, AfterValidator(_with_timezone)]
Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
Diagnosis = Annotated[
    Icd10Cm,
    BeforeValidator(_parse_icd10cm),
    PlainSerializer(lambda code: code.dotted, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[A-Za-z][0-9][0-9A-Za-z]\.?[0-9A-Za-z]{0,4}$", "examples": ["E11.22"]}
    ),
]
Modifier = Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")]
