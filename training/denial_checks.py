"""The gate's checks of a denial challenger against the champion, on the same answered claims."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from training.denial_metrics import expected_calibration_error
from training.denial_trial import DenialTrial
from training.gate_limits import LIMITS, Limits
from training.paired_bootstrap import Difference, Floats, compare_statistic
from training.verdict import Check, Findings, Objection

_CONSTANT = 1e-3
_MIN_OF_EACH = 30


def check_denial(champion: DenialTrial, challenger: DenialTrial, check: Check, limits: Limits = LIMITS) -> Findings:
    """Everything that can be told from scores; nothing where there are too few claims of either outcome."""
    if not _is_enough(challenger.labels):
        return Findings()
    if not np.isfinite(challenger.scores).all():
        return _object(Check.COLLAPSE, "some of its probabilities are no numbers")
    found = _check_collapse(challenger) + _check_area(champion, challenger, check, limits)
    if check is Check.FROZEN_SET:
        found += _check_leak(challenger, limits)
    return (
        found
        + _check_calibration(champion, challenger, limits)
        + _check_segments(champion, challenger, limits)
        + _check_latency(champion, challenger, limits)
    )


def _check_collapse(trial: DenialTrial) -> Findings:
    if float(np.std(trial.scores)) < _CONSTANT:
        return _object(Check.COLLAPSE, "its probabilities are all the same")
    if (area := _area(trial.rows())) < 0.6:
        return _object(Check.COLLAPSE, f"AUROC {area:.3f} is hardly better than chance")
    return Findings()


def _check_leak(trial: DenialTrial, limits: Limits) -> Findings:
    area = _area(trial.rows())
    text = f"AUROC {area:.3f} is more than payers let predict: look for a leak"
    return _object(Check.LEAK, text) if area > limits.leak_auroc else Findings()


def _check_area(champion: DenialTrial, challenger: DenialTrial, check: Check, limits: Limits) -> Findings:
    difference = compare_statistic(champion.rows(), challenger.rows(), _area)
    measures = {
        f"{check.value}_champion_auroc": _area(champion.rows()),
        f"{check.value}_challenger_auroc": _area(challenger.rows()),
        f"{check.value}_difference": difference.value,
        f"{check.value}_cases": float(len(challenger.labels)),
    }
    loss = limits.frozen_loss if check is Check.FROZEN_SET else limits.newest_loss
    text = f"AUROC changes by {difference} on {len(challenger.labels)} claims (tolerance -{loss})"
    found = _object(check, text) if _is_worse(difference, loss) else Findings()
    return found + Findings(measures=measures)


def _is_worse(difference: Difference, loss: float) -> bool:
    return difference.value < -loss or (difference.high < 0 and difference.value < -loss / 2)


def _check_calibration(champion: DenialTrial, challenger: DenialTrial, limits: Limits) -> Findings:
    before, after = (expected_calibration_error(trial.labels, trial.scores) for trial in (champion, challenger))
    measures = {"champion_calibration_error": before, "challenger_calibration_error": after}
    text = f"the calibration error is {after:.4f}, the champion's {before:.4f} (tolerance {limits.calibration_loss})"
    is_worse = after > before + limits.calibration_loss
    return (_object(Check.CALIBRATION, text) if is_worse else Findings()) + Findings(measures=measures)


def _check_segments(champion: DenialTrial, challenger: DenialTrial, limits: Limits) -> Findings:
    found = Findings()
    for group in np.unique(challenger.groups):
        chosen = challenger.groups == group
        if _is_enough(challenger.labels[chosen]):
            difference = compare_statistic(champion.rows()[chosen], challenger.rows()[chosen], _area)
            if difference.value < -limits.segment_clear_loss and difference.high < 0:
                found += _object(Check.SEGMENT, f"{group}: AUROC changes by {difference}")
    return found


def _check_latency(champion: DenialTrial, challenger: DenialTrial, limits: Limits) -> Findings:
    pairs = [(a, b) for a, b in zip(champion.seconds, challenger.seconds, strict=True) if a > 0]
    ratio = float(np.median([after / before for before, after in pairs])) if pairs else 1.0
    text = f"it takes {ratio:.2f} times as long as the champion (at most {limits.slowdown})"
    found = _object(Check.LATENCY, text) if ratio > limits.slowdown else Findings()
    return found + Findings(measures={"slowdown": ratio})


def _area(rows: Floats) -> float:
    """AUROC by ranks (Mann and Whitney); NaN with one outcome alone."""
    labels = rows[:, 0] > 0
    positives = int(labels.sum())
    pairs = positives * (len(labels) - positives)
    above = rankdata(rows[:, 1])[labels].sum() - positives * (positives + 1) / 2
    return float(above / pairs) if pairs else float("nan")


def _is_enough(labels: NDArray[np.bool_]) -> bool:
    return min(int(labels.sum()), int((~labels).sum())) >= _MIN_OF_EACH


def _object(check: Check, text: str) -> Findings:
    return Findings(objections=(Objection(check=check, text=text),))
