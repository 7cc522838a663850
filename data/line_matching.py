"""Finds for each line of a payer's answer the line of the claim that it answers.

A payer repeats the number that the biller gave the line, or bundles, splits and reorders lines and says only procedure,
day and charge. An answer may also speak of the claim as a whole: then its amounts are shared out by charge.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from data.claims import Claim, ClaimLine
from data.remittances import Adjustment, Remittance, RemittanceLine

_Test = Callable[[ClaimLine, RemittanceLine], bool]


def match_lines(claim: Claim, answer: Remittance) -> tuple[RemittanceLine, ...]:
    """The answer's lines under the numbers of the claim's, each number once; lines that match none are left out."""
    lines = _whole_claim(claim, answer) if not answer.lines else _numbered(claim.lines, answer.lines)
    if answer.lines and answer.adjustments:
        lines = _share_out(list(lines), answer.adjustments)
    merged: dict[int, RemittanceLine] = {}
    for line in lines:
        before = merged.get(line.line_number)
        merged[line.line_number] = _merge(before, line) if before else line
    return tuple(merged.values())


def _numbered(lines: Sequence[ClaimLine], answers: Iterable[RemittanceLine]) -> Iterator[RemittanceLine]:
    free = list(lines)
    for answer in answers:
        found = _find_named(lines, answer) or _find_alike(free, answer)
        if found is not None:
            free = [line for line in free if line is not found]
            is_same = found.line_number == answer.line_number
            yield answer if is_same else answer.model_copy(update={"line_number": found.line_number})


def _find_named(lines: Sequence[ClaimLine], answer: RemittanceLine) -> ClaimLine | None:
    """By the number that the biller gave the line; an answer without procedures is about the lines it numbers."""
    if answer.control_number is not None:
        return next((line for line in lines if _own_number(line) == answer.control_number), None)
    if answer.procedure is None and answer.revenue_code is None:
        return next((line for line in lines if line.line_number == answer.line_number), None)
    return None


def _own_number(line: ClaimLine) -> str:
    return line.control_number or str(line.line_number)


def _has_procedure(line: ClaimLine, answer: RemittanceLine) -> bool:
    if answer.procedure is None:
        return answer.revenue_code == line.revenue_code
    return answer.procedure.upper() == line.procedure.code.compact


def _has_day(line: ClaimLine, answer: RemittanceLine) -> bool:
    return answer.service_date is None or answer.service_date == line.service_date


def _has_charge(line: ClaimLine, answer: RemittanceLine) -> bool:
    return answer.charge_cents == line.charge_cents


def _has_modifiers(line: ClaimLine, answer: RemittanceLine) -> bool:
    return set(answer.modifiers) == set(line.modifiers)


# From the surest likeness to the faintest.
_LIKENESSES: tuple[tuple[_Test, ...], ...] = (
    (_has_procedure, _has_day, _has_charge, _has_modifiers),
    (_has_procedure, _has_day, _has_charge),
    (_has_procedure, _has_day),
    (_has_procedure, _has_charge),
    (_has_procedure,),
)


def _find_alike(lines: Sequence[ClaimLine], answer: RemittanceLine) -> ClaimLine | None:
    if answer.procedure is None and answer.revenue_code is None:
        return None
    for tests in _LIKENESSES:
        for line in lines:
            if all(test(line, answer) for test in tests):
                return line
    return None


def _whole_claim(claim: Claim, answer: Remittance) -> Iterator[RemittanceLine]:
    total = claim.charge_cents or 1
    for line in claim.lines:
        yield RemittanceLine(
            line_number=line.line_number,
            charge_cents=line.charge_cents,
            paid_cents=_share(answer.paid_cents or 0, line.charge_cents, total),
            adjustments=_share_all(answer.adjustments, line.charge_cents, total),
            remarks=answer.remarks,
        )


def _share_out(lines: Sequence[RemittanceLine], adjustments: Sequence[Adjustment]) -> Iterator[RemittanceLine]:
    total = sum(line.charge_cents for line in lines) or 1
    for line in lines:
        own = _share_all(adjustments, line.charge_cents, total)
        yield line.model_copy(update={"adjustments": line.adjustments + own})


def _share_all(adjustments: Sequence[Adjustment], charge: int, total: int) -> tuple[Adjustment, ...]:
    return tuple(
        one.model_copy(update={"amount_cents": _share(one.amount_cents, charge, total)}) for one in adjustments
    )


def _share(amount: int, charge: int, total: int) -> int:
    """In proportion, and never nothing of something: that a line was refused must not be rounded away."""
    share = round(amount * charge / total)
    return share if share or not amount else (1 if amount > 0 else -1)


def _merge(first: RemittanceLine, second: RemittanceLine) -> RemittanceLine:
    """A line that the payer split."""
    adjustments: dict[tuple[str, str], Adjustment] = {}
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for one in (*first.adjustments, *second.adjustments):
        key = (one.group.value, one.carc)
        adjustments.setdefault(key, one)
        amounts[key] += one.amount_cents
    return first.model_copy(
        update={
            "charge_cents": first.charge_cents + second.charge_cents,
            "paid_cents": first.paid_cents + second.paid_cents,
            "adjustments": tuple(
                one.model_copy(update={"amount_cents": amounts[key]}) for key, one in adjustments.items()
            ),
            "remarks": tuple(dict.fromkeys(first.remarks + second.remarks)),
        }
    )
