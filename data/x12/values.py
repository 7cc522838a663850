"""Values as X12 writes them. Every function raises ValueError for what is malformed, without repeating it."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from data.claims import Procedure, UnitBasis
from data.codes import Cpt, Hcpcs, Icd10Cm

_AMOUNT = re.compile(r"([+-]?)([0-9]{0,12})(?:\.([0-9]{0,2})0*)?")
_QUANTITY = re.compile(r"([0-9]{0,6})(?:\.([0-9]*))?")
_ICD9 = re.compile(r"(?:[0-9]{3}|V[0-9]{2}|E[0-9]{3})[0-9]{0,2}")
_MANY = 1 << 16
_BASES = {"MJ": UnitBasis.MINUTE, "DA": UnitBasis.DAY}
BASIS_CODES = {basis: code for code, basis in _BASES.items()} | {UnitBasis.UNIT: "UN"}

Elements = Sequence[str]


def at(elements: Elements, position: int) -> str:
    """The element of a segment, counted from 1; empty when it is left out."""
    return elements[position] if position < len(elements) else ""


def fill(elements: Elements, size: int) -> Elements:
    """At least the first `size` elements, the segment's name being one: those that are left out are empty."""
    missing = size - len(elements)
    return [*elements, *[""] * missing] if missing > 0 else elements


@lru_cache(_MANY)
def to_cents(text: str) -> int:
    """Dollars with at most two decimals, to the cent: `827`, `.5`, `-1.27`."""
    found = _AMOUNT.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        raise ValueError("not an amount in dollars and cents")
    cents = int(found[2] or 0) * 100 + int((found[3] or "").ljust(2, "0"))
    return -cents if found[1] == "-" else cents


def from_cents(cents: int) -> str:
    sign, whole, part = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    return f"{sign}{whole}.{part:02}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


@lru_cache(_MANY)
def to_quantity(text: str) -> tuple[int, bool]:
    """A count rounded up, and whether nothing was rounded."""
    found = _QUANTITY.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        raise ValueError("not a quantity")
    is_whole = not (found[2] or "").strip("0")
    return int(found[1] or 0) + (not is_whole), is_whole


@lru_cache(_MANY)
def to_date(text: str) -> date:
    """CCYYMMDD."""
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        raise ValueError("not a date")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


@lru_cache(_MANY)
def to_period(qualifier: str, text: str) -> tuple[date, date]:
    """A day (D8), a moment of it (DT), or the first and the last of several (RD8)."""
    if qualifier == "RD8":
        first, _, last = text.partition("-")
        return to_date(first), to_date(last)
    day = to_date(text[:8])
    return day, day


@lru_cache(_MANY)
def to_procedure(code: str) -> Procedure:
    """The qualifier HC stands for CPT and HCPCS alike; no code is well formed in both."""
    return Procedure.of(Hcpcs.parse(code) if code[:1].isalpha() else Cpt.parse(code))


@lru_cache(_MANY)
def to_icd10(code: str) -> Icd10Cm:
    return Icd10Cm.parse(code)


@lru_cache(_MANY)
def to_icd9(code: str) -> str:
    compact = code.strip().upper().replace(".", "", 1)
    if not _ICD9.fullmatch(compact):
        raise ValueError("not an ICD-9-CM code")
    return compact


@lru_cache(_MANY)
def to_revenue_code(text: str) -> str:
    """Four digits; older files leave the leading zero out."""
    code = text.zfill(4)
    if not text or len(code) != 4 or not (code.isascii() and code.isdigit()):
        raise ValueError("not a revenue code")
    return code


def to_basis(code: str) -> UnitBasis:
    return _BASES.get(code, UnitBasis.UNIT)
