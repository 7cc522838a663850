"""Decisions and answers of payers as tables. No note text gets in: a notebook keeps and shows what it holds."""

from typing import Any

import pandas as pd

from training.datasets import DenialExample, LabelledEncounter, iter_coding_examples, iter_denial_examples
from training.workspace import Workspace

_ACCEPTANCE_BINS = 10


def load_coding_frame(workspace: Workspace) -> pd.DataFrame:
    """One row per encounter and code that was decided before the workspace's `as_of`.

    `probability` is empty for codes that the model had missed; `is_corrected` where a decision superseded another.
    """
    with workspace.store.reading() as session:
        rows = [row for labelled in iter_coding_examples(session, workspace.as_of) for row in _rows(labelled)]
    return pd.DataFrame(rows)


def load_denial_frame(workspace: Workspace) -> pd.DataFrame:
    """One row per claim line that was answered before the workspace's `as_of`; open claims are censored, not paid."""
    with workspace.store.reading() as session:
        rows = [row for example in iter_denial_examples(session, workspace.as_of) for row in _line_rows(example)]
    return pd.DataFrame(rows)


def _line_rows(example: DenialExample) -> list[dict[str, Any]]:
    claim = example.submitted.claim
    return [
        {
            "claim_id": claim.claim_id,
            "line_number": label.line_number,
            "prepared_on": claim.prepared_on,
            "known_on": example.labelled.known_on,
            "payer_id": claim.payer.payer_id,
            "payer_kind": claim.payer.kind.value,
            "is_denied": label.is_denied,
            "category": label.category.value if label.category else None,
            "charge_dollars": example.answers[label.line_number].charge_cents / 100,
            "predicted": example.submitted.review.risk.probability,
            "outcome": example.submitted.outcome.value,
        }
        for label in example.labelled.lines
    ]


def summarise_denials(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """By group: claims, the share with a denied line, what was denied, and the mean predicted probability."""
    claims = frame.assign(denied_dollars=frame["charge_dollars"].where(frame["is_denied"], 0.0))
    claims = claims.groupby(["claim_id", by]).agg(
        denied=("is_denied", "any"), denied_dollars=("denied_dollars", "sum"), predicted=("predicted", "first")
    )
    table = claims.groupby(by).agg(
        claims=("denied", "size"),
        denied=("denied", "mean"),
        predicted=("predicted", "mean"),
        denied_dollars=("denied_dollars", "sum"),
    )
    return table.sort_values("claims", ascending=False)


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


def last_days(frame: pd.DataFrame, days: int) -> pd.DataFrame:
    """What was decided in the days up to the last decision."""
    lately: pd.DataFrame = frame[frame["decided_at"] >= frame["decided_at"].max() - pd.Timedelta(days=days)]
    return lately


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
