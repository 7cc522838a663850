"""How good denial probabilities are: ranking, calibration and what a biller gets out of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

Labels = NDArray[np.bool_]
Scores = NDArray[np.float64]
Metric = Callable[[Labels, Scores], float]

_BINS = 10
_TARGET_PRECISION = 0.8


def area_under_roc(labels: Labels, scores: Scores) -> float:
    return float(roc_auc_score(labels, scores))


def average_precision(labels: Labels, scores: Scores) -> float:
    return float(average_precision_score(labels, scores))


def recall_at_precision(labels: Labels, scores: Scores, target: float = _TARGET_PRECISION) -> float:
    """The largest share of denials that a threshold finds while its alarms are right as often as the target."""
    precision, recall, _ = precision_recall_curve(labels, scores)
    return float(recall[precision >= target].max(initial=0.0))


def brier(labels: Labels, scores: Scores) -> float:
    return float(np.mean((scores - labels) ** 2))


def expected_calibration_error(labels: Labels, scores: Scores) -> float:
    """Mean gap between probability and rate over ten bins of equal size."""
    parts = np.array_split(np.argsort(scores, kind="stable"), min(_BINS, len(scores)))
    gaps = [abs(scores[part].mean() - labels[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(scores))


def capture_in_top_decile(labels: Labels, scores: Scores) -> float:
    """Share of all denials among the tenth of claims with the highest scores."""
    top = np.argsort(-scores, kind="stable")[: max(1, len(scores) // 10)]
    return float(labels[top].sum() / max(1, labels.sum()))


METRICS: Mapping[str, Metric] = {
    "auroc": area_under_roc,
    "auprc": average_precision,
    "recall_at_80_precision": recall_at_precision,
    "brier": brier,
    "ece": expected_calibration_error,
    "capture_top_decile": capture_in_top_decile,
}


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its bootstrap interval of 95 %."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def measure(labels: Labels, scores: Scores, *, rounds: int = 200, seed: int = 0) -> dict[str, Interval]:
    """Every metric with its interval from resampled claims."""
    generator = np.random.default_rng(seed)
    samples = [generator.integers(0, len(labels), len(labels)) for _ in range(rounds)]
    return {name: _interval(metric, labels, scores, samples) for name, metric in METRICS.items()}


def calibration_by_group(labels: Labels, scores: Scores, groups: NDArray[np.str_]) -> dict[str, float]:
    return {
        str(group): expected_calibration_error(labels[groups == group], scores[groups == group])
        for group in np.unique(groups)
    }


def top_k_share(shares: NDArray[np.float64], truth: NDArray[np.int_], k: int) -> float:
    """How often the true class is among the k largest. *Shapes:* shares (rows, classes), truth (rows,)."""
    top = np.argsort(-shares, axis=1, kind="stable")[:, :k]
    return float((top == truth[:, None]).any(axis=1).mean())


def _interval(metric: Metric, labels: Labels, scores: Scores, samples: list[NDArray[np.int64]]) -> Interval:
    drawn = [metric(labels[sample], scores[sample]) for sample in samples if labels[sample].any()]
    low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (0.0, 0.0)
    return Interval(metric(labels, scores), float(low), float(high))
