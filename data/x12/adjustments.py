"""Claim adjustments: a CAS segment holds one group and up to six triplets of reason, amount and quantity."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from data.remittances import Adjustment, AdjustmentGroup
from data.x12.findings import Finding, Findings
from data.x12.nouns import make_adjustment
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, at, to_cents, to_quantity

_REMEMBERED = 1 << 16
# Six triplets at most begin with the second element.
_FIRST, _SIZE = 2, 20
_GROUPS: Mapping[str, AdjustmentGroup] = {group.value: group for group in AdjustmentGroup}
_CARC = re.compile(r"[A-Z]?[0-9]{1,3}")


class Adjustments(NamedTuple):
    adjustments: tuple[Adjustment, ...]
    findings: Findings


@lru_cache(_REMEMBERED)
def read_adjustments(segment: str, element: str) -> Adjustments:
    elements: Elements = segment.split(element)
    group = _GROUPS.get(at(elements, 1))
    if group is None:
        return Adjustments((), (Finding(ProblemKind.BAD_CODE, Lost.SEGMENT, 1),))
    adjustments: list[Adjustment] = []
    findings: list[Finding] = []
    for position in range(_FIRST, min(len(elements), _SIZE), 3):
        triplet = elements[position : position + 3]
        if any(triplet):
            read = _read_triplet(group, *triplet)
            if isinstance(read, Adjustment):
                adjustments.append(read)
            else:
                findings.append(Finding(read.kind, Lost.VALUE, position + read.place))
    return Adjustments(tuple(adjustments), tuple(findings))


class _Fault(NamedTuple):
    """`place` counts within the triplet, from 0."""

    kind: ProblemKind
    place: int


@lru_cache(_REMEMBERED)
def _read_triplet(group: AdjustmentGroup, reason: str, amount: str = "", quantity: str = "") -> Adjustment | _Fault:
    carc = reason.strip().upper()
    if not _CARC.fullmatch(carc):
        return _Fault(ProblemKind.BAD_CODE, 0)
    try:
        return make_adjustment(
            {
                "group": group,
                "carc": carc,
                "rarc": None,
                "amount_cents": to_cents(amount),
                "quantity": _read_quantity(quantity) if quantity else None,
            }
        )
    except ValueError:
        return _Fault(ProblemKind.BAD_VALUE, 1)


def _read_quantity(text: str) -> int:
    count = to_quantity(text.removeprefix("-"))[0]
    return -count if text.startswith("-") else count
