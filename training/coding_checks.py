"""The gate's checks of a coding challenger against the champion, on answers to the same cases."""

from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from training.coding_metrics import expected_calibration_error
from training.coding_trial import Trial, count
from training.gate_limits import LIMITS, Limits
from training.paired_bootstrap import Floats, compare, pooled_f1
from training.verdict import Check, Findings, Objection


def check_f1(champion: Trial, challenger: Trial, check: Check, loss: float) -> Findings:
    """The estimate may not fall by more than `loss`, nor the whole interval lie below zero."""
    if not challenger:
        return Findings()
    difference = compare(count(champion), count(challenger))
    measures = {
        f"{check.value}_champion_f1": pooled_f1(count(champion)),
        f"{check.value}_challenger_f1": pooled_f1(count(challenger)),
        f"{check.value}_difference": difference.value,
        f"{check.value}_difference_low": difference.low,
        f"{check.value}_difference_high": difference.high,
        f"{check.value}_cases": float(len(challenger)),
    }
    text = f"micro-F1 changes by {difference} on {len(challenger)} cases (tolerance -{loss})"
    is_worse = difference.value < -loss or difference.high < 0
    return Findings(objections=(Objection(check=check, text=text),) if is_worse else (), measures=measures)


def check_segments(
    champion: Trial, challenger: Trial, chapter_of: Callable[[str], str], limits: Limits = LIMITS
) -> Findings:
    """Chapters of the code set, and the groups of the cases (specialty, setting, payer), where there is enough."""
    objections = []
    for name, before, after in _segments(champion, challenger, chapter_of):
        if max(before[:, 1].sum(), after[:, 1].sum()) < limits.segment_codes:
            continue
        difference = compare(before, after)
        is_clear = difference.value < -limits.segment_clear_loss and difference.high < 0
        if difference.value < -limits.segment_loss or is_clear:
            text = f"{name}: micro-F1 changes by {difference}"
            objections.append(Objection(check=Check.SEGMENT, text=text))
    return Findings(objections=tuple(objections))


def _segments(
    champion: Trial, challenger: Trial, chapter_of: Callable[[str], str]
) -> Iterator[tuple[str, Floats, Floats]]:
    """Each segment's name with the counts of both models in it."""
    chapters: dict[str, set[str]] = defaultdict(set)
    for answer in (*champion, *challenger):
        for code in answer.wanted | answer.given:
            chapters[chapter_of(code)].add(code)
    for chapter, codes in sorted(chapters.items()):
        yield f"chapter {chapter}", count(champion, codes.__contains__), count(challenger, codes.__contains__)
    for group in sorted({group for answer in challenger for group in answer.groups}):
        first, second = (count(_of_group(trial, group)) for trial in (champion, challenger))
        yield group, first, second


def _of_group(trial: Trial, group: str) -> Trial:
    return tuple(answer for answer in trial if group in answer.groups)


def check_calibration(champion: Trial, challenger: Trial, limits: Limits = LIMITS) -> Findings:
    before, after = _calibration_error(champion), _calibration_error(challenger)
    measures = {"champion_calibration_error": before, "challenger_calibration_error": after}
    if after <= min(before + limits.calibration_loss, limits.worst_calibration) or after <= before:
        return Findings(measures=measures)
    text = f"the calibration error is {after:.4f}, the champion's {before:.4f} (tolerance {limits.calibration_loss})"
    return Findings(objections=(Objection(check=Check.CALIBRATION, text=text),), measures=measures)


def _calibration_error(trial: Trial) -> float:
    shown = np.array([pair for answer in trial for pair in answer.shown], dtype=np.float64).reshape(-1, 2)
    return expected_calibration_error(shown[:, 0], shown[:, 1])


def check_traps(champion: Trial, challenger: Trial, limits: Limits = LIMITS) -> Findings:
    before, after = _trap_share(champion), _trap_share(challenger)
    measures = {"champion_traps_suggested": before, "challenger_traps_suggested": after}
    if after <= before + limits.traps_more:
        return Findings(measures=measures)
    text = f"it suggests {after:.1%} of the traps, the champion {before:.1%} (tolerance {limits.traps_more:.0%})"
    return Findings(objections=(Objection(check=Check.TRAPS, text=text),), measures=measures)


def _trap_share(trial: Trial) -> float:
    return sum(answer.traps_suggested for answer in trial) / max(sum(answer.traps for answer in trial), 1)


def check_latency(champion: Trial, challenger: Trial, limits: Limits = LIMITS) -> Findings:
    """The median over cases of how many times longer the challenger took for the same one."""
    pairs = [(a.seconds, b.seconds) for a, b in zip(champion, challenger, strict=True) if a.seconds > 0]
    ratio = float(np.median([after / before for before, after in pairs])) if pairs else 1.0
    measures = {"slowdown": ratio}
    if ratio <= limits.slowdown:
        return Findings(measures=measures)
    text = f"it takes {ratio:.2f} times as long as the champion (at most {limits.slowdown})"
    return Findings(objections=(Objection(check=Check.LATENCY, text=text),), measures=measures)
