"""The gate's tolerances, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a challenger may fall behind; shares and F1 are between 0 and 1.

    A segment is judged from `segment_codes` wanted and given codes on, and may lose `segment_clear_loss` only where
    chance could explain it. `leak_f1` is more than people agree among themselves, `leak_gain` more than decisions
    teach at once; `leak_auroc` is beyond what payers let predict. `growth` is of the bytes of the artefact.
    """

    frozen_loss: float = 0.01
    newest_loss: float = 0.02
    segment_loss: float = 0.10
    segment_clear_loss: float = 0.05
    segment_codes: int = 60
    calibration_loss: float = 0.03
    worst_calibration: float = 0.20
    traps_more: float = 0.03
    slowdown: float = 1.25
    growth: float = 1.5
    leak_f1: float = 0.90
    leak_gain: float = 0.25
    leak_auroc: float = 0.90
    silent_share: float = 0.5
    one_code_share: float = 0.5
    flood: float = 2.0


LIMITS = Limits()
