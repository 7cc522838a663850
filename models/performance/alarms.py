"""Changes of payer policy: where denials of the last weeks are more than the payer's own past explains.

A cell is a payer with a reason code (CARC), or with a procedure. Given all its denials of both periods, those of the
last weeks are binomial when the rate has stayed within a tolerated factor: the exact comparison of two Poisson rates
(Przyborowski and Wilenski 1940). The false alarms among all cells are held by Benjamini and Hochberg (1995).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtrc

from data.noun import Cents, Count, Identifier, IsoDate, Noun, Probability
from models.performance.denials import answered_originals
from models.performance.shares import select_days, select_payer


class CellKind(StrEnum):
    CARC = "carc"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """Windows in days; a rate that grew by less than `tolerated` is no change; `false_share` of alarms may be false."""

    recent_days: int = 28
    past_days: int = 182
    tolerated: float = 1.25
    false_share: float = 0.05


RULE = AlarmRule()
_CLAIMS = ("recent_claims", "past_claims")


class PolicyAlarm(Noun):
    """Claims by their first answers: of the cell's claims, those denied. `p_value` is before the correction for many
    cells. For a CARC the claims are all of the payer's, for a procedure those that bill it."""

    payer_id: Identifier
    kind: CellKind
    key: str
    recent_claims: Count
    recent_denied: Count
    recent_rate: Probability
    past_claims: Count
    past_denied: Count
    past_rate: Probability
    denied_cents: Cents
    p_value: Probability


class AlarmReport(Noun):
    """The two periods, both ends included, and how many cells were compared; the surest alarm first."""

    payer_id: str | None
    recent_from: IsoDate | None
    recent_to: IsoDate | None
    past_from: IsoDate | None
    cells: Count
    alarms: tuple[PolicyAlarm, ...]


def report_alarms(
    frame: pd.DataFrame, as_of: date, *, payer_id: str | None = None, rule: AlarmRule = RULE
) -> AlarmReport:
    """`frame` as `to_frame` makes it. Where the last answer is older than `as_of`, the last weeks end with it."""
    answers = select_days(select_payer(answered_originals(frame), payer_id), "answered_on", None, as_of)
    if answers.empty:
        return AlarmReport(payer_id=payer_id, recent_from=None, recent_to=None, past_from=None, cells=0, alarms=())
    last = answers["answered_on"].max().date()
    recent_from = last - timedelta(days=rule.recent_days - 1)
    past_from = recent_from - timedelta(days=rule.past_days)
    within = select_days(answers, "answered_on", past_from, last)
    cells = count_cells(within.assign(is_recent=within["answered_on"] >= np.datetime64(recent_from)))
    tested = compare_cells(cells, rule)
    return AlarmReport(
        payer_id=payer_id,
        recent_from=recent_from,
        recent_to=last,
        past_from=past_from,
        cells=len(tested),
        alarms=tuple(_iter_alarms(tested[tested["is_alarm"]])),
    )


def count_cells(answers: pd.DataFrame) -> pd.DataFrame:
    """Of first answers to lines, with `is_recent`: a row a cell with payer_id, kind, key and an alarm's counts."""
    carcs = _count(answers[answers["is_denied"]], "carc").drop(columns=list(_CLAIMS))
    whole = _count(answers.assign(whole=""), "whole").droplevel("whole")[list(_CLAIMS)]
    found = {CellKind.CARC: carcs.join(whole, on="payer_id"), CellKind.PROCEDURE: _count(answers, "procedure")}
    parts = [
        counts.rename_axis(["payer_id", "key"]).reset_index().assign(kind=kind.value) for kind, counts in found.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _count(lines: pd.DataFrame, key: str) -> pd.DataFrame:
    """By payer and key: a claim counts once, and is denied by any of its lines there."""
    claims = lines.groupby(["payer_id", key, "claim_id"], sort=False).agg(
        is_recent=("is_recent", "first"), is_denied=("is_denied", "any"), cents=("billed_cents", "sum")
    )
    is_recent, is_denied = claims["is_recent"], claims["is_denied"]
    counts = pd.DataFrame(
        {
            "recent_claims": is_recent,
            "past_claims": ~is_recent,
            "recent_denied": is_recent & is_denied,
            "past_denied": ~is_recent & is_denied,
            "denied_cents": claims["cents"].where(is_recent & is_denied, 0),
        }
    )
    return counts.groupby(level=["payer_id", key]).sum()


def compare_cells(cells: pd.DataFrame, rule: AlarmRule) -> pd.DataFrame:
    """With `p_value` and `is_alarm`, the smallest p first. Cells without claims in one of the periods, and those with
    so few denials that even all of them in the last weeks would be no alarm, are left out."""
    both = cells[(cells["recent_claims"] > 0) & (cells["past_claims"] > 0)]
    weight = both["recent_claims"] * rule.tolerated
    expected = weight / (weight + both["past_claims"])
    denied = both["recent_denied"] + both["past_denied"]
    can_alarm = expected**denied <= rule.false_share
    values = bdtrc(both["recent_denied"] - 1, denied, expected).where(both["recent_denied"] > 0, 1.0)
    tested = both.assign(p_value=values)[can_alarm].sort_values("p_value", kind="stable")
    return tested.assign(is_alarm=_hold_false_alarms(tested["p_value"].to_numpy(), rule.false_share))


def _hold_false_alarms(values: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    """Benjamini and Hochberg: `values` ascend. *Shape:* (cells,)."""
    ranks = np.arange(1, len(values) + 1)
    passed = np.flatnonzero(values <= share * ranks / max(len(values), 1))
    return ranks <= (passed[-1] + 1 if len(passed) else 0)


def _iter_alarms(cells: pd.DataFrame) -> Iterator[PolicyAlarm]:
    for cell in cells.drop(columns="is_alarm").to_dict("records"):
        rates = {f"{name}_rate": cell[f"{name}_denied"] / cell[f"{name}_claims"] for name in ("recent", "past")}
        yield PolicyAlarm.model_validate(cell | rates)
