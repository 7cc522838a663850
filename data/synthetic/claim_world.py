"""A synthetic world of claims: seeded clinics bill seeded payers for 27 months, and the payers answer.

Nothing in it is real. It stands in for a history that an operator does not have yet, and it knows its own oracle:
the probability of denial by the rules that made it, which no model can beat.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.claims import Claim
from data.remittances import Remittance
from data.synthetic.adjudication import MAX_HAZARD, adjudicate, probability_of, reconsider, strike
from data.synthetic.clinics import Clinic, draw_clinics
from data.synthetic.dice import Dice
from data.synthetic.drafts import build_claim, draw_draft
from data.synthetic.hazards import Hazard, find_background, find_hazards
from data.synthetic.payers import MONTHS, SyntheticPayer, draw_payers
from data.synthetic.slips import make_slips

FIRST_DAY = date(2024, 3, 1)
LAST_DAY = date(2026, 5, 31)
_RULE_SHARE = 0.68
_SEARCH_STEPS = 30


@dataclass(frozen=True, slots=True)
class WorldClaim:
    """A claim with its answers, first to last, and the oracle's probability that the first denies any of its lines.

    `remittances` is empty while the claim is open; `line_oracle` is parallel to the claim's lines.
    """

    claim: Claim
    remittances: tuple[Remittance, ...]
    oracle: float
    line_oracle: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ClaimWorld:
    """Claims in the order in which they were prepared."""

    seed: int
    claims: tuple[WorldClaim, ...]
    payers: tuple[SyntheticPayer, ...]


@dataclass(slots=True)
class _Billed:
    claim: Claim
    payer: SyntheticPayer
    rules: list[Hazard]
    background: list[Hazard]


def build_world(seed: int, size: int) -> ClaimWorld:
    """`size` claims; the same seed and size give the same world."""
    dice = Dice(seed)
    payers = draw_payers(dice)
    clinics = draw_clinics(dice, payers)
    billed = [_bill(dice, clinics, payers, number) for number in range(1, size + 1)]
    scales = _calibrate(billed)
    claims = [_answer(dice, one, *scales[one.payer.payer.payer_id]) for one in billed]
    return ClaimWorld(seed, tuple(sorted(claims, key=lambda one: (one.claim.prepared_on, one.claim.claim_id))), payers)


def _bill(dice: Dice, clinics: Sequence[Clinic], payers: tuple[SyntheticPayer, ...], number: int) -> _Billed:
    clinic = dice.choices(clinics, [clinic.share for clinic in clinics])[0]
    draft = draw_draft(dice, clinic, payers, _draw_day(dice))
    month = _month(draft.service_date)
    make_slips(dice, draft, month)
    draft.prepared_on = min(draft.prepared_on, LAST_DAY)
    claim = build_claim(draft, number, dice)
    return _Billed(
        claim,
        draft.payer,
        find_hazards(claim, draft.payer, clinic, month),
        find_background(claim, draft.payer, clinic, month),
    )


def _draw_day(dice: Dice) -> date:
    """A day of the world; Saturdays and Sundays move to Friday."""
    day = FIRST_DAY + timedelta(days=int(dice.random() * ((LAST_DAY - FIRST_DAY).days - 1)))
    return max(FIRST_DAY, day - timedelta(days=max(0, day.weekday() - 4)))


def _month(day: date) -> int:
    return min(MONTHS - 1, (day.year - FIRST_DAY.year) * 12 + day.month - FIRST_DAY.month)


def _calibrate(billed: Sequence[_Billed]) -> dict[str, tuple[float, float]]:
    """By payer, factors on rules and on background that bring its claims to its denial rate."""
    by_payer: dict[str, list[_Billed]] = defaultdict(list)
    for one in billed:
        by_payer[one.payer.payer.payer_id].append(one)
    return {payer_id: _find_scales(claims) for payer_id, claims in by_payer.items()}


def _find_scales(billed: Sequence[_Billed]) -> tuple[float, float]:
    target = billed[0].payer.denial_rate
    rules, background = _Pool([one.rules for one in billed]), _Pool([one.background for one in billed])
    by_rules = float(1 - rules.spared(1.0).mean())
    scale = min(1.0, _RULE_SHARE * target / by_rules) if by_rules else 1.0
    spared = rules.spared(scale)
    low, high = 0.0, 2.0
    for _ in range(_SEARCH_STEPS):
        middle = (low + high) / 2
        rate = float(1 - (spared * background.spared(middle)).mean())
        low, high = (middle, high) if rate < target else (low, middle)
    return scale, (low + high) / 2


class _Pool:
    """Hazards of many claims as arrays: `owners` says which claim each belongs to."""

    def __init__(self, hazards: Sequence[Sequence[Hazard]]) -> None:
        self._claims = len(hazards)
        self._owners = np.repeat(np.arange(len(hazards)), [len(own) for own in hazards])
        self._probabilities = np.array([hazard.probability for own in hazards for hazard in own])

    def spared(self, scale: float) -> NDArray[np.float64]:
        """The probability that none strikes. *Shape:* (claims,)."""
        survival = np.log1p(-np.minimum(self._probabilities * scale, MAX_HAZARD))
        return np.exp(np.bincount(self._owners, survival, self._claims))


def _scale(one: _Billed, rules: float, background: float) -> list[Hazard]:
    return [hazard.scaled(rules) for hazard in one.rules] + [hazard.scaled(background) for hazard in one.background]


def _answer(dice: Dice, one: _Billed, rules: float, background: float) -> WorldClaim:
    hazards = _scale(one, rules, background)
    struck = strike(dice, hazards)
    answers = [adjudicate(dice, one.claim, one.payer, struck)]
    if struck and (later := reconsider(dice, one.claim, one.payer, answers[0])):
        answers.append(later)
    return WorldClaim(
        one.claim,
        tuple(answer for answer in answers if answer.adjudicated_on <= LAST_DAY),
        probability_of(hazards),
        _line_oracle(one.claim, hazards),
    )


def _line_oracle(claim: Claim, hazards: Sequence[Hazard]) -> tuple[float, ...]:
    whole = [hazard for hazard in hazards if hazard.line_number is None]
    return tuple(
        probability_of([*whole, *(hazard for hazard in hazards if hazard.line_number == line.line_number)])
        for line in claim.lines
    )
