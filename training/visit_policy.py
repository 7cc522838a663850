"""From which score on a visit is suggested a code, and how often that is right: of whole answers, after the guideline
rules, on notes not learned from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.codeset import CodeSet
from data.gold import GoldCase
from data.notes import Profile
from models.coding.document import read_note
from models.coding.policy import Policy
from models.coding.resolve import ResolvedCode
from models.coding.select import select_diagnoses
from training.coding_policy import with_visits
from training.progress import track
from training.ranker_fit import fit_calibration
from training.visit_fit import Floats, gold_codes

# Rules take away more of what is wrong than of what is right: they see more than would be best without them.
_SHOWN = 0.7


@dataclass(frozen=True, slots=True)
class _Known:
    """Probabilities that were computed before, in the place of a ranker."""

    values: Floats

    def probabilities(self, resolved: Sequence[ResolvedCode]) -> Floats:
        del resolved
        return self.values


@dataclass(frozen=True, slots=True)
class _Scored:
    """Of every code in the answers its score, whether it is accepted, whether it is required, and whether it is
    optional; *shapes* (codes,). `wanted` codes are required in all."""

    scores: Floats
    accepted: npt.NDArray[np.bool_]
    required: npt.NDArray[np.bool_]
    optional: npt.NDArray[np.bool_]
    wanted: int


def fit_visit_policy(
    resolved: Sequence[list[ResolvedCode]],
    probabilities: Sequence[Floats],
    cases: Sequence[GoldCase],
    code_set: CodeSet,
    policy: Policy,
) -> Policy:
    """`policy` with the threshold at which micro-F1 is highest, and with calibrated probabilities.

    `probabilities` out of fold, those of the codes that were `resolved` in each case.
    """
    shown = with_visits(policy, _SHOWN * policy.of(Profile.OUTPATIENT).suggested)
    scored = _score(resolved, probabilities, cases, code_set, shown)
    calibration = fit_calibration(scored.scores, scored.accepted)
    return with_visits(policy, _best_threshold(scored), calibration)


def _score(
    resolved: Sequence[list[ResolvedCode]],
    probabilities: Sequence[Floats],
    cases: Sequence[GoldCase],
    code_set: CodeSet,
    policy: Policy,
) -> _Scored:
    rows: list[tuple[float, bool, bool, bool]] = []
    wanted = 0
    for found, known, case in track(list(zip(resolved, probabilities, cases, strict=True)), "answers"):
        documents = [read_note(note) for note in case.encounter.documents]
        profile = case.labels.profile
        answer = select_diagnoses(
            case.encounter, profile, documents, found, _Known(known), code_set, policy.of(profile)
        )
        must, may = gold_codes(case)
        wanted += len(must)
        for entry in answer.entries:
            code = entry.code.replace(".", "")
            rows.append((entry.probability, code in must or code in may, code in must, code in may))
    columns = list(zip(*rows, strict=True))
    flags = [np.array(column, dtype=np.bool_) for column in columns[1:]]
    return _Scored(np.array(columns[0]), flags[0], flags[1], flags[2], wanted)


def _best_threshold(scored: _Scored) -> float:
    """Codes that are optional, or accepted instead of others, count neither way."""
    counted = ~scored.optional
    scores, right = scored.scores[counted], scored.required[counted]
    order = np.argsort(-scores, kind="stable")
    f1 = 2 * np.cumsum(right[order]) / (np.arange(1, len(order) + 1) + scored.wanted)
    return float(scores[order[int(f1.argmax())]])
