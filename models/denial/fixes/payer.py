"""Fixes that no rule asks for: what this payer's past answers suggest."""

from collections.abc import Iterator

from data.claims import ClaimLine
from data.modifiers import ModifierRole, modifiers_in
from data.reviews import DenialRisk, LineRisk, Needs, ReasonCategory
from models.denial.edits.context import ClaimContext
from models.denial.fixes.proposal import Proposal
from models.denial.patch import add, replace

AUTHORIZATION_TO_COME = "NUMBER FROM THE PAYER"
_LIKELY = 0.1
_SIDES = modifiers_in(ModifierRole.ANATOMIC, ModifierRole.BILATERAL)
_TELEHEALTH = modifiers_in(ModifierRole.TELEHEALTH)
_TELEHEALTH_PLACES = frozenset({"02", "10"})


def propose_from_risk(context: ClaimContext, risk: DenialRisk) -> Iterator[Proposal]:
    by_number = {line.line_number: line for line in risk.lines}
    if context.claim.prior_authorization is None and _expects(risk, ReasonCategory.AUTHORIZATION):
        yield Proposal(
            (replace("/prior_authorization", AUTHORIZATION_TO_COME),),
            "Ask the payer for an authorization and enter its number",
            Needs.PAYER,
        )
    for position, line in enumerate(context.claim.lines):
        if _fears(by_number[line.line_number], ReasonCategory.CODING):
            yield from _name_side(context, position, line)
            yield from _name_telehealth(position, line)


def _name_side(context: ClaimContext, position: int, line: ClaimLine) -> Iterator[Proposal]:
    """The side that the line's diagnoses name, when they name one."""
    if context.icd10cm is None or _SIDES.intersection(line.modifiers) or len(line.modifiers) > 3:
        return
    entries = [context.icd10cm.find(code) for code in context.pointed(line)]
    terms = [f" {entry.term.lower()} ".replace(",", " ") for entry in entries if entry]
    sides = {modifier for modifier, word in (("LT", " left "), ("RT", " right ")) if any(word in t for t in terms)}
    if len(sides) == 1:
        (side,) = sides
        label = f"Add modifier {side} to {line.procedure.code} on line {line.line_number}: the diagnosis names the side"
        yield Proposal((add(f"/lines/{position}/modifiers/-", side),), label, Needs.CODER)


def _name_telehealth(position: int, line: ClaimLine) -> Iterator[Proposal]:
    if line.place_of_service in _TELEHEALTH_PLACES and not _TELEHEALTH.intersection(line.modifiers):
        label = f"Add modifier 95 to {line.procedure.code} on line {line.line_number}, if the visit was by live video"
        yield Proposal((add(f"/lines/{position}/modifiers/-", "95"),), label, Needs.CODER)


def _expects(risk: DenialRisk, category: ReasonCategory) -> bool:
    return any(_fears(line, category) for line in risk.lines)


def _fears(line: LineRisk, category: ReasonCategory) -> bool:
    return any(reason.category is category and reason.probability >= _LIKELY for reason in line.reasons)
