"""Labels of claims from remittances: the first adjudication of their lines.

A claim is settled only when it is old enough for its payer to have answered nearly all claims of its age.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.claims import Claim
from data.first_answers import LineLabel, find_first_answers, label_line
from data.remittances import Remittance

_SETTLED_SHARE = 0.95
_VOID = "8"


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim with its first answer. `known_on` is the day of that answer: nothing may use the labels before it."""

    claim: Claim
    known_on: date
    lines: tuple[LineLabel, ...]

    @property
    def is_denied(self) -> bool:
        return any(line.is_denied for line in self.lines)


def label_claims(
    claims: Iterable[Claim], remittances: Iterable[Remittance], as_of: date | None = None
) -> list[LabelledClaim]:
    """Settled claims in the order in which they were prepared; open ones, and voids, are left out."""
    answers = _group_answers(remittances, as_of)
    labelled = (label_claim(claim, answers.get(claim.claim_id, ())) for claim in claims)
    answered = [one for one in labelled if one is not None]
    answered.sort(key=lambda labelled: (labelled.claim.prepared_on, labelled.claim.claim_id))
    return answered if as_of is None else keep_settled(answered, as_of)


def keep_settled(answered: Sequence[LabelledClaim], as_of: date) -> list[LabelledClaim]:
    """Leaves out claims so young that only quick answers are in: a payer's slowest twentieth would be missing."""
    lags = measure_lags(answered)
    return [one for one in answered if one.claim.prepared_on + lags[one.claim.payer.payer_id] <= as_of]


def label_claim(claim: Claim, answers: Iterable[Remittance]) -> LabelledClaim | None:
    """None while no line was answered, and for a void. An answer split over several remittances is one history."""
    first = find_first_answers(claim, sorted(answers, key=lambda remittance: remittance.adjudicated_on))
    found = [first[line.line_number] for line in claim.lines if line.line_number in first]
    if not found or claim.frequency_code == _VOID:
        return None
    known_on = max(day for day, _ in found)
    return LabelledClaim(date_before_answer(claim, known_on), known_on, tuple(label_line(line) for _, line in found))


def date_before_answer(claim: Claim, known_on: date) -> Claim:
    """A claim out of a file that was made after its answer came was prepared earlier: on the last day of service."""
    if claim.prepared_on <= known_on:
        return claim
    last_day = max(line.service_date for line in claim.all_lines)
    return claim.model_copy(update={"prepared_on": min(last_day, known_on)})


def _group_answers(remittances: Iterable[Remittance], as_of: date | None) -> Mapping[str, list[Remittance]]:
    """By claim, those that were there before the day `as_of`."""
    grouped: dict[str, list[Remittance]] = defaultdict(list)
    for remittance in remittances:
        if as_of is None or remittance.adjudicated_on < as_of:
            grouped[remittance.claim_id].append(remittance)
    return grouped


def measure_lags(labelled: Sequence[LabelledClaim]) -> Mapping[str, timedelta]:
    """By payer, the time within which it answered 95 % of the claims that it has answered."""
    days: dict[str, list[int]] = defaultdict(list)
    for one in labelled:
        days[one.claim.payer.payer_id].append((one.known_on - one.claim.prepared_on).days)
    return {payer: timedelta(days=float(np.quantile(lags, _SETTLED_SHARE))) for payer, lags in days.items()}
