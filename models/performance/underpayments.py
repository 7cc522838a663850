"""Underpayments: lines for which a payer allowed less than its contract says."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

import pandas as pd

from data.contract_rates import Service
from data.noun import Cents, Count, Identifier, IsoDate, Noun, Positive
from models.performance.postings import REST
from models.performance.shares import select_days, select_payer

# Reductions that payers announce: several procedures of one day, part of it paid elsewhere, prior payment.
_ANNOUNCED = frozenset({"59", "23", "94", "22", "B10"})


class Rates(Protocol):
    def allowed_cents(self, payer_id: str, service: Service) -> int | None: ...


class UnderpaidLine(Noun):
    """`allowed_cents` is what the payer paid, what it left to the patient, and what the law withheld."""

    claim_id: Identifier
    line_number: Positive
    payer_id: Identifier
    procedure: str
    modifiers: tuple[str, ...]
    units: Positive
    service_date: IsoDate
    posted_on: IsoDate
    contract_cents: Cents
    allowed_cents: int
    paid_cents: int
    patient_cents: int
    short_cents: Cents


class PayerUnderpayments(Noun):
    """Paid lines: `unchecked` are those for which no contract of the day names a price."""

    payer_id: str | None
    checked_lines: Count
    unchecked_lines: Count
    underpaid_lines: Count
    short_cents: Cents


class UnderpaymentReport(Noun):
    """Lines whose standing answer came on the days, both included; the most money first. `lines` may be cut short."""

    payer_id: str | None
    first_day: IsoDate | None
    last_day: IsoDate | None
    total: PayerUnderpayments
    by_payer: tuple[PayerUnderpayments, ...]
    lines: tuple[UnderpaidLine, ...]


def report_underpayments(
    frame: pd.DataFrame,
    rates: Rates,
    *,
    payer_id: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    limit: int = 200,
) -> UnderpaymentReport:
    """`frame` as `to_frame` makes it. What was refused, even in part, is a denial and none of this; who is billed less
    than was agreed owes what is billed."""
    rows = select_days(select_payer(frame, payer_id), "posted_on", first_day, last_day)
    is_paid = rows["posted_on"].notna() & (rows["line_number"] != REST) & (rows["refused_cents"] == 0)
    rows = rows[is_paid & (rows["charge_cents"] > 0)]
    contracted = pd.Series(list(_iter_prices(rows, rates)), index=rows.index, dtype="Int64")
    allowed = rows["paid_cents"] + rows["patient_cents"] + rows["sequestered_cents"]
    short = (contracted.clip(upper=rows["charge_cents"]) - allowed).clip(lower=0)
    rows = rows.assign(contract_cents=contracted, allowed_cents=allowed, short_cents=short)
    payers = (_sum_up(str(key), own) for key, own in rows.groupby("payer_id", sort=True))
    under = rows[rows["short_cents"].fillna(0) > 0].sort_values(
        ["short_cents", "claim_id", "line_number"], ascending=[False, True, True]
    )
    return UnderpaymentReport(
        payer_id=payer_id,
        first_day=first_day,
        last_day=last_day,
        total=_sum_up(None, rows),
        by_payer=tuple(sorted(payers, key=lambda one: -one.short_cents)),
        lines=tuple(_iter_lines(under.head(limit).astype({"contract_cents": int, "short_cents": int}))),
    )


def _iter_prices(rows: pd.DataFrame, rates: Rates) -> Iterator[int | None]:
    asked = rows.assign(service_date=rows["service_date"].dt.date)
    services = zip(*(asked[name].tolist() for name in Service._fields), strict=True)
    others = zip(*(asked[name].tolist() for name in ("payer_id", "is_by_unit", "carcs")), strict=True)
    for values, (payer_id, is_by_unit, carcs) in zip(services, others, strict=True):
        can_price = is_by_unit and _ANNOUNCED.isdisjoint(carcs)
        yield rates.allowed_cents(payer_id, Service(*values)) if can_price else None


def _sum_up(payer_id: str | None, rows: pd.DataFrame) -> PayerUnderpayments:
    unchecked = int(rows["contract_cents"].isna().sum())
    return PayerUnderpayments(
        payer_id=payer_id,
        checked_lines=len(rows) - unchecked,
        unchecked_lines=unchecked,
        underpaid_lines=int((rows["short_cents"].fillna(0) > 0).sum()),
        short_cents=int(rows["short_cents"].sum()),
    )


def _iter_lines(rows: pd.DataFrame) -> Iterator[UnderpaidLine]:
    for row in rows.itertuples():
        found: dict[str, Any] = {name: getattr(row, name) for name in UnderpaidLine.model_fields}
        days = {name: found[name].date() for name in ("service_date", "posted_on")}
        yield UnderpaidLine.model_validate(found | days)
