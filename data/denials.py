"""What a payer refuses of a claim and has not taken back or mended: by line, out of all its answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.carcs import is_denying
from data.claims import Claim
from data.line_matching import match_lines
from data.remittances import Adjustment, Remittance, RemittanceLine

_DENIED = "4"
_UPHELD = "193"
# A decision told to be without appeal rights.
_FINAL = frozenset({"MA130", "N211"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """`line_number` is None for a claim of revenue codes alone, which is refused as a whole. `adjustments` are the
    refusing ones, the largest first; a claim denied without a reason has none."""

    line_number: int | None
    decided_on: date
    charge_cents: int
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]

    @property
    def can_appeal(self) -> bool:
        return not _FINAL.intersection(self.remarks)

    @property
    def denied_cents(self) -> int:
        return sum(one.amount_cents for one in self.adjustments) or self.charge_cents


def find_refusals(claim: Claim, answers: Iterable[Remittance]) -> tuple[Refusal, ...]:
    """What stands refused after all answers, in the order of the lines.

    A reversal takes back what was answered before it. An answer that keeps a decision on review leaves the reasons of
    that decision.
    """
    standing: dict[int | None, tuple[Remittance, RemittanceLine]] = {}
    for answer in sorted(answers, key=lambda one: (one.adjudicated_on, not one.is_reversal)):
        if answer.is_reversal:
            standing.clear()
            continue
        for number, line in answered_lines(claim, answer):
            if number not in standing or not _is_upheld(line):
                standing[number] = answer, line
    refusals = (_to_refusal(number, *standing[number]) for number in sorted(standing, key=lambda one: one or 0))
    return tuple(refusal for refusal in refusals if refusal is not None)


def answered_lines(claim: Claim, answer: Remittance) -> list[tuple[int | None, RemittanceLine]]:
    """By the claim's line numbers."""
    if claim.lines:
        return [(line.line_number, line) for line in match_lines(claim, answer)]
    whole = RemittanceLine(
        line_number=1,
        charge_cents=claim.charge_cents,
        paid_cents=answer.paid_cents or 0,
        adjustments=(*answer.adjustments, *(one for line in answer.lines for one in line.adjustments)),
        remarks=tuple(remark for line in answer.lines for remark in line.remarks),
    )
    return [(None, whole)]


def _is_upheld(line: RemittanceLine) -> bool:
    return line.paid_cents <= 0 and any(one.carc == _UPHELD for one in line.adjustments)


def _to_refusal(number: int | None, answer: Remittance, line: RemittanceLine) -> Refusal | None:
    refusing = [one for one in line.adjustments if is_denying(one) or one.carc == _UPHELD]
    if line.paid_cents > 0 or not (refusing or answer.status_code == _DENIED):
        return None
    refusing.sort(key=lambda one: -one.amount_cents)
    remarks = (*answer.remarks, *line.remarks, *(one.rarc for one in refusing if one.rarc))
    return Refusal(number, answer.adjudicated_on, line.charge_cents, tuple(refusing), tuple(dict.fromkeys(remarks)))
