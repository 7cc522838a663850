"""Fits what a visit reports on the gold notes that are for training."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from data.gold import GoldCase
from models.coding.resolve import ResolvedCode
from models.coding.visit import VISIT_FEATURES, VisitRanker, describe_visit, prior_odds

Floats = npt.NDArray[np.float64]

# Rules make the combination out of hypertension and what it goes with (I.C.9.a, I.C.15.c): it was rightly found.
_MADE_FROM = {"I11": "I10", "I12": "I10", "I13": "I10", "O10": "I10", "O11": "I10"}
# The same of diabetes and its complications (I.A.15): the words that name it name it without them.
_DIABETES = ("E08", "E09", "E10", "E11", "E13")


@dataclass(frozen=True, slots=True)
class VisitConfig:
    """Booster settings; `folds` for the out-of-fold probabilities that the thresholds are chosen by."""

    folds: int = 5
    seed: int = 11
    rounds: int = 80
    leaves: int = 7
    rate: float = 0.05


@dataclass(frozen=True, slots=True)
class VisitRows:
    """Rows of *shape* (codes, len(VISIT_FEATURES)), and which are right; `missed` gold codes are in no row. Of
    all codes that were `found`, the rows that `kept` names are learned from."""

    found: Floats
    kept: list[int]
    labels: npt.NDArray[np.bool_]
    missed: int

    @property
    def features(self) -> Floats:
        """The rows that are learned from, in the order of the labels."""
        result: Floats = self.found[self.kept]
        return result


@dataclass(frozen=True, slots=True)
class FittedVisit:
    """`threshold` is the probability at which out-of-fold micro-F1 is highest; `probabilities` are out of fold,
    those of all codes that were found in each case."""

    ranker: VisitRanker
    threshold: float
    probabilities: list[Floats]


def fit_visit(resolved: Sequence[list[ResolvedCode]], cases: Sequence[GoldCase], config: VisitConfig) -> FittedVisit:
    """`resolved` as recognition reads each case without having learned from it."""
    notes = [collect_rows(codes, case) for codes, case in zip(resolved, cases, strict=True)]
    order = {name: at for at, name in enumerate(dict.fromkeys(case.encounter.encounter_id for case in cases))}
    fold = np.array([order[case.encounter.encounter_id] for case in cases]) % config.folds
    scored = [np.zeros(0)] * len(notes)
    for held in range(config.folds):
        trees = _fit_trees([note for note, at in zip(notes, fold, strict=True) if at != held], config)
        for at in np.flatnonzero(fold == held):
            scored[at] = _probabilities(trees, notes[at].found)
    probabilities = np.concatenate([found[note.kept] for found, note in zip(scored, notes, strict=True)])
    labels = np.concatenate([note.labels for note in notes])
    missed = sum(note.missed for note in notes)
    scales = np.maximum(np.nan_to_num(np.concatenate([note.features for note in notes])).std(axis=0), 1e-3)
    ranker = VisitRanker(_fit_trees(notes, config), np.zeros(len(VISIT_FEATURES)), scales)
    return FittedVisit(ranker, _best_threshold(probabilities, labels.astype(bool), missed), scored)


def collect_rows(resolved: Sequence[ResolvedCode], case: GoldCase) -> VisitRows:
    """Optional codes count neither way; an accepted alternative counts as right."""
    must, may = gold_codes(case)
    right = _find_right([one.found.code for one in resolved], must)
    kept = [i for i, one in enumerate(resolved) if one.found.code in right or one.found.code not in may]
    labels = np.array([resolved[i].found.code in right for i in kept], dtype=np.bool_)
    found = describe_visit(resolved) if resolved else np.zeros((0, len(VISIT_FEATURES)))
    return VisitRows(found, kept, labels, len(must) - int(labels.sum()))


def _probabilities(trees: lightgbm.Booster, rows: Floats) -> Floats:
    if not len(rows):
        return np.zeros(0)
    odds = prior_odds(rows) + np.asarray(trees.predict(rows, raw_score=True), dtype=np.float64)
    result: Floats = 1 / (1 + np.exp(-odds))
    return result


def _fit_trees(notes: Sequence[VisitRows], config: VisitConfig) -> lightgbm.Booster:
    features = np.concatenate([note.features for note in notes])
    labels = np.concatenate([note.labels for note in notes]).astype(np.float32)
    start = prior_odds(features)
    data = lightgbm.Dataset(features, labels, feature_name=list(VISIT_FEATURES), init_score=start)
    return lightgbm.train(_settings(config), data, num_boost_round=config.rounds)


def _settings(config: VisitConfig) -> dict[str, object]:
    return {
        "objective": "binary",
        "learning_rate": config.rate,
        "num_leaves": config.leaves,
        "boost_from_average": False,
        "min_data_in_leaf": 20,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "seed": config.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }


def _best_threshold(probabilities: Floats, labels: npt.NDArray[np.bool_], missed: int) -> float:
    order = np.argsort(-probabilities, kind="stable")
    right = np.cumsum(labels[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + labels.sum() + max(missed, 0))
    return float(probabilities[order[int(f1.argmax())]])


def _find_right(names: Sequence[str], must: frozenset[str]) -> set[str]:
    """The gold codes that were found; for one that was not, the best of its category, which rules may still refine."""
    missed = {code[:3] for code in must if code not in names}
    stand_ins = {category: next((n for n in names if n[:3] == category), "") for category in missed}
    made_from = {_MADE_FROM.get(code[:3], "") for code in must}
    return (set(must) | made_from).intersection(names) | set(stand_ins.values())


def named_codes(case: GoldCase) -> frozenset[str]:
    """Compact codes that the notes rightly name: those that are reported, and those that rules make these out of."""
    must, may = gold_codes(case)
    return frozenset(name for code in must | may for name in names_of(code))


def names_of(code: str) -> Iterator[str]:
    """A compact code that is reported, and those that rules make it out of."""
    yield code
    if code[:3] in _MADE_FROM:
        yield _MADE_FROM[code[:3]]
    if code[:3] in _DIABETES:
        yield f"{code[:3]}9"


def gold_codes(case: GoldCase) -> tuple[frozenset[str], frozenset[str]]:
    """Compact codes that must be reported, and those that may be: optional ones and alternatives."""
    must = {d.code.compact for d in case.labels.diagnoses if not d.is_optional}
    may = {d.code.compact for d in case.labels.diagnoses if d.is_optional}
    may |= {other.compact for d in case.labels.diagnoses for other in d.alternatives}
    return frozenset(must), frozenset(may - must)
