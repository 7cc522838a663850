"""Receivables: what payers still owe, how old it is, and how long they take.

A claim is owed what no answer has settled: the charge of lines without an answer, and what answers refuse. Ages count
from the day on which the claim first went out.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Strict

from data.noun import Count, IsoDate, Noun
from models.performance.shares import VOID, find_replaced, select_days, select_payer

BUCKETS = ("0-30", "31-60", "61-90", "91-120", "over 120")
_BUCKET_ENDS = (30, 60, 90, 120)
_PACE_DAYS = 90
Balance = Annotated[int, Strict()]


class AgedAmount(Noun):
    """Days since the claim first went out, such as 31-60."""

    bucket: str
    claims: Count
    outstanding_cents: Balance


class Receivables(Noun):
    """`days_in_receivables`: how many days' charges are outstanding, at the pace of the last ninety; None where nothing
    went out in them. `days_to_answer` are the median and the 95th percentile from sending to the first answer."""

    payer_id: str | None
    claims: Count
    outstanding_cents: Balance
    unanswered_cents: Balance
    refused_cents: Balance
    aging: tuple[AgedAmount, ...]
    days_in_receivables: float | None
    days_to_answer: tuple[float, float] | None


class ReceivablesReport(Noun):
    """Of claims that first went out on the days, both included; as posted up to `as_of`. The most money first."""

    payer_id: str | None
    first_day: IsoDate | None
    last_day: IsoDate | None
    as_of: IsoDate
    total: Receivables
    by_payer: tuple[Receivables, ...]


def report_receivables(
    frame: pd.DataFrame,
    as_of: date,
    *,
    payer_id: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> ReceivablesReport:
    """`frame` as `to_frame` makes it. Claims that were voided, or replaced by another, owe nothing."""
    is_gone = (frame["frequency"] == VOID) | find_replaced(frame)
    owed = select_payer(frame[~is_gone], payer_id)
    recent = select_days(owed, "sent_on", as_of - timedelta(days=_PACE_DAYS - 1), as_of)
    charged = recent.groupby("payer_id")["charge_cents"].sum()
    rows = select_days(owed, "sent_on", first_day, last_day)
    rows = rows.assign(
        unanswered_cents=rows["charge_cents"].where(rows["posted_on"].isna(), 0),
        age=(np.datetime64(as_of) - rows["sent_on"]).dt.days,
    )
    payers = (_sum_up(str(key), own, int(charged.get(str(key), 0))) for key, own in rows.groupby("payer_id", sort=True))
    return ReceivablesReport(
        payer_id=payer_id,
        first_day=first_day,
        last_day=last_day,
        as_of=as_of,
        total=_sum_up(None, rows, int(charged.sum())),
        by_payer=tuple(sorted(payers, key=lambda one: -one.outstanding_cents)),
    )


def _sum_up(payer_id: str | None, rows: pd.DataFrame, charged: int) -> Receivables:
    """`charged` is what went out in the last ninety days."""
    unanswered, refused = int(rows["unanswered_cents"].sum()), int(rows["refused_cents"].sum())
    aging = _age(rows)
    return Receivables(
        payer_id=payer_id,
        claims=sum(bucket.claims for bucket in aging),
        outstanding_cents=unanswered + refused,
        unanswered_cents=unanswered,
        refused_cents=refused,
        aging=aging,
        days_in_receivables=(unanswered + refused) * _PACE_DAYS / charged if charged else None,
        days_to_answer=_measure_lag(rows),
    )


def _age(rows: pd.DataFrame) -> tuple[AgedAmount, ...]:
    claims = (
        rows.assign(outstanding=rows["unanswered_cents"] + rows["refused_cents"])
        .groupby("claim_id", sort=False)
        .agg(outstanding=("outstanding", "sum"), age=("age", "first"))
    )
    claims = claims[claims["outstanding"] != 0]
    places = np.searchsorted(_BUCKET_ENDS, claims["age"].to_numpy())
    amounts: Sequence[int] = [int(claims["outstanding"].to_numpy()[places == place].sum()) for place in range(5)]
    counts = np.bincount(places, minlength=len(BUCKETS))
    return tuple(
        AgedAmount(bucket=bucket, claims=int(count), outstanding_cents=amount)
        for bucket, count, amount in zip(BUCKETS, counts, amounts, strict=True)
    )


def _measure_lag(rows: pd.DataFrame) -> tuple[float, float] | None:
    answered = rows[rows["answered_on"].notna()]
    if answered.empty:
        return None
    days = (answered["answered_on"] - answered["sent_on"]).dt.days.clip(lower=0).groupby(answered["claim_id"]).min()
    return float(days.quantile(0.5)), float(days.quantile(0.95))
