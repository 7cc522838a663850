"""The ladder of denial models, measured month-forward on the synthetic world: why the released one is what it is.

    python -m training.denial_compare

Each rung is fitted on the months before a cut and scored on the months after it, over several cuts.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from data.home import Home
from models.denial import finding_features, rate_features
from models.denial.boosting import BoostedTrees
from models.denial.features import FEATURES
from training.denial_config import DenialConfig
from training.denial_fit import fit_line_calibration, fit_lines
from training.denial_history import make_history
from training.denial_metrics import METRICS, measure
from training.denial_model import months_before
from training.denial_rows import DenialRows, Replay, build_rows

_CUTS, _MONTHS, _CALIBRATION = 3, 2, 2
_PRIOR_STRENGTH = 20.0
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
# Fits on the chosen rows and gives log-odds for all.
Rung = Callable[[DenialRows, Mask, DenialConfig], Floats]


def compare_models(home: Home, config: DenialConfig) -> str:
    """A Markdown table; about four minutes."""
    history = make_history(home, config.world)
    rows = build_rows([*history.past, *history.future], history.check, Replay())
    oracle = np.array([history.oracle[one.claim.claim_id] for one in rows.claims])
    cuts = [months_before(rows.claims[-1].claim.prepared_on, _MONTHS * number) for number in range(_CUTS, 0, -1)]
    tested, labels = _find_tested(rows, cuts)
    base = labels[tested].mean()
    head = f"{len(tested):,} claims after {', '.join(map(str, cuts))}; {base:.1%} denied (AUPRC of chance)."
    lines = [head, "", "| model | " + " | ".join(METRICS) + " |", "|---" * (len(METRICS) + 1) + "|"]
    for name, rung in RUNGS.items():
        scores = np.concatenate([_score(rows, rung, cut, config) for cut in cuts])
        lines.append(_row(name, labels[tested], scores))
    lines.append(_row("oracle", labels[tested], oracle[tested]))
    return "\n".join(lines)


def _find_tested(rows: DenialRows, cuts: list[date]) -> tuple[NDArray[np.int_], Mask]:
    labels = np.zeros(len(rows.claims), dtype=np.bool_)
    np.logical_or.at(labels, rows.claim, rows.is_denied)
    chosen = [np.unique(rows.claim[rows.between(cut, _after(cut))]) for cut in cuts]
    return np.concatenate(chosen), labels


def _after(cut: date) -> date:
    return months_before(cut, -_MONTHS)


def _score(rows: DenialRows, rung: Rung, cut: date, config: DenialConfig) -> Floats:
    """Claim probabilities of the months after a cut, calibrated on those before it."""
    known = np.array([one.known_on < cut for one in rows.claims])[rows.claim]
    held_out = rows.between(months_before(cut, _CALIBRATION), cut) & known
    log_odds = rung(rows, known & ~held_out, config)
    lines = fit_line_calibration(log_odds[held_out], rows.is_denied[held_out]).apply(log_odds)
    numbers, owners = np.unique(rows.claim[rows.between(cut, _after(cut))], return_inverse=True)
    survival = np.log1p(-np.clip(lines[rows.between(cut, _after(cut))], 0, 1 - 1e-9))
    return 1 - np.exp(np.bincount(owners, survival, len(numbers)))


def _rules(rows: DenialRows, fitted: Mask, _: DenialConfig) -> Floats:
    """The rate of lines with the same worst finding."""
    columns = [FEATURES.index(name) for name in ("warnings", "denies", "rejects")]
    worst = np.max((rows.features[:, columns] > 0) * np.arange(1, 4), axis=1).astype(int)
    counts = np.bincount(worst[fitted], minlength=4)
    denied = np.bincount(worst[fitted], rows.is_denied[fitted], minlength=4)
    rates = (denied + _PRIOR_STRENGTH * denied.sum() / counts.sum()) / (counts + _PRIOR_STRENGTH)
    chosen: Floats = np.log(rates / (1 - rates))[worst]
    return chosen


def _logistic(rows: DenialRows, fitted: Mask, _: DenialConfig) -> Floats:
    features = np.nan_to_num(rows.features)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
    model.fit(features[fitted], rows.is_denied[fitted])
    return np.asarray(model.decision_function(features), dtype=np.float64)


def _boosted(*blind: tuple[str, ...]) -> Rung:
    """Gradient boosting that does not see the features of the named groups."""
    hidden = [FEATURES.index(name) for names in blind for name in names]

    def fit(rows: DenialRows, fitted: Mask, config: DenialConfig) -> Floats:
        features = rows.features.copy()
        features[:, hidden] = 0
        seen = DenialRows(features, rows.is_denied, rows.category, rows.claim, rows.charge_cents, rows.claims)
        return BoostedTrees(fit_lines(seen, fitted, config.lines)).log_odds(features)

    return fit


RUNGS: Mapping[str, Rung] = {
    "rules alone": _rules,
    "logistic regression": _logistic,
    "boosting, fields alone": _boosted(finding_features.NAMES, rate_features.NAMES),
    "boosting, fields and findings": _boosted(rate_features.NAMES),
    "boosting, all": _boosted(),
}


def _row(name: str, labels: Mask, scores: Floats) -> str:
    found = measure(labels, scores)
    return f"| {name} | " + " | ".join(str(interval) for interval in found.values()) + " |"


if __name__ == "__main__":
    sys.stdout.write(compare_models(Home.from_environment(), DenialConfig.load()) + "\n")
