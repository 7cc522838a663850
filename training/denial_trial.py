"""What a denial model answers on claims whose outcome is known, as the gate compares it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.claims import Claim
from data.reviews import Edit
from training.denial_labels import LabelledClaim

Clock = Callable[[], float]
Score = Callable[[Sequence[Claim], Sequence[Sequence[Edit]]], NDArray[np.float64]]
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class DenialTrial:
    """*Shapes:* labels, scores, groups (claims,); `seconds` per chunk of claims."""

    labels: NDArray[np.bool_]
    scores: NDArray[np.float64]
    groups: NDArray[np.str_]
    seconds: tuple[float, ...] = ()

    def rows(self) -> NDArray[np.float64]:
        """*Shape:* (claims, 2): label, score."""
        return np.column_stack([self.labels.astype(np.float64), self.scores])


def run_denial_trials(
    champion: Score,
    challenger: Score,
    labelled: Sequence[LabelledClaim],
    check: Callable[[Claim], Sequence[Edit]],
    clock: Clock = time.perf_counter,
) -> tuple[DenialTrial, DenialTrial]:
    """Both models by turns on chunks of claims, so that a busy machine slows both."""
    claims = [one.claim for one in labelled]
    edits = [check(claim) for claim in claims]
    models = (champion, challenger)
    scores: list[list[NDArray[np.float64]]] = [[], []]
    seconds: list[list[float]] = [[], []]
    for start in range(0, len(claims), _CHUNK):
        for turn in (0, 1) if start // _CHUNK % 2 else (1, 0):
            begin = clock()
            part = slice(start, start + _CHUNK)
            scores[turn].append(models[turn](claims[part], edits[part]))
            seconds[turn].append(clock() - begin)
    labels = np.array([one.is_denied for one in labelled], dtype=bool)
    groups = np.array([f"payer {claim.payer.kind.value}" for claim in claims], dtype=np.str_)
    first, second = (
        DenialTrial(labels, np.concatenate([np.zeros(0), *scores[turn]]), groups, tuple(seconds[turn]))
        for turn in (0, 1)
    )
    return first, second
