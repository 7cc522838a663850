"""What stands posted on the lines of a claim, in cents.

A later answer about a line takes the place of the earlier one and a reversal takes it back, so that answers which are
split, repeated, reversed or corrected leave one history.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from data.carcs import is_denying
from data.claims import Claim
from data.line_matching import match_lines
from data.remittances import Adjustment, AdjustmentGroup, Remittance

# Under this number stands what an answer says of no procedure: room and board, and what rounding left over.
REST = 0
_RANKS = {"2": 2, "20": 2, "3": 3, "21": 3}
_SEQUESTRATION = "253"


class Posting(NamedTuple):
    """The parts of a balanced answer add up to the charge. `sequestered_cents` is that part of `written_off_cents`
    which the law withholds from Medicare's payment; `carcs` are the reasons that the line names."""

    posted_on: date | None = None
    paid_cents: int = 0
    patient_cents: int = 0
    written_off_cents: int = 0
    refused_cents: int = 0
    sequestered_cents: int = 0
    carcs: frozenset[str] = frozenset()


NOTHING = Posting()


def post(claim: Claim, answers: Sequence[Remittance]) -> dict[int, Posting]:
    """What stands by line number, and under REST; lines without an answer are left out. `answers` oldest first."""
    standing: dict[int, Posting] = {}
    for answer in _of_first_payer(answers):
        parts = _split(claim, answer)
        if answer.is_reversal:
            for number in parts:
                standing.pop(number, None)
        else:
            standing.update(parts)
    return standing


def _of_first_payer(answers: Sequence[Remittance]) -> Iterator[Remittance]:
    """What a second payer adds lowers the patient's share, not what the first one owes."""
    rank = min((_rank(answer) for answer in answers if not answer.is_reversal), default=1)
    return (answer for answer in answers if answer.is_reversal or _rank(answer) == rank)


def _rank(answer: Remittance) -> int:
    return _RANKS.get(answer.status_code or "", 1)


def _split(claim: Claim, answer: Remittance) -> Mapping[int, Posting]:
    parts = {
        line.line_number: _post(answer.adjudicated_on, line.paid_cents, line.adjustments)
        for line in match_lines(claim, answer)
    }
    rest = _subtract(_total(answer), parts.values())
    return {**parts, REST: rest} if any(rest[1:]) or claim.revenue_lines else parts


def _total(answer: Remittance) -> Posting:
    paid = sum(line.paid_cents for line in answer.lines) if answer.lines else answer.paid_cents or 0
    own = [adjustment for line in answer.lines for adjustment in line.adjustments]
    return _post(answer.adjudicated_on, paid, [*own, *answer.adjustments])


def _subtract(total: Posting, parts: Iterable[Posting]) -> Posting:
    found = list(parts)
    return Posting(
        total.posted_on,
        total.paid_cents - sum(part.paid_cents for part in found),
        total.patient_cents - sum(part.patient_cents for part in found),
        total.written_off_cents - sum(part.written_off_cents for part in found),
        total.refused_cents - sum(part.refused_cents for part in found),
    )


def _post(day: date, paid_cents: int, adjustments: Iterable[Adjustment]) -> Posting:
    patient = written_off = refused = sequestered = 0
    carcs = []
    for adjustment in adjustments:
        carcs.append(adjustment.carc)
        if is_denying(adjustment):
            refused += adjustment.amount_cents
        elif adjustment.group is AdjustmentGroup.PATIENT:
            patient += adjustment.amount_cents
        else:
            written_off += adjustment.amount_cents
            sequestered += adjustment.amount_cents if adjustment.carc == _SEQUESTRATION else 0
    return Posting(day, paid_cents, patient, written_off, refused, sequestered, frozenset(carcs))
