"""Claims of which something stands refused."""

from datetime import date

import pandas as pd

from data.noun import Cents, Count, Identifier, IsoDate, Noun
from models.performance.shares import VOID, find_replaced, select_days, select_payer


class RefusedClaim(Noun):
    """`refused_on` is the day of the newest answer that refuses a line."""

    claim_id: Identifier
    payer_id: Identifier
    refused_cents: Cents
    refused_on: IsoDate


class RefusalReport(Noun):
    """How many claims stand refused, and the first of them, the most money first."""

    count: Count
    claims: tuple[RefusedClaim, ...]


def report_refusals(
    frame: pd.DataFrame,
    *,
    payer_id: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    limit: int,
) -> RefusalReport:
    """`frame` as `to_frame` makes it, days those of the refusals. What was voided or replaced by another claim is left
    out."""
    is_gone = (frame["frequency"] == VOID) | find_replaced(frame)
    rows = select_payer(frame[~is_gone & (frame["refused_cents"] > 0)], payer_id)
    claims = (
        select_days(rows, "posted_on", first_day, last_day)
        .groupby(["claim_id", "payer_id"], observed=True)
        .agg(cents=("refused_cents", "sum"), day=("posted_on", "max"))
        .reset_index()
        .sort_values(["cents", "claim_id"], ascending=[False, True])
    )
    return RefusalReport(
        count=len(claims),
        claims=tuple(
            RefusedClaim(claim_id=claim_id, payer_id=payer, refused_cents=cents, refused_on=day.date())
            for claim_id, payer, cents, day in claims.head(limit).itertuples(index=False)
        ),
    )
