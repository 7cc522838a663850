"""The two boosters that rank, mentions first, then the codes that they add up to; and the map to probability."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import lightgbm
import numpy as np
import numpy.typing as npt

from models.coding.candidates import MentionTable
from models.coding.code_table import CodeTable, build_code_table
from models.coding.features import CODE_FEATURES, MENTION_FEATURES, Matrix

Floats = npt.NDArray[np.float64]
EPSILON = 1e-6


class Purpose(StrEnum):
    """What is asked of a note: in a report every condition that it mentions counts, of a visit what is reported."""

    REPORT = "report"
    VISIT = "visit"


class FeatureMismatchError(ValueError):
    """The booster was trained on other features than this version computes."""


class Calibration:
    """A monotone map from score to probability: logit(p) = slope x logit(score) + intercept (Platt 1999)."""

    def __init__(self, slope: float, intercept: float) -> None:
        self.slope, self.intercept = slope, intercept

    def __call__(self, scores: Floats) -> Floats:
        clipped = np.clip(scores, EPSILON, 1 - EPSILON)
        logits = self.slope * np.log(clipped / (1 - clipped)) + self.intercept
        result: Floats = 1 / (1 + np.exp(-logits))
        return result


class Ranker:
    """mention features -> mention scores -> code features -> calibrated probability of each code."""

    def __init__(self, mention: lightgbm.Booster, code: lightgbm.Booster, calibration: Calibration) -> None:
        check_features(mention, MENTION_FEATURES)
        check_features(code, CODE_FEATURES)
        self.mention, self.code, self.calibration = mention, code, calibration

    def score_mentions(self, features: Matrix) -> Floats:
        return _predict(self.mention, features)

    def rank(self, table: MentionTable) -> tuple[CodeTable, Floats]:
        """The codes of one encounter and their probabilities, in the order of the code table."""
        return self.rank_codes(table, self.score_mentions(table.features))

    def rank_codes(self, table: MentionTable, scores: Floats) -> tuple[CodeTable, Floats]:
        """The same, from mention scores that are at hand."""
        codes = build_code_table(table, scores)
        return codes, self.calibration(_predict(self.code, codes.features))

    @classmethod
    def load(cls, folder: Path, purpose: Purpose) -> Self:
        calibration: dict[str, Any] = json.loads((folder / f"{purpose}_calibration.json").read_text("utf8"))
        return cls(
            lightgbm.Booster(model_file=str(folder / f"{purpose}_mention_ranker.txt")),
            lightgbm.Booster(model_file=str(folder / f"{purpose}_code_ranker.txt")),
            Calibration(calibration["slope"], calibration["intercept"]),
        )

    def save(self, folder: Path, purpose: Purpose) -> None:
        self.mention.save_model(str(folder / f"{purpose}_mention_ranker.txt"))
        self.code.save_model(str(folder / f"{purpose}_code_ranker.txt"))
        values = {"slope": self.calibration.slope, "intercept": self.calibration.intercept}
        (folder / f"{purpose}_calibration.json").write_text(json.dumps(values) + "\n", "utf8")


def _predict(booster: lightgbm.Booster, features: Matrix) -> Floats:
    if not len(features):
        return np.zeros(0)
    return np.asarray(booster.predict(features, num_threads=1), dtype=np.float64)


def check_features(booster: lightgbm.Booster, expected: tuple[str, ...]) -> None:
    if tuple(booster.feature_name()) != expected:
        raise FeatureMismatchError("the ranker was trained on other features; train it again")
