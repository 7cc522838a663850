"""Measures a denial model on claims prepared after the day that it was made, through the code that serves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.denial.artefact import DenialArtefact
from models.denial.features import extract_features
from models.denial.risk import RiskModel
from training.denial_history import History
from training.denial_labels import LabelledClaim
from training.denial_metrics import (
    METRICS,
    Interval,
    calibration_by_group,
    measure,
    top_k_share,
)
from training.denial_rows import Check

_LEAK_SUSPECT = 0.9
_TOP = 3


class SuspectedLeakError(RuntimeError):
    """The model is better on unseen months than payers are predictable."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`base_rate` is the share of denied claims; `oracle` the synthetic world's own scores on the same claims."""

    claims: int
    base_rate: float
    intervals: Mapping[str, Interval]
    ece_by_kind: Mapping[str, float]
    reason_top1: float
    reason_top3: float
    oracle: Mapping[str, float]

    @property
    def metrics(self) -> dict[str, float]:
        """What goes into the manifest."""
        found = {name: interval.value for name, interval in self.intervals.items()}
        found |= {f"oracle_{name}": value for name, value in self.oracle.items()}
        found |= {"base_rate": self.base_rate, "evaluated_claims": float(self.claims)}
        found |= {"reason_top1": self.reason_top1, "reason_top3": self.reason_top3}
        return {name: round(value, 4) for name, value in found.items()}

    def as_table(self) -> str:
        rows = [
            f"| {name} | {interval} | {_show(self.oracle.get(name))} |" for name, interval in self.intervals.items()
        ]
        rows += [f"| ece, {kind} | {value:.3f} | |" for kind, value in sorted(self.ece_by_kind.items())]
        rows += [f"| reason top 1 / top 3 | {self.reason_top1:.3f} / {self.reason_top3:.3f} | |"]
        head = f"{self.claims:,} claims, {self.base_rate:.1%} of them denied; intervals of 95 % by bootstrap."
        return "\n".join([head, "", "| measure | value | oracle |", "|---|---|---|", *rows])


def refuse_leak(evaluation: Evaluation) -> None:
    """Payers are not that predictable: raises SuspectedLeakError for a model that has probably seen the answer."""
    area = evaluation.intervals["auroc"].value
    if area > _LEAK_SUSPECT:
        raise SuspectedLeakError(f"AUROC {area:.3f} on unseen months: look for a leak before you use the model")


def evaluate(artefact: DenialArtefact, labelled: Sequence[LabelledClaim], history: History) -> Evaluation:
    """`labelled` are claims that the model has not seen, in any order."""
    claims = [one.claim for one in labelled]
    edits = [history.check(claim) for claim in claims]
    scores = RiskModel(artefact).probabilities(claims, edits)
    labels = np.array([one.is_denied for one in labelled])
    oracle = np.array([history.oracle.get(claim.claim_id, np.nan) for claim in claims])
    top1, top3 = _rate_reasons(artefact, labelled, history.check)
    return Evaluation(
        claims=len(claims),
        base_rate=float(labels.mean()),
        intervals=measure(labels, scores),
        ece_by_kind=calibration_by_group(labels, scores, np.array([claim.payer.kind.value for claim in claims])),
        reason_top1=top1,
        reason_top3=top3,
        oracle={} if np.isnan(oracle).any() else {name: metric(labels, oracle) for name, metric in METRICS.items()},
    )


def _rate_reasons(artefact: DenialArtefact, labelled: Sequence[LabelledClaim], check: Check) -> tuple[float, float]:
    """Top 1 and top 3 on denied lines; a category that the model does not know is never found."""
    rows: list[NDArray[np.float32]] = []
    truth: list[int] = []
    known = {category: number for number, category in enumerate(artefact.settings.categories)}
    for one in labelled:
        if one.is_denied:
            features = extract_features([one.claim], [check(one.claim)], artefact.books, [one.claim.prepared_on])
            position = {line.line_number: index for index, line in enumerate(one.claim.lines)}
            for label in one.lines:
                if label.category is not None:
                    rows.append(features[position[label.line_number]])
                    truth.append(known.get(label.category, -1))
    if not rows:
        return 0.0, 0.0
    shares = artefact.reason_trees.shares(np.array(rows))
    return top_k_share(shares, np.array(truth), 1), top_k_share(shares, np.array(truth), _TOP)


def _show(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
