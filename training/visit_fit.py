"""Fits what a visit reports on the gold notes that are for training."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from data.gold import GoldCase
from models.coding.document import read_note
from models.coding.recognize import RecognizedCode, Recognizer
from models.coding.visit import VisitRanker, describe_visit, has_judgement

FLOOR = 0.003


def recognize_case(recognizer: Recognizer, case: GoldCase) -> list[RecognizedCode]:
    return recognizer.recognize([read_note(note) for note in case.encounter.documents], floor=FLOOR)


def fit_visit(recognizer: Recognizer, cases: Sequence[GoldCase], *, strength: float = 0.3) -> VisitRanker:
    """Optional codes count neither way; an accepted alternative counts as right."""
    rows: list[list[float]] = []
    labels: list[bool] = []
    for case in cases:
        found = recognize_case(recognizer, case)
        judged = has_judgement(found)
        must, may = gold_codes(case)
        right = _find_right(found, must)
        for code in found:
            if code.code not in may:
                rows.append(describe_visit(code, judged))
                labels.append(code.code in right)
    features = np.array(rows)
    scales = np.maximum(features.std(axis=0), 1e-3)
    model = LogisticRegression(C=strength, max_iter=3000).fit(features / scales, labels)
    return VisitRanker(model.coef_[0].astype(np.float64), scales, float(model.intercept_[0]))


def _find_right(found: Sequence[RecognizedCode], must: frozenset[str]) -> set[str]:
    """The gold codes that were found; for one that was not, the best of its category, which rules may still refine."""
    names = [code.code for code in found]
    missed = {code[:3] for code in must if code not in names}
    stand_ins = {category: next((n for n in names if n[:3] == category), "") for category in missed}
    return set(must).intersection(names) | set(stand_ins.values())


def gold_codes(case: GoldCase) -> tuple[frozenset[str], frozenset[str]]:
    """Compact codes that must be reported, and those that may be: optional ones and alternatives."""
    must = {d.code.compact for d in case.labels.diagnoses if not d.is_optional}
    may = {d.code.compact for d in case.labels.diagnoses if d.is_optional}
    may |= {other.compact for d in case.labels.diagnoses for other in d.alternatives}
    return frozenset(must), frozenset(may - must)
