"""Turns hazards into what an invented payer answers: a denial with its reason code, or a payment to the cent."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import prod

from data.carcs import load_carcs
from data.claims import Claim, ClaimLine
from data.remittances import Adjustment, AdjustmentGroup, Remittance, RemittanceLine
from data.reviews import ReasonCategory as Reason
from data.synthetic.dice import Dice
from data.synthetic.hazards import Hazard
from data.synthetic.payers import SyntheticPayer

MAX_HAZARD = 0.97
_OVERTURN_SHARE = 0.2
_DEDUCTIBLE_SHARE = {1: 0.25, 2: 0.2, 3: 0.12}
_DEDUCTIBLE_LATER = 0.05
_RARCS = {"16": "N290", "252": "N706", "96": "N130", "50": "N115"}


def probability_of(hazards: Sequence[Hazard]) -> float:
    """That at least one of independent hazards strikes."""
    return 1 - prod(1 - min(hazard.probability, MAX_HAZARD) for hazard in hazards)


def strike(dice: Dice, hazards: Sequence[Hazard]) -> dict[int | None, Hazard]:
    """The first hazard that strikes each line, and under None the first that strikes the whole claim."""
    struck: dict[int | None, Hazard] = {}
    for hazard in sorted(hazards, key=lambda hazard: -hazard.probability):
        if dice.chance(min(hazard.probability, MAX_HAZARD)):
            struck.setdefault(hazard.line_number, hazard)
    return struck


def adjudicate(dice: Dice, claim: Claim, payer: SyntheticPayer, struck: dict[int | None, Hazard]) -> Remittance:
    days = 3 + round(payer.answer_days * dice.factor(0.45))
    whole = struck.get(None)
    lines = tuple(_answer(dice, line, payer, whole or struck.get(line.line_number)) for line in claim.lines)
    return Remittance(claim_id=claim.claim_id, adjudicated_on=claim.prepared_on + timedelta(days=days), lines=lines)


def reconsider(dice: Dice, claim: Claim, payer: SyntheticPayer, first: Remittance) -> Remittance | None:
    """A later answer that pays what was denied at first; most denials are never reworked."""
    if not dice.chance(_OVERTURN_SHARE):
        return None
    later = first.adjudicated_on + timedelta(days=dice.randint(30, 90))
    lines = tuple(_pay(dice, line, payer, later) for line in claim.lines)
    return Remittance(claim_id=claim.claim_id, adjudicated_on=later, lines=lines)


def _answer(dice: Dice, line: ClaimLine, payer: SyntheticPayer, hazard: Hazard | None) -> RemittanceLine:
    if hazard is None:
        return _pay(dice, line, payer, line.service_date)
    carc = hazard.carc or dice.pick(payer.carcs[hazard.reason])
    denial = Adjustment(
        group=_group(dice, carc, hazard.reason), carc=carc, rarc=_RARCS.get(carc), amount_cents=line.charge_cents
    )
    return RemittanceLine(
        line_number=line.line_number, charge_cents=line.charge_cents, paid_cents=0, adjustments=(denial,)
    )


def _group(dice: Dice, carc: str, reason: Reason) -> AdjustmentGroup:
    if carc in ("18", "22"):
        return AdjustmentGroup.OTHER
    if load_carcs()[carc].is_denial_for_patient and dice.chance(0.35):
        return AdjustmentGroup.PATIENT
    if reason is Reason.DOCUMENTATION and dice.chance(0.2):
        return AdjustmentGroup.PAYER_INITIATED
    return AdjustmentGroup.CONTRACTUAL


def _pay(dice: Dice, line: ClaimLine, payer: SyntheticPayer, day: date) -> RemittanceLine:
    """Contractual part, patient's share and payment add up to the charge."""
    allowed = round(line.charge_cents * payer.allowed_ratio)
    in_deductible = dice.chance(_DEDUCTIBLE_SHARE.get(day.month, _DEDUCTIBLE_LATER))
    patient = allowed if in_deductible else round(allowed * dice.choice((0.0, 0.1, 0.2, 0.2)))
    adjustments = [
        Adjustment(group=AdjustmentGroup.CONTRACTUAL, carc="45", amount_cents=line.charge_cents - allowed),
        Adjustment(group=AdjustmentGroup.PATIENT, carc="1" if in_deductible else "2", amount_cents=patient),
    ]
    return RemittanceLine(
        line_number=line.line_number,
        charge_cents=line.charge_cents,
        paid_cents=allowed - patient,
        adjustments=tuple(adjustment for adjustment in adjustments if adjustment.amount_cents),
    )
