"""Fixes for services that are not paid beside each other, and for units."""

from collections.abc import Iterator

from data.claims import ClaimLine
from data.ncci_pairs import ModifierIndicator
from data.reviews import Edit, Needs
from models.denial.edits.bundling import is_visit, separating_modifier
from models.denial.edits.context import ClaimContext
from models.denial.fixes.proposal import Proposal, drop_line, lines_of, set_units
from models.denial.patch import add

_MAX_MODIFIERS = 4


def separate_visit(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    (position, visit), (_, procedure) = lines_of(context.claim, edit)
    modifier = separating_modifier(context, procedure)
    if modifier and len(visit.modifiers) < _MAX_MODIFIERS:
        yield Proposal(
            (add(f"/lines/{position}/modifiers/-", modifier),),
            f"Add modifier {modifier} to {visit.procedure.code} on line {visit.line_number}, "
            "if the note documents an evaluation beyond the procedure",
            Needs.CODER,
        )


def separate_pair(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    """The finding names column 1 first, column 2 second."""
    (_, first), (position, second) = lines_of(context.claim, edit)
    if _indicator(context, first, second) is ModifierIndicator.NEVER:
        label = f"Remove line {second.line_number}: {second.procedure.code} is included in {first.procedure.code}"
        yield from drop_line(context.claim, position, label, Needs.CODER)
    elif is_visit(first) or is_visit(second):
        yield from _mark_visit(context, edit)
    elif len(second.modifiers) < _MAX_MODIFIERS:
        yield Proposal(
            (add(f"/lines/{position}/modifiers/-", "59"),),
            f"Add modifier 59 to {second.procedure.code} on line {second.line_number}, "
            "if the note documents another site, session or lesion",
            Needs.CODER,
        )
        label = f"Remove line {second.line_number}, if {second.procedure.code} was part of {first.procedure.code}"
        yield from drop_line(context.claim, position, label, Needs.CODER)


def _indicator(context: ClaimContext, first: ClaimLine, second: ClaimLine) -> ModifierIndicator | None:
    releases = context.references.ncci.get(context.setting)
    dated = releases.on(first.service_date) if releases else None
    codes = first.procedure.code.compact, second.procedure.code.compact
    return dated.table.find(*codes, first.service_date) if dated else None


def _mark_visit(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    for position, line in lines_of(context.claim, edit):
        if is_visit(line) and len(line.modifiers) < _MAX_MODIFIERS:
            yield Proposal(
                (add(f"/lines/{position}/modifiers/-", "25"),),
                f"Add modifier 25 to {line.procedure.code} on line {line.line_number}, "
                "if the note documents an evaluation beyond the other service",
                Needs.CODER,
            )
            return


def drop_add_on(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    for position, line in lines_of(context.claim, edit):
        label = f"Remove add-on {line.procedure.code}, unless the note documents its primary procedure to bill"
        yield from drop_line(context.claim, position, label, Needs.CODER)


def drop_twin(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    position, line = lines_of(context.claim, edit)[-1]
    label = f"Remove line {line.line_number}, which repeats line {edit.lines[0]}"
    yield from drop_line(context.claim, position, label, Needs.BILLER)


def limit_units(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    """Only a single line can be cut by rule; which of several lines is wrong is for people to say."""
    lines, releases = lines_of(context.claim, edit), context.references.mue.get(context.setting)
    if len(lines) != 1 or releases is None:
        return
    position, line = lines[0]
    dated = releases.on(line.service_date)
    limit = dated.table.find(line.procedure.code.compact) if dated else None
    if limit and 1 <= limit.units < line.units:
        yield Proposal(
            set_units(context.claim, position, limit.units),
            f"Bill {limit.units} units of {line.procedure.code} on line {line.line_number}, "
            "if the record shows no more",
            Needs.DOCUMENTATION,
        )


def one_bilateral_unit(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    for position, line in lines_of(context.claim, edit):
        label = f"Bill one unit of {line.procedure.code} with modifier 50 on line {line.line_number}"
        yield Proposal(set_units(context.claim, position, 1), label, Needs.BILLER)
