"""What the reports share: which claims they are about, and how a part of a whole is told."""

from datetime import date

import numpy as np
import pandas as pd

REPLACEMENT, VOID = "7", "8"


def select_payer(frame: pd.DataFrame, payer_id: str | None) -> pd.DataFrame:
    return frame if payer_id is None else frame[frame["payer_id"] == payer_id]


def select_days(frame: pd.DataFrame, column: str, first: date | None, last: date | None) -> pd.DataFrame:
    """Rows whose day lies within, both days included; rows without a day are left out as soon as one is asked for."""
    if first is not None:
        frame = frame[frame[column] >= np.datetime64(first)]
    if last is not None:
        frame = frame[frame[column] <= np.datetime64(last)]
    return frame


def select_originals(frame: pd.DataFrame) -> pd.DataFrame:
    """Claims that were sent as new ones: a correction is no first pass."""
    return frame[~frame["first_frequency"].isin([REPLACEMENT, VOID])]


def find_replaced(frame: pd.DataFrame) -> pd.Series:
    """Whether another claim that went out corrects or voids this one, by the number that the payer gave it."""
    corrections = frame.loc[frame["frequency"].isin([REPLACEMENT, VOID]) & (frame["replaces"] != "")]
    numbers = frozenset(corrections["replaces"])
    if not numbers:
        return pd.Series(False, index=frame.index)
    return frame["control_numbers"].map(lambda own: not numbers.isdisjoint(own)).astype(bool)


def share_of(part: int, whole: int) -> float | None:
    """None of nothing."""
    return part / whole if whole else None
