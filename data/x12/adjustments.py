"""Claim adjustments: a CAS segment holds one group and up to six triplets of reason, amount and quantity."""

import re
from collections.abc import Iterator, Mapping

from data.remittances import Adjustment, AdjustmentGroup
from data.x12.log import ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, at, to_cents, to_quantity

_REASONS_AT = (2, 5, 8, 11, 14, 17)
_GROUPS: Mapping[str, AdjustmentGroup] = {group.value: group for group in AdjustmentGroup}
_CARC = re.compile(r"[A-Z]?[0-9]{1,3}")


def read_adjustments(elements: Elements, log: ProblemLog) -> Iterator[Adjustment]:
    group = _GROUPS.get(at(elements, 1))
    if group is None:
        log.tell(ProblemKind.BAD_CODE, Lost.SEGMENT, 1)
        return
    for position in _REASONS_AT:
        if position >= len(elements):
            return
        if any(elements[position : position + 3]):
            yield from _read_triplet(group, elements, position, log)


def _read_triplet(group: AdjustmentGroup, elements: Elements, position: int, log: ProblemLog) -> Iterator[Adjustment]:
    carc = elements[position].strip().upper()
    try:
        amount = to_cents(at(elements, position + 1))
        quantity = to_quantity(elements[position + 2])[0] if at(elements, position + 2) else None
    except ValueError:
        log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, position + 1)
        return
    if not _CARC.fullmatch(carc):
        log.tell(ProblemKind.BAD_CODE, Lost.VALUE, position)
        return
    yield Adjustment(group=group, carc=carc, amount_cents=amount, quantity=quantity)
