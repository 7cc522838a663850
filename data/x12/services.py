"""Reads SV1 of professional and SV2 of institutional claims. Elements repeat, so what they say is remembered."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from data.claims import Procedure, UnitBasis
from data.noun import Modifier
from data.x12.findings import Finding, Findings
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, fill, to_basis, to_cents, to_procedure, to_quantity, to_revenue_code

_REMEMBERED = 1 << 16
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_HCPCS = "HC"
_MOST_MODIFIERS = 4


class Service(NamedTuple):
    """`procedure` is None where it is left out or can't be read; without `charge_cents` there is no line.

    `pointers` are positions in the 837's list of diagnoses.
    """

    is_institutional: bool
    procedure: Procedure | None
    modifiers: tuple[Modifier, ...]
    charge_cents: int | None
    units: int
    unit_basis: UnitBasis
    place: str
    revenue_code: str | None
    pointers: tuple[int, ...]
    findings: Findings


@lru_cache(_REMEMBERED)
def read_service(segment: str, element: str, component: str) -> Service:
    elements = segment.split(element)
    if elements[0] == "SV2":
        return _read_institutional(elements, component)
    return _read_professional(elements, component)


def _read_professional(elements: Elements, component: str) -> Service:
    said = fill(elements, 8)
    procedure, modifiers, in_codes = _read_codes(said[1], component, 1, Lost.LINE)
    charge_cents, in_charge = _read_charge(said[2], 2)
    units, in_units = _read_units(said[4], 4)
    pointers, in_pointers = _read_pointers(said[7], component)
    findings = in_codes + in_charge + in_units + in_pointers
    basis = to_basis(said[3])
    return Service(False, procedure, modifiers, charge_cents, units, basis, said[5], None, pointers, findings)


def _read_institutional(elements: Elements, component: str) -> Service:
    said = fill(elements, 6)
    procedure, modifiers, in_codes = _read_codes(said[2], component, 2, Lost.VALUE) if said[2] else _NO_CODES
    charge_cents, in_charge = _read_charge(said[3], 3)
    units, in_units = _read_units(said[5], 5)
    revenue_code, in_revenue = _read_revenue(said[1])
    findings = in_codes + in_charge + in_units + in_revenue
    basis = to_basis(said[4])
    return Service(True, procedure, modifiers, charge_cents, units, basis, "", revenue_code, (), findings)


class Codes(NamedTuple):
    procedure: Procedure | None
    modifiers: tuple[Modifier, ...]
    findings: Findings


_NO_CODES = Codes(None, (), ())


@lru_cache(_REMEMBERED)
def _read_codes(composite: str, component: str, element: int, lost: Lost) -> Codes:
    codes = composite.split(component)
    modifiers, in_modifiers = _read_modifiers(codes, element)
    try:
        if len(codes) < 2 or codes[0] != _HCPCS:
            return Codes(None, modifiers, (Finding(ProblemKind.BAD_CODE, lost, element), *in_modifiers))
        return Codes(to_procedure(codes[1]), modifiers, in_modifiers)
    except ValueError:
        return Codes(None, modifiers, (_finding(codes[1], ProblemKind.BAD_CODE, lost, element), *in_modifiers))


def _read_modifiers(codes: Sequence[str], element: int) -> tuple[tuple[Modifier, ...], Findings]:
    said = [code.strip().upper() for code in codes[2 : 2 + _MOST_MODIFIERS] if code]
    kept = tuple(code for code in said if _MODIFIER.fullmatch(code))
    return kept, (Finding(ProblemKind.BAD_CODE, Lost.VALUE, element),) if len(kept) != len(said) else ()


@lru_cache(_REMEMBERED)
def _read_charge(text: str, element: int) -> tuple[int | None, Findings]:
    try:
        return to_cents(text), ()
    except ValueError:
        return None, (_finding(text, ProblemKind.BAD_VALUE, Lost.LINE, element),)


@lru_cache(_REMEMBERED)
def _read_revenue(text: str) -> tuple[str | None, Findings]:
    try:
        return to_revenue_code(text), ()
    except ValueError:
        return None, (_finding(text, ProblemKind.BAD_VALUE, Lost.VALUE, 1),)


@lru_cache(_REMEMBERED)
def _read_units(text: str, element: int) -> tuple[int, Findings]:
    """At least one, whatever is said."""
    try:
        units, is_whole = to_quantity(text)
    except ValueError:
        return 1, (_finding(text, ProblemKind.BAD_VALUE, Lost.VALUE, element),)
    is_other = not is_whole or units == 0
    return max(1, units), (Finding(ProblemKind.ROUNDED, Lost.VALUE, element),) if is_other else ()


@lru_cache(_REMEMBERED)
def _read_pointers(text: str, component: str) -> tuple[tuple[int, ...], Findings]:
    pointers: list[int] = []
    findings: list[Finding] = []
    for part in filter(None, text.split(component)):
        try:
            pointers.append(to_quantity(part)[0])
        except ValueError:
            findings.append(Finding(ProblemKind.BAD_VALUE, Lost.VALUE, 7))
    return tuple(pointers), tuple(findings)


def _finding(text: str, kind: ProblemKind, lost: Lost, element: int) -> Finding:
    return Finding(kind if text else ProblemKind.MISSING_VALUE, lost, element)
