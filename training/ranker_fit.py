"""Fits the two boosters of the ranker and its calibration.

Every score that a later stage learns from is out of fold by document, as it will be for a new note.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from models.coding.candidates import MentionTable
from models.coding.code_table import CodeTable, build_code_table
from models.coding.features import CODE_FEATURES, MENTION_FEATURES, Matrix
from models.coding.ranker import EPSILON, Calibration, Ranker

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankedNote:
    """The candidates of a coded note; `codes` are the gold codes, compact; `supported` tells of each mention whether it
    stands on words that the coder gave as evidence of its code, *shape* (mentions,)."""

    document_id: str
    codes: frozenset[str]
    table: MentionTable
    supported: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FittedRanker:
    """What it says of the notes it was fitted on, out of fold, one entry a note: the scores of their mentions, their
    code tables and the probabilities of their codes."""

    ranker: Ranker
    scores: list[Floats]
    tables: list[CodeTable]
    probabilities: list[Floats]


@dataclass(frozen=True, slots=True)
class RankerConfig:
    """Booster settings; `folds` for the out-of-fold scores of each stage."""

    folds: int = 4
    seed: int = 7
    mention_rounds: int = 300
    mention_leaves: int = 31
    mention_rate: float = 0.05
    code_rounds: int = 350
    code_leaves: int = 15
    code_rate: float = 0.03


def fold_of(document_id: str, folds: int) -> int:
    """The same fold for a document wherever it is asked for."""
    return zlib.crc32(document_id.encode()) % folds


def fit_ranker(notes: Sequence[RankedNote], config: RankerConfig) -> FittedRanker:
    folds = np.array([fold_of(note.document_id, config.folds) for note in notes])
    mention, scores = _fit_mentions(notes, folds, config)
    tables = [build_code_table(note.table, score) for note, score in zip(notes, scores, strict=True)]
    code, code_scores, labels = _fit_codes(notes, tables, folds[::-1], config)
    calibration = fit_calibration(code_scores, labels)
    bounds = np.cumsum([len(table.codes) for table in tables])[:-1]
    return FittedRanker(Ranker(mention, code, calibration), scores, tables, np.split(calibration(code_scores), bounds))


def _fit_mentions(
    notes: Sequence[RankedNote], folds: npt.NDArray[np.int64], config: RankerConfig
) -> tuple[lightgbm.Booster, list[Floats]]:
    """A mention of a gold code on other words than its evidence may be right or chance: nothing is learned from it."""
    sizes = [len(note.table.mentions) for note in notes]
    features = np.concatenate([note.table.features for note in notes])
    supported = np.concatenate([note.supported for note in notes])
    named = np.array([m.code in note.codes for note in notes for m in note.table.mentions], dtype=np.bool_)
    settings = _settings(config.seed, config.mention_leaves, config.mention_rate, smallest_leaf=40)
    rows = _Rows(features, named & supported, np.repeat(folds, sizes), supported | ~named)
    booster, scores = _cross_fit(rows, settings, config.mention_rounds, MENTION_FEATURES)
    return booster, np.split(scores, np.cumsum(sizes)[:-1])


def _fit_codes(
    notes: Sequence[RankedNote], tables: Sequence[CodeTable], folds: npt.NDArray[np.int64], config: RankerConfig
) -> tuple[lightgbm.Booster, Floats, npt.NDArray[np.bool_]]:
    features = np.concatenate([table.features for table in tables])
    labels = np.concatenate([[c in n.codes for c in t.codes] for n, t in zip(notes, tables, strict=True)]).astype(bool)
    sizes = [len(table.codes) for table in tables]
    rows = _Rows(features, labels, np.repeat(folds, sizes), np.ones(len(labels), dtype=np.bool_))
    settings = _settings(config.seed + 1, config.code_leaves, config.code_rate, smallest_leaf=60)
    booster, scores = _cross_fit(rows, settings, config.code_rounds, CODE_FEATURES)
    return booster, scores, labels


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that are not `telling` are scored and not learned from."""

    features: Matrix
    labels: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.int64]
    telling: npt.NDArray[np.bool_]

    def take(self, chosen: npt.NDArray[np.bool_], names: Sequence[str]) -> lightgbm.Dataset:
        learned = chosen & self.telling
        labels = self.labels[learned].astype(np.float32)
        return lightgbm.Dataset(self.features[learned], labels, feature_name=list(names))


def _cross_fit(
    rows: _Rows, settings: dict[str, object], rounds: int, names: Sequence[str]
) -> tuple[lightgbm.Booster, Floats]:
    """A booster on all rows, and out-of-fold scores from one booster a fold."""
    scores = np.zeros(len(rows.labels))
    for fold in np.unique(rows.folds):
        held = rows.folds == fold
        booster = lightgbm.train(settings, rows.take(~held, names), num_boost_round=rounds)
        scores[held] = booster.predict(rows.features[held])
    everything = np.ones(len(rows.labels), dtype=np.bool_)
    return lightgbm.train(settings, rows.take(everything, names), num_boost_round=rounds), scores


def _settings(seed: int, leaves: int, rate: float, *, smallest_leaf: int) -> dict[str, object]:
    return {
        "objective": "binary",
        "learning_rate": rate,
        "num_leaves": leaves,
        "min_data_in_leaf": smallest_leaf,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }


def fit_calibration(scores: Floats, labels: npt.NDArray[np.bool_]) -> Calibration:
    """Platt's sigmoid on the logit of the score."""
    clipped = np.clip(scores, EPSILON, 1 - EPSILON)
    logits = np.log(clipped / (1 - clipped)).reshape(-1, 1)
    model = LogisticRegression(C=1e6).fit(logits, labels)
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]))
