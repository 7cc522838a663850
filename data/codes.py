"""Codes of the four coding systems, each its own type.

CPT, HCPCS and ICD-10-CM share shapes (`G0402` is well formed in two of them), so nothing here guesses
a system from a code's shape: the caller names it, and comparing across systems is an error of types.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, Self


class CodeSystem(StrEnum):
    ICD10CM = "icd10cm"
    ICD10PCS = "icd10pcs"
    CPT = "cpt"
    HCPCS = "hcpcs"


# Only what looks like a code is repeated in a message: anything else may be patient text.
_PRINTABLE = re.compile(r"[0-9A-Z.]{1,8}")


class InvalidCodeError(ValueError):
    """The text is not a well-formed code of the named system."""


@dataclass(frozen=True, slots=True, order=True)
class _Code:
    """A well-formed code, stored without its dot in upper case."""

    compact: str

    system: ClassVar[CodeSystem]
    _shape: ClassVar[re.Pattern[str]]
    _expected: ClassVar[str]

    def __post_init__(self) -> None:
        if not self._shape.fullmatch(self.compact):
            shown = repr(self.compact) if _PRINTABLE.fullmatch(self.compact) else "the text given"
            raise InvalidCodeError(f"{shown} is not {self._expected}")

    @classmethod
    @lru_cache(maxsize=65_536)
    def parse(cls, text: str) -> Self:
        """Reads a code as people type it: any case, spaces around it, with or without the dot.

        What was read is remembered, for claims repeat their codes; what is no code is not.
        """
        return cls(text.strip().upper().replace(".", "", 1))

    @property
    def dotted(self) -> str:
        return self.compact

    def __str__(self) -> str:
        return self.dotted


@dataclass(frozen=True, slots=True, order=True)
class Icd10Cm(_Code):
    """A diagnosis code or category: a letter, a digit, and up to five more characters.

    Since FY2026 the second character of the genetic disorders is a letter: QA0.0101.
    """

    system: ClassVar[CodeSystem] = CodeSystem.ICD10CM
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])[0-9A-Z]{0,4}")
    _expected: ClassVar[str] = "an ICD-10-CM code such as E11.9"

    @property
    def dotted(self) -> str:
        return f"{self.compact[:3]}.{self.compact[3:]}" if len(self.compact) > 3 else self.compact

    @property
    def category(self) -> str:
        """The first three characters, the level at which the tabular list groups diseases."""
        return self.compact[:3]


@dataclass(frozen=True, slots=True, order=True)
class Icd10Pcs(_Code):
    """An inpatient procedure code: seven characters, digits and letters without I and O."""

    system: ClassVar[CodeSystem] = CodeSystem.ICD10PCS
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9A-HJ-NP-Z]{7}")
    _expected: ClassVar[str] = "a seven-character ICD-10-PCS code such as 0DTJ4ZZ"


@dataclass(frozen=True, slots=True, order=True)
class Cpt(_Code):
    """A CPT number: five digits, or four and F (category II), T (III), U (laboratory) or M (algorithmic)."""

    system: ClassVar[CodeSystem] = CodeSystem.CPT
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9]{4}[0-9FTUM]")
    _expected: ClassVar[str] = "a five-character CPT code such as 99213"


@dataclass(frozen=True, slots=True, order=True)
class Hcpcs(_Code):
    """A HCPCS Level II code: a letter from A to V and four digits."""

    system: ClassVar[CodeSystem] = CodeSystem.HCPCS
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"[A-V][0-9]{4}")
    _expected: ClassVar[str] = "a HCPCS Level II code such as J1885"


Code = Icd10Cm | Icd10Pcs | Cpt | Hcpcs
ProcedureCode = Cpt | Hcpcs

CODE_TYPES: dict[CodeSystem, type[Code]] = {kind.system: kind for kind in (Icd10Cm, Icd10Pcs, Cpt, Hcpcs)}


def parse_code(system: CodeSystem | str, text: str) -> Code:
    """Reads a code of the named system; raises InvalidCodeError when it is malformed."""
    return CODE_TYPES[CodeSystem(system)].parse(text)
