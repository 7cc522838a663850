"""How often what a visit is suggested is right, at each probability: after the guideline rules, on notes not learned
from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.codeset import CodeSet
from data.gold import GoldCase
from models.coding.document import read_note
from models.coding.policy import Policy
from models.coding.ranker import Calibration
from models.coding.resolve import ResolvedCode
from models.coding.select import select_diagnoses
from training.progress import track
from training.ranker_fit import fit_calibration
from training.visit_fit import Floats


@dataclass(frozen=True, slots=True)
class _Known:
    """Probabilities that were computed before, in the place of a ranker."""

    values: Floats

    def probabilities(self, resolved: Sequence[ResolvedCode]) -> Floats:
        del resolved
        return self.values


def fit_visit_calibration(
    resolved: Sequence[list[ResolvedCode]],
    probabilities: Sequence[Floats],
    cases: Sequence[GoldCase],
    code_set: CodeSet,
    policy: Policy,
) -> Calibration:
    """`probabilities` out of fold, those of the codes that were `resolved` in each case.

    Optional codes and accepted alternatives are right.
    """
    scores: list[float] = []
    labels: list[bool] = []
    for found, known, case in track(list(zip(resolved, probabilities, cases, strict=True)), "calibration"):
        documents = [read_note(note) for note in case.encounter.documents]
        profile = case.labels.profile
        answer = select_diagnoses(
            case.encounter, profile, documents, found, _Known(known), code_set, policy.of(profile)
        )
        accepted = {code.dotted for d in case.labels.diagnoses for code in (d.code, *d.alternatives)}
        scores += [entry.probability for entry in answer.entries]
        labels += [entry.code in accepted for entry in answer.entries]
    return fit_calibration(np.array(scores), np.array(labels, dtype=np.bool_))
