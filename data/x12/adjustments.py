"""Claim adjustments: a CAS segment holds one group and up to six triplets of reason, amount and quantity."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from data.remittances import Adjustment, AdjustmentGroup
from data.x12.findings import Finding
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, at, to_cents, to_quantity

_REMEMBERED = 1 << 15
_REASONS_AT = (2, 5, 8, 11, 14, 17)
_GROUPS: Mapping[str, AdjustmentGroup] = {group.value: group for group in AdjustmentGroup}
_CARC = re.compile(r"[A-Z]?[0-9]{1,3}")


class Adjustments(NamedTuple):
    adjustments: tuple[Adjustment, ...]
    findings: tuple[Finding, ...]


@lru_cache(_REMEMBERED)
def read_adjustments(segment: str, element: str) -> Adjustments:
    elements = segment.split(element)
    group = _GROUPS.get(at(elements, 1))
    if group is None:
        return Adjustments((), (Finding(ProblemKind.BAD_CODE, Lost.SEGMENT, 1),))
    read = [
        _read_triplet(group, elements, position) for position in _REASONS_AT if any(elements[position : position + 3])
    ]
    return Adjustments(
        tuple(one for one in read if isinstance(one, Adjustment)),
        tuple(one for one in read if isinstance(one, Finding)),
    )


def _read_triplet(group: AdjustmentGroup, elements: Elements, position: int) -> Adjustment | Finding:
    carc, quantity = elements[position].strip().upper(), at(elements, position + 2)
    if not _CARC.fullmatch(carc):
        return Finding(ProblemKind.BAD_CODE, Lost.VALUE, position)
    try:
        amount = to_cents(at(elements, position + 1))
        count = to_quantity(quantity.removeprefix("-"))[0] if quantity else None
        signed = -count if count is not None and quantity.startswith("-") else count
        return Adjustment(group=group, carc=carc, amount_cents=amount, quantity=signed)
    except ValueError:
        return Finding(ProblemKind.BAD_VALUE, Lost.VALUE, position + 1)
