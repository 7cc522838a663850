"""Gradient-boosted trees, read from LightGBM's text format."""

from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray


class BoostedTrees:
    """A trained ensemble. One thread: a batch is small, and its rows give the same numbers in any batch."""

    def __init__(self, text: str) -> None:
        self._booster = lgb.Booster(model_str=text)

    @classmethod
    def load(cls, path: Path) -> "BoostedTrees":
        return cls(path.read_text(encoding="utf-8"))

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self._booster.feature_name())

    def log_odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shapes:* rows (rows, features) -> (rows,)."""
        return self._predict(rows, raw_score=True)

    def shares(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Class probabilities of a multi-class model. *Shapes:* rows (rows, features) -> (rows, classes)."""
        return self._predict(rows)

    def contributions(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Additive shares of the log-odds. *Shapes:* rows (rows, features) -> (rows, features), the base left out."""
        if not len(rows):
            return np.zeros((0, len(self.features)))
        return self._predict(rows, pred_contrib=True)[:, :-1]

    def _predict(self, rows: NDArray[np.float32], **options: bool) -> NDArray[np.float64]:
        return np.asarray(self._booster.predict(rows, num_threads=1, **options), dtype=np.float64)
