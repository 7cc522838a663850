"""The lines of claims that went out, with their first answer and what stands posted: the rows of all reports."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from data.claims import Claim, ClaimLine, UnitBasis
from data.first_answers import find_first_answers, label_line
from data.remittances import Remittance, RemittanceLine
from data.sent_claims import SentClaim
from models.performance.postings import NOTHING, REST, Posting, post

Row = tuple[Any, ...]


class ClaimPart(NamedTuple):
    """`replaces` is the payer's number of the claim that this one corrects or voids, `control_numbers` those that the
    payer gave to this one. `is_resent`: it went out again, changed, under its own claim_id."""

    claim_id: str
    payer_id: str
    provider: str
    first_frequency: str
    frequency: str
    replaces: str
    control_numbers: frozenset[str]
    is_resent: bool
    sent_on: date


class LinePart(NamedTuple):
    """`billed_cents` is the charge as the line first went out, `charge_cents` as it last did."""

    line_number: int
    procedure: str
    modifiers: tuple[str, ...]
    units: int
    is_by_unit: bool
    place: str
    service_date: date
    billed_cents: int
    charge_cents: int


class FirstAnswer(NamedTuple):
    """`category` and `carc` are empty for what was not denied."""

    answered_on: date | None = None
    is_denied: bool = False
    category: str = ""
    carc: str = ""


COLUMNS = (*ClaimPart._fields, *LinePart._fields, *FirstAnswer._fields, *Posting._fields)
_KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("claim_id", "payer_id", "provider", "procedure", "category", "carc"), "category"),
    (("sent_on", "service_date", "answered_on", "posted_on"), "datetime64[s]"),
    (("is_resent", "is_by_unit", "is_denied"), "bool"),
    (("line_number", "units", *(name for name in COLUMNS if name.endswith("_cents"))), "int64"),
)


def to_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """A row a line under COLUMNS; days are datetime64, NaT where there is none, and names categories."""
    frame = pd.DataFrame.from_records(list(rows), columns=list(COLUMNS))
    for names, kind in _KINDS:
        for name in names:
            frame[name] = frame[name].astype(pd.api.types.pandas_dtype(kind))
    return frame


def read_rows(sent: SentClaim) -> tuple[Row, ...]:
    """One for each line, in the order of their numbers, and last one without a procedure where there is a rest."""
    return tuple(_iter_rows(sent))


def _iter_rows(sent: SentClaim) -> Iterator[Row]:
    before, now = _by_number(sent.first), _by_number(sent.last)
    answered = find_first_answers(sent.first, sent.answers)
    standing = post(sent.last, sent.answers)
    head = _read_claim(sent)
    for number in sorted(before | now):
        line = _read_line(now.get(number) or before[number], before.get(number), now.get(number))
        yield (*head, *line, *_read_first(answered.get(number)), *standing.get(number, NOTHING))
    charge = sum(line.charge_cents for line in sent.last.revenue_lines)
    if charge or REST in standing:
        yield (*head, *_read_rest(sent.last, charge), *FirstAnswer(), *standing.get(REST, NOTHING))


def _by_number(claim: Claim) -> dict[int, ClaimLine]:
    return {line.line_number: line for line in claim.lines}


def _read_claim(sent: SentClaim) -> ClaimPart:
    last = sent.last
    return ClaimPart(
        claim_id=last.claim_id,
        payer_id=last.payer.payer_id,
        provider=last.rendering_npi or last.billing_npi,
        first_frequency=sent.first.frequency_code,
        frequency=last.frequency_code,
        replaces=last.payer_control_number or "",
        control_numbers=frozenset(_find_control_numbers(sent.answers)),
        is_resent=sent.first != last,
        sent_on=sent.sent_on,
    )


def _find_control_numbers(answers: Iterable[Remittance]) -> Iterator[str]:
    return (answer.payer_control_number for answer in answers if answer.payer_control_number)


def _read_line(line: ClaimLine, before: ClaimLine | None, now: ClaimLine | None) -> LinePart:
    return LinePart(
        line_number=line.line_number,
        procedure=line.procedure.code.compact,
        modifiers=line.modifiers,
        units=line.units,
        is_by_unit=line.unit_basis is UnitBasis.UNIT,
        place=line.place_of_service or "",
        service_date=line.service_date,
        billed_cents=before.charge_cents if before else 0,
        charge_cents=now.charge_cents if now else 0,
    )


def _read_first(found: tuple[date, RemittanceLine] | None) -> FirstAnswer:
    if found is None:
        return FirstAnswer()
    day, line = found
    label = label_line(line)
    return FirstAnswer(day, label.is_denied, label.category or "", label.carc or "")


def _read_rest(claim: Claim, charge: int) -> LinePart:
    first_day = min(line.service_date for line in claim.all_lines)
    return LinePart(REST, "", (), 1, False, "", first_day, 0, charge)
