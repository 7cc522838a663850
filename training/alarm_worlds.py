"""Synthetic worlds for policy alarms: as they are, with nothing that changes, and with a rule that was planted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.sent_claims import SentClaim
from data.synthetic.claim_world import FIRST_DAY, LAST_DAY, ClaimWorld
from data.synthetic.payers import SyntheticPayer
from models.performance.lines import read_rows, to_frame

PLANTED_ON = date(2025, 6, 2)
_PLANTED_SHARE, _PLANTED_CELLS, _PLANTED_CARC = 0.6, 6, "197"
_WEEK = timedelta(days=7)
_EARLY = timedelta(weeks=12)
Cell = tuple[str, str]
Band = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """A rule about a procedure that begins: `denied` in its first twelve weeks, the first of them on `felt_on`."""

    cell: Cell
    began_on: date
    denied: int
    felt_on: date


def read_world(world: ClaimWorld) -> pd.DataFrame:
    """As `to_frame` makes it."""
    sent = (SentClaim(one.claim, one.claim, one.claim.prepared_on, one.remittances) for one in world.claims)
    return to_frame(row for one in sent for row in read_rows(one))


def shuffle_days(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A world in which nothing changes: each payer's claims exchange the days of their answers."""
    draw = np.random.default_rng(seed)
    claims = frame[frame["answered_on"].notna()].drop_duplicates("claim_id")
    parts = []
    for _, own in claims.groupby("payer_id"):
        parts.append(pd.Series(draw.permutation(own["answered_on"].to_numpy()), index=own["claim_id"].astype(str)))
    return frame.assign(answered_on=frame["claim_id"].astype(str).map(pd.concat(parts)))


def find_changes(payers: Iterable[SyntheticPayer], frame: pd.DataFrame) -> list[Change]:
    """Of rules about a procedure, those that begin in the world and are felt."""
    denied = frame[frame["is_denied"]]
    by_cell = dict(iter(denied.groupby(["payer_id", "procedure"])))
    found = (_measure(cell, began_on, by_cell.get(cell)) for cell, began_on in _iter_starts(payers))
    return [change for change in found if change is not None]


def _iter_starts(payers: Iterable[SyntheticPayer]) -> Iterator[tuple[Cell, date]]:
    for payer in payers:
        covered = {code: rule.month for code, rule in payer.covered.items()}
        for starts in (payer.authorization, payer.not_covered, covered):
            for code, month in starts.items():
                if month > 0:
                    yield (payer.payer.payer_id, code), _first_of(month)


def _first_of(month: int) -> date:
    months = FIRST_DAY.month - 1 + month
    return date(FIRST_DAY.year + months // 12, months % 12 + 1, 1)


def _measure(cell: Cell, began_on: date, denied: pd.DataFrame | None) -> Change | None:
    if denied is None:
        return None
    under = denied[denied["service_date"] >= np.datetime64(began_on)]
    early = under[under["answered_on"] < np.datetime64(began_on + _EARLY)]
    if early.empty:
        return None
    return Change(cell, began_on, early["claim_id"].nunique(), early["answered_on"].min().date())


def choose_cells(frame: pd.DataFrame, band: Band, seed: int) -> list[Cell]:
    """Some payers and procedures with so many answered claims a week, drawn by the seed."""
    weeks = (LAST_DAY - FIRST_DAY) / _WEEK
    paces = frame[frame["answered_on"].notna()].groupby(["payer_id", "procedure"])["claim_id"].nunique() / weeks
    least, below = band
    fitting = [(str(payer), str(code)) for payer, code in paces[(paces >= least) & (paces < (below or np.inf))].index]
    drawn = np.random.default_rng(seed).permutation(len(fitting))[:_PLANTED_CELLS]
    return [fitting[position] for position in drawn]


def plant(frame: pd.DataFrame, cell: Cell, seed: int) -> pd.DataFrame:
    """From a day on the payer denies six in ten of the procedure's lines."""
    is_hit = (frame["payer_id"] == cell[0]) & (frame["procedure"] == cell[1])
    is_hit &= frame["answered_on"] >= np.datetime64(PLANTED_ON)
    is_hit &= np.random.default_rng(seed).random(len(frame)) < _PLANTED_SHARE
    carcs = frame["carc"].astype(str).where(~is_hit, _PLANTED_CARC)
    return frame.assign(is_denied=frame["is_denied"] | is_hit, carc=carcs)
