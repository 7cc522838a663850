"""Fits the parts of a denial model: trees for lines, trees for reasons, calibration."""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from data.notes import PayerKind
from data.reviews import ReasonCategory
from models.denial.calibration import ClaimCalibration, LineCalibration, summarize_lines
from models.denial.features import FEATURES
from models.denial.operating_points import OperatingPoint
from models.denial.tree_text import keep_what_is_read
from training.denial_config import TreesConfig
from training.denial_rows import CATEGORIES, NOT_DENIED, DenialRows

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
_SHARED = {
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
_PLATT = 1e6
_KIND_STRENGTH = 1.0
_HIGH_RECALL, _HIGH_PRECISION = 0.8, 0.8


def fit_lines(rows: DenialRows, chosen: Mask, config: TreesConfig) -> str:
    """Trees for `denied`, as LightGBM's text, as far as it is read."""
    return _fit(rows.features[chosen], rows.is_denied[chosen].astype(np.int8), {"objective": "binary"}, config)


def fit_reasons(rows: DenialRows, chosen: Mask, config: TreesConfig) -> tuple[str, Sequence[ReasonCategory]]:
    """Trees for the category of denied lines, as text, and the categories in the order of their classes."""
    denied = chosen & (rows.category != NOT_DENIED)
    present, classes = np.unique(rows.category[denied], return_inverse=True)
    options = {"objective": "multiclass", "num_class": max(2, len(present))}
    text = _fit(rows.features[denied], classes.astype(np.int8), options, config)
    return text, tuple(CATEGORIES[index] for index in present)


def _fit(
    features: NDArray[np.float32], labels: NDArray[np.int8], options: dict[str, object], config: TreesConfig
) -> str:
    parameters = {
        **_SHARED,
        **options,
        "num_leaves": config.leaves,
        "max_depth": config.depth,
        "learning_rate": config.rate,
        "min_data_in_leaf": config.smallest_leaf,
        "seed": config.seed,
    }
    data = lgb.Dataset(features, labels, feature_name=list(FEATURES), free_raw_data=True)
    return keep_what_is_read(lgb.train(parameters, data, config.rounds).model_to_string())


def fit_line_calibration(log_odds: Floats, is_denied: Mask) -> LineCalibration:
    platt = LogisticRegression(C=_PLATT).fit(log_odds[:, None], is_denied)
    return LineCalibration(float(platt.coef_[0, 0]), float(platt.intercept_[0]))


@dataclass(frozen=True, slots=True)
class LineSample:
    """Lines with their probabilities, owners (claim numbers from 0) and labels, and the payer kind of each claim."""

    probabilities: Floats
    owners: NDArray[np.int_]
    is_denied: Mask
    kinds: Sequence[PayerKind]

    def claim_labels(self) -> Mask:
        labels = np.zeros(len(self.kinds), dtype=np.bool_)
        np.logical_or.at(labels, self.owners, self.is_denied)
        return labels


def fit_claim_calibration(sample: LineSample) -> ClaimCalibration:
    """A weight below zero would let a riskier line make a safer claim: then the other weight stands alone."""
    summary = summarize_lines(sample.probabilities, sample.owners, len(sample.kinds))
    present = sorted(set(sample.kinds))
    offsets = np.array([[kind is one for one in present] for kind in sample.kinds], dtype=np.float64)
    labels = sample.claim_labels()
    columns = [0, 1]
    model = _fit_claims(summary, offsets, labels, columns)
    if (model.coef_[0, :2] < 0).any():
        columns = [int(np.argmax(model.coef_[0, :2]))]
        model = _fit_claims(summary, offsets, labels, columns)
    weights = dict(zip(columns, model.coef_[0], strict=False))
    kinds = model.coef_[0, len(columns) :]
    return ClaimCalibration(
        riskiest=float(weights.get(0, 0.0)),
        any_line=float(weights.get(1, 0.0)),
        intercept=float(model.intercept_[0]),
        kinds={kind: float(offset) for kind, offset in zip(present, kinds, strict=True)},
    )


def _fit_claims(summary: Floats, offsets: Floats, labels: Mask, columns: list[int]) -> LogisticRegression:
    return LogisticRegression(C=_KIND_STRENGTH, max_iter=1000).fit(np.hstack([summary[:, columns], offsets]), labels)


def choose_thresholds(probabilities: Floats, labels: Mask) -> dict[OperatingPoint, float]:
    """Of each operating point, the probability from which claims are held."""
    precision, recall, thresholds = precision_recall_curve(labels, probabilities)
    precision, recall = precision[:-1], recall[:-1]
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    finds_enough = np.flatnonzero(recall >= _HIGH_RECALL)
    is_right_enough = np.flatnonzero(precision >= _HIGH_PRECISION)
    return {
        OperatingPoint.HIGH_RECALL: float(thresholds[finds_enough[-1]]),
        OperatingPoint.BALANCED: float(thresholds[np.argmax(f1)]),
        OperatingPoint.HIGH_PRECISION: float(thresholds[is_right_enough[0]]) if len(is_right_enough) else 1.0,
    }
