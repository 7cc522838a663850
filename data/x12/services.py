"""Reads SV1 of professional and SV2 of institutional claims. Segments repeat, so what they say is remembered."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from data.claims import Procedure, UnitBasis
from data.noun import Modifier
from data.x12.findings import Finding
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, at, to_basis, to_cents, to_procedure, to_quantity, to_revenue_code

Value = TypeVar("Value")
_REMEMBERED = 1 << 15
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
    findings: tuple[Finding, ...]


@lru_cache(_REMEMBERED)
def read_service(segment: str, element: str, component: str) -> Service:
    elements = segment.split(element)
    findings: list[Finding] = []
    if elements[0] == "SV2":
        return _read_institutional(elements, component, findings)
    return _read_professional(elements, component, findings)


def _read_professional(elements: Elements, component: str, findings: list[Finding]) -> Service:
    codes = at(elements, 1).split(component)
    return Service(
        is_institutional=False,
        procedure=_read_procedure(codes, 1, Lost.LINE, findings),
        modifiers=_read_modifiers(codes, 1, findings),
        charge_cents=_try(to_cents, at(elements, 2), Finding(ProblemKind.BAD_VALUE, Lost.LINE, 2), findings),
        units=_read_units(at(elements, 4), 4, findings),
        unit_basis=to_basis(at(elements, 3)),
        place=at(elements, 5),
        revenue_code=None,
        pointers=_read_pointers(at(elements, 7), component, findings),
        findings=tuple(findings),
    )


def _read_institutional(elements: Elements, component: str, findings: list[Finding]) -> Service:
    code = at(elements, 2)
    codes = code.split(component)
    no_revenue = Finding(ProblemKind.BAD_VALUE, Lost.VALUE, 1)
    return Service(
        is_institutional=True,
        procedure=_read_procedure(codes, 2, Lost.VALUE, findings) if code else None,
        modifiers=_read_modifiers(codes, 2, findings),
        charge_cents=_try(to_cents, at(elements, 3), Finding(ProblemKind.BAD_VALUE, Lost.LINE, 3), findings),
        units=_read_units(at(elements, 5), 5, findings),
        unit_basis=to_basis(at(elements, 4)),
        place="",
        revenue_code=_try(to_revenue_code, at(elements, 1), no_revenue, findings),
        pointers=(),
        findings=tuple(findings),
    )


def _read_procedure(codes: Sequence[str], element: int, lost: Lost, findings: list[Finding]) -> Procedure | None:
    bad = Finding(ProblemKind.BAD_CODE, lost, element)
    if len(codes) < 2 or codes[0] != _HCPCS:
        findings.append(bad)
        return None
    return _try(to_procedure, codes[1], bad, findings)


def _read_modifiers(codes: Sequence[str], element: int, findings: list[Finding]) -> tuple[Modifier, ...]:
    said = [code.strip().upper() for code in codes[2 : 2 + _MOST_MODIFIERS] if code]
    kept = tuple(code for code in said if _MODIFIER.fullmatch(code))
    if len(kept) != len(said):
        findings.append(Finding(ProblemKind.BAD_CODE, Lost.VALUE, element))
    return kept


def _read_units(text: str, element: int, findings: list[Finding]) -> int:
    """At least one, whatever is said."""
    found = _try(to_quantity, text, Finding(ProblemKind.BAD_VALUE, Lost.VALUE, element), findings)
    units, is_whole = found or (1, True)
    if not is_whole or units == 0:
        findings.append(Finding(ProblemKind.ROUNDED, Lost.VALUE, element))
    return max(1, units)


def _read_pointers(text: str, component: str, findings: list[Finding]) -> tuple[int, ...]:
    pointers = []
    for part in filter(None, text.split(component)):
        found = _try(to_quantity, part, Finding(ProblemKind.BAD_VALUE, Lost.VALUE, 7), findings)
        if found is not None:
            pointers.append(found[0])
    return tuple(pointers)


def _try(read: Callable[[str], Value], text: str, otherwise: Finding, findings: list[Finding]) -> Value | None:
    try:
        return read(text)
    except ValueError:
        findings.append(otherwise if text else otherwise._replace(kind=ProblemKind.MISSING_VALUE))
        return None
