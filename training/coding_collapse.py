"""Whether a coding challenger has collapsed, or is too good to be true."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from training.coding_trial import Trial, count
from training.gate_limits import LIMITS, Limits
from training.paired_bootstrap import pooled_f1
from training.verdict import Check, Findings, Objection

_CONSTANT = 1e-3


def check_collapse(champion: Trial, challenger: Trial, limits: Limits = LIMITS) -> Findings:
    """A model that says nothing, the same to everybody, anything at all, or that is always equally sure."""
    objections = [Objection(check=Check.COLLAPSE, text=text) for text in _collapses(champion, challenger, limits)]
    return Findings(objections=tuple(objections))


def _collapses(champion: Trial, challenger: Trial, limits: Limits) -> Iterator[str]:
    answered = [answer for answer, before in zip(challenger, champion, strict=True) if before.given]
    silent = float(np.mean([not answer.given for answer in answered])) if answered else 0.0
    if silent > limits.silent_share:
        yield f"it suggests nothing on {silent:.0%} of the notes on which the champion does"
    most = Counter(code for answer in challenger for code in answer.given).most_common(1)
    usual = Counter(code for answer in champion for code in answer.given)
    if most and most[0][1] > max(limits.one_code_share * len(challenger), 2 * usual[most[0][0]]):
        yield f"it suggests {most[0][0]} on {most[0][1] / len(challenger):.0%} of the notes"
    if sum(len(a.given) for a in challenger) > limits.flood * max(sum(len(a.given) for a in champion), 1):
        yield "it suggests more than twice as many codes as the champion"
    shown = [probability for answer in challenger for probability, _ in answer.shown]
    if len(shown) > 1 and float(np.std(shown)) < _CONSTANT:
        yield "its probabilities are all the same"


def check_leak(champion: Trial, challenger: Trial, limits: Limits = LIMITS) -> Findings:
    """Too good to be true on the frozen set: it has probably seen the answers."""
    before, after = pooled_f1(count(champion)), pooled_f1(count(challenger))
    if after <= limits.leak_f1 and after - before <= limits.leak_gain:
        return Findings()
    text = f"micro-F1 {after:.3f} on the frozen set, the champion's {before:.3f}, is too good: look for a leak"
    return Findings(objections=(Objection(check=Check.LEAK, text=text),))
