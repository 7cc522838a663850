"""Decisions as a table to look at. No note text gets in: a notebook keeps and shows what it holds."""

from typing import Any

import pandas as pd

from training.datasets import LabelledEncounter, iter_coding_examples
from training.workspace import Workspace

_ACCEPTANCE_BINS = 10


def load_coding_frame(workspace: Workspace) -> pd.DataFrame:
    """One row per encounter and code that was decided before the workspace's `as_of`.

    `probability` is empty for codes that the model had missed; `is_corrected` where a decision superseded another.
    """
    with workspace.store.reading() as session:
        rows = [row for labelled in iter_coding_examples(session, workspace.as_of) for row in _rows(labelled)]
    return pd.DataFrame(rows)


def _rows(labelled: LabelledEncounter) -> list[dict[str, Any]]:
    encounter = labelled.stored.encounter
    return [
        {
            "encounter_id": example.encounter_id,
            "setting": encounter.setting.value,
            "payer_id": encounter.payer.payer_id if encounter.payer else None,
            "system": example.system.value,
            "code": example.code,
            "is_positive": example.is_positive,
            "weight": example.weight,
            "probability": example.probability,
            "rank": example.rank,
            "reason": example.reason.value if example.reason else None,
            "decided_by": example.decided_by,
            "decided_at": example.decided_at,
            "is_corrected": len(example.decision_ids) > 1,
            "model_version": example.model_version,
        }
        for example in labelled.examples
    ]


def summarise(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """By group: codes decided, the share kept, the share that the model had missed, corrected, and unseen."""
    groups = frame.assign(missed=frame["probability"].isna(), unseen=frame["weight"] == 0).groupby(by)
    table = groups.agg(
        codes=("code", "size"),
        kept=("is_positive", "mean"),
        missed=("missed", "mean"),
        corrected=("is_corrected", "mean"),
        unseen=("unseen", "mean"),
    )
    return table.sort_values("codes", ascending=False)


def acceptance_by_probability(frame: pd.DataFrame) -> pd.DataFrame:
    """Suggestions that were looked at, in bins of the model's probability, with the share that coders kept."""
    seen = frame[frame["probability"].notna() & (frame["weight"] > 0)]
    edges = [number / _ACCEPTANCE_BINS for number in range(_ACCEPTANCE_BINS + 1)]
    bins = pd.cut(seen["probability"], edges, include_lowest=True)
    table = seen.groupby(bins, observed=True).agg(
        probability=("probability", "mean"), kept=("is_positive", "mean"), codes=("code", "size")
    )
    return table.reset_index(drop=True)


def disagreement(frame: pd.DataFrame, *, at_least: int = 5) -> pd.DataFrame:
    """Codes by the spread between the coder who keeps them most and the one who keeps them least.

    Only coders with `at_least` decisions on the code count, and codes with two such coders.
    """
    seen = frame[frame["weight"] > 0]
    by_coder = seen.groupby(["code", "decided_by"])["is_positive"].agg(["mean", "size"])
    shares = by_coder[by_coder["size"] >= at_least]["mean"].unstack()
    table = pd.DataFrame(
        {"least": shares.min(axis=1), "most": shares.max(axis=1), "coders": shares.notna().sum(axis=1)}
    )
    table = table[table["coders"] > 1]
    return table.assign(spread=table["most"] - table["least"]).sort_values(["spread", "most"], ascending=False)


def most_missed(frame: pd.DataFrame) -> pd.Series:
    """How often coders added a code that the model had not suggested."""
    return frame[frame["probability"].isna() & frame["is_positive"]]["code"].value_counts()
