"""Initial denials: what first answers refused, by payer, reason, procedure, provider and month."""

from datetime import date

import pandas as pd

from data.noun import Cents, Count, IsoDate, Noun, Probability
from models.performance.shares import find_replaced, select_days, select_originals, select_payer, share_of


class DenialShare(Noun):
    """Claims of a group with a first answer, and those of them with a denied line in it; charges of these lines."""

    key: str
    claims: Count
    denied_claims: Count
    denial_rate: Probability | None
    charge_cents: Cents
    denied_cents: Cents


class DenialReport(Noun):
    """Original claims that were first answered on the days, both included. `clean` went through at once: nothing was
    denied, and nothing had to be sent again. Each table has the most money first, `by_month` the first month."""

    payer_id: str | None
    first_day: IsoDate | None
    last_day: IsoDate | None
    total: DenialShare
    clean_claims: Count
    clean_claim_rate: Probability | None
    by_payer: tuple[DenialShare, ...]
    by_category: tuple[DenialShare, ...]
    by_carc: tuple[DenialShare, ...]
    by_procedure: tuple[DenialShare, ...]
    by_provider: tuple[DenialShare, ...]
    by_month: tuple[DenialShare, ...]


def report_denials(
    frame: pd.DataFrame, *, payer_id: str | None = None, first_day: date | None = None, last_day: date | None = None
) -> DenialReport:
    """`frame` as `to_frame` makes it."""
    is_resent = frame["is_resent"] | find_replaced(frame)
    rows = answered_originals(frame.assign(is_resent=is_resent))
    rows = select_days(select_payer(rows, payer_id), "answered_on", first_day, last_day)
    total = _share("", rows)
    clean = rows.groupby("claim_id")[["is_denied", "is_resent"]].any().any(axis=1)
    clean_claims = int((~clean).sum())
    return DenialReport(
        payer_id=payer_id,
        first_day=first_day,
        last_day=last_day,
        total=total,
        clean_claims=clean_claims,
        clean_claim_rate=share_of(clean_claims, total.claims),
        by_payer=_by_money(_group(rows, rows["payer_id"])),
        by_category=_by_money(_group_reasons(rows, "category", total)),
        by_carc=_by_money(_group_reasons(rows, "carc", total)),
        by_procedure=_by_money(_group(rows, rows["procedure"])),
        by_provider=_by_money(_group(rows, rows["provider"])),
        by_month=_group(rows, rows["answered_on"].dt.strftime("%Y-%m")),
    )


def answered_originals(frame: pd.DataFrame) -> pd.DataFrame:
    """The lines of original claims that have a first answer."""
    return select_originals(frame[frame["answered_on"].notna()])


def _share(key: str, rows: pd.DataFrame) -> DenialShare:
    denied = rows[rows["is_denied"]]
    return _to_share(
        key,
        (
            rows["claim_id"].nunique(),
            denied["claim_id"].nunique(),
            int(rows["billed_cents"].sum()),
            int(denied["billed_cents"].sum()),
        ),
    )


def _group(rows: pd.DataFrame, keys: pd.Series) -> tuple[DenialShare, ...]:
    """By the key of the lines, in its order; a claim counts in each group in which it has a line."""
    lines = rows.assign(key=keys, denied_cents=rows["billed_cents"].where(rows["is_denied"], 0))
    claims = lines.groupby(["key", "claim_id"], observed=True, sort=False).agg(
        is_denied=("is_denied", "any"), charge=("billed_cents", "sum"), denied=("denied_cents", "sum")
    )
    counted = claims.assign(claims=1, denied_claims=claims["is_denied"].astype(int))
    found = counted.groupby(level="key")[["claims", "denied_claims", "charge", "denied"]].sum()
    return tuple(_to_share(str(key), tuple(map(int, values))) for key, *values in found.itertuples())


def _group_reasons(rows: pd.DataFrame, column: str, total: DenialShare) -> tuple[DenialShare, ...]:
    """Of all claims, those that were denied for each reason."""
    denied = rows[rows["is_denied"]]
    return tuple(
        _to_share(one.key, (total.claims, one.denied_claims, total.charge_cents, one.denied_cents))
        for one in _group(denied, denied[column])
    )


def _to_share(key: str, values: tuple[int, ...]) -> DenialShare:
    claims, denied_claims, charge, denied = values
    return DenialShare(
        key=key,
        claims=claims,
        denied_claims=denied_claims,
        denial_rate=share_of(denied_claims, claims),
        charge_cents=charge,
        denied_cents=denied,
    )


def _by_money(shares: tuple[DenialShare, ...]) -> tuple[DenialShare, ...]:
    return tuple(sorted(shares, key=lambda share: (-share.denied_cents, -share.charge_cents, share.key)))
