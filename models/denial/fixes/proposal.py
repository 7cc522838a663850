"""A change of a claim that may lower its risk, before it is scored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from data.claims import Claim, ClaimLine
from data.reviews import Edit, Needs
from models.denial.edits.context import ClaimContext
from models.denial.patch import remove, replace


@dataclass(frozen=True, slots=True)
class Proposal:
    """`change` are RFC 6902 operations; `needs` says who must act or confirm before the change may be made."""

    change: tuple[dict[str, Any], ...]
    label: str
    needs: Needs


Propose = Callable[[ClaimContext, Edit], Iterator[Proposal]]


def lines_of(claim: Claim, edit: Edit) -> list[tuple[int, ClaimLine]]:
    """The lines of a finding with their positions in the claim, in the finding's order."""
    positions = {line.line_number: position for position, line in enumerate(claim.lines)}
    return [(positions[number], claim.lines[positions[number]]) for number in edit.lines if number in positions]


def drop_line(claim: Claim, position: int, label: str, needs: Needs) -> Iterator[Proposal]:
    """Nothing when it is the only line: a claim without lines is no claim."""
    if len(claim.lines) > 1:
        yield Proposal((remove(f"/lines/{position}"),), label, needs)


def set_units(claim: Claim, position: int, units: int) -> tuple[dict[str, Any], ...]:
    """Fewer units at the same price for each."""
    line = claim.lines[position]
    return (
        replace(f"/lines/{position}/units", units),
        replace(f"/lines/{position}/charge_cents", round(line.charge_cents * units / line.units)),
    )
