"""How likely an appeal overturns a denial: by the operator's own outcomes, else by the review prior, else unsaid."""

from collections.abc import Iterable, Iterator
from datetime import date

from data.appeal_asks import Recourse, find_rule
from data.appeals import Odds, OddsBasis
from data.carcs import categorize_carc
from data.claims import Claim
from data.denials import Refusal, answered_lines, find_refusals
from data.remittances import Remittance
from data.reviews import ReasonCategory
from models.appeal.claim_case import find_case
from models.appeal.denied_lines import find_line
from models.appeal.own_rates import AppealOutcome, rate_outcomes
from models.appeal.prior import OverturnPrior

PRIOR_LABEL = (
    "Prior from California's independent medical reviews of health plans, 2001 to 2016: cases that reached an outside"
    " reviewer, not your payer's odds."
)
OWN_LABEL = "Your own appeals to this payer in this category, smoothed towards all of your appeals to it."
NO_ODDS = (
    "No odds: too few of your own appeals to this payer were answered, and the published reviews say nothing about"
    " such a case."
)


def find_odds(
    claim: Claim, refusals: Iterable[Refusal], outcomes: Iterable[AppealOutcome], prior: OverturnPrior | None
) -> Odds | None:
    """Of the largest refusal that can be contested. `outcomes` are of the claim's payer."""
    contested = [one for one in refusals if find_rule(one).recourse is Recourse.APPEAL]
    if not contested:
        return None
    main = max(contested, key=lambda one: one.denied_cents)
    own = rate_outcomes(outcomes, _categorize(main))
    if own is not None:
        return Odds(
            probability=own.rate,
            low=own.low,
            high=own.high,
            cases=own.cases,
            overturned=own.overturned,
            basis=OddsBasis.OWN_OUTCOMES,
            label=OWN_LABEL,
        )
    case = find_case(claim, find_line(claim, main.line_number), find_rule(main))
    if case is None or prior is None:
        return None
    probability = prior.probability(case)
    return Odds(probability=probability, cases=prior.cases, basis=OddsBasis.REVIEW_PRIOR, label=PRIOR_LABEL)


def judge_appeal(claim: Claim, answers: Iterable[Remittance], appealed_on: date) -> Iterator[AppealOutcome]:
    """What became of each line that stood refused when it was appealed; lines not answered since are left out."""
    known = tuple(answers)
    later = [one for one in known if one.adjudicated_on > appealed_on and not one.is_reversal]
    answered = {number for answer in later for number, _ in answered_lines(claim, answer)}
    refused = {refusal.line_number for refusal in find_refusals(claim, known)}
    for refusal in find_refusals(claim, (one for one in known if one.adjudicated_on <= appealed_on)):
        if refusal.line_number in answered:
            yield AppealOutcome(_categorize(refusal), refusal.line_number not in refused)


def _categorize(refusal: Refusal) -> ReasonCategory:
    return categorize_carc(refusal.adjustments[0].carc) if refusal.adjustments else ReasonCategory.OTHER
