"""How probable it is that a recognised code is reported for this visit, not only mentioned in its notes.

Boosted trees over the recogniser's odds, over where and how the note speaks of the condition, and over what the note
says of its details; with linear weights on top, by which a clinic's own decisions move them.
"""

import json
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from enum import IntEnum, auto
from math import log, log1p, nan
from pathlib import Path
from types import MappingProxyType
from typing import Self

import lightgbm
import numpy as np
import numpy.typing as npt

from models.artifacts import ArtefactError
from models.coding.features import CODE_FEATURES, CodeFeature
from models.coding.headers import BACKGROUND, JUDGED, OBSERVED, REASON, SectionKind
from models.coding.own_words import OwnWords
from models.coding.ranker import EPSILON, check_features
from models.coding.resolve import ResolvedCode

VISIT_FILE = "visit.json"
TREES_FILE = "visit_trees.txt"
Floats = npt.NDArray[np.float64]


class VisitFeature(IntEnum):
    """Columns, before those of the code table. Those of a section hold the best score of the mentions in it that are
    asserted plainly; what is not known is NaN."""

    LOG_ODDS = 0
    IN_JUDGEMENT = auto()
    IN_REASON = auto()
    IN_BACKGROUND = auto()
    IN_OBSERVATIONS = auto()
    IN_UNTITLED = auto()
    PLAIN = auto()  # best score of a mention that is asserted plainly
    SHARE_NEGATED = auto()  # of the scores of all mentions
    IS_SYMPTOM = auto()
    IS_FACTOR = auto()  # chapter 21, Z codes
    IS_EXTERNAL = auto()  # chapter 20, V to Y
    IS_BILLABLE = auto()
    MENTIONS = auto()
    TERM_LENGTH = auto()
    IS_LONGEST_TERM = auto()
    VECTOR_COSINE = auto()
    TITLE_IN_NOTE = auto()
    OVERLAP_LOSS = auto()
    CATEGORY_LEAD = auto()  # score over the best other code of the category
    PLAIN_JUDGED_TERM = auto()  # an exact term in the assessment
    CATEGORY_LOG_ODDS = auto()  # that any code of the category is spoken of
    BEHIND_CATEGORY = auto()  # log-odds short of the likeliest code of the category
    STATED = auto()  # see Detail
    UNSTATED = auto()
    EXCLUDED = auto()
    DETAIL_LEAD = auto()
    NOTE_FIT = auto()
    PLACE_SCORE = auto()
    IS_DERIVED = auto()
    LAST_POSITION = auto()  # of a clear mention's sentence in its note, 0 to 1: assessments come late
    STARTS_LINE = auto()  # best score of a plain mention that begins its sentence, as the items of an assessment do
    IS_MANAGED = auto()
    FEWEST_WORDS = auto()  # of a clear mention's sentence, logarithm
    ADDRESSED = auto()  # best score of a plain mention whose sentence says how it goes or what is done
    HAS_JUDGEMENT = auto()  # the notes have an assessment: its absence from there says something


VISIT_FEATURES = (*(feature.name.lower() for feature in VisitFeature), *(f"code_{name}" for name in CODE_FEATURES))
F, C = VisitFeature, CodeFeature
_JUDGEMENTS = JUDGED - {SectionKind.PLAN}
_DERIVED_LESS, _LEAST_ODDS = 2.0, -6.0
# A mention is clear when it scores no less than this share of the best one.
_CLEAR_SHARE = 0.5


def describe_visit(resolved: Sequence[ResolvedCode]) -> Floats:
    """*Shape:* (codes, len(VISIT_FEATURES)), of all codes of an encounter."""
    judged = any(m.sentence.section.kind in _JUDGEMENTS for one in resolved for m in one.found.mentions)
    odds: dict[str, list[float]] = defaultdict(list)
    for one in resolved:
        odds[one.found.code[:3]].append(one.found.probability)
    last = max((m.sentence_index for one in resolved for m in one.found.mentions), default=0) or 1
    rows = np.zeros((len(resolved), len(VISIT_FEATURES)))
    for row, one in zip(rows, resolved, strict=True):
        _describe_mentions(row, one, last)
        row[F.HAS_JUDGEMENT] = judged
        _describe_code(row, one)
        _describe_category(row, one, odds[one.found.code[:3]])
        row[len(VisitFeature) :] = one.found.features
    return rows


def _describe_mentions(row: Floats, one: ResolvedCode, last: int) -> None:
    """`last` sentence that anything was found in."""
    scored = list(zip(one.found.mentions, one.found.scores, strict=True))
    plain = [(mention, score) for mention, score in scored if mention.assertion.is_plain]
    best: dict[SectionKind, float] = {}
    for mention, score in plain:
        kind = mention.sentence.section.kind
        best[kind] = max(score, best.get(kind, score))
    row[F.IN_JUDGEMENT] = _best_in(best, JUDGED)
    row[F.IN_REASON] = _best_in(best, REASON)
    row[F.IN_BACKGROUND] = _best_in(best, BACKGROUND)
    row[F.IN_OBSERVATIONS] = _best_in(best, OBSERVED)
    row[F.IN_UNTITLED] = best.get(SectionKind.OTHER, 0.0)
    row[F.ADDRESSED] = max((score for mention, score in plain if mention.sentence.says_addressed), default=0)
    row[F.PLAIN] = max((score for _, score in plain), default=0)
    row[F.SHARE_NEGATED] = sum(s for m, s in scored if m.assertion.is_negated) / max(sum(one.found.scores), EPSILON)
    row[F.MENTIONS] = log1p(len(scored))
    row[F.STARTS_LINE] = max((score for mention, score in plain if mention.starts_line), default=0)
    clear = [mention for mention, score in plain if score >= _CLEAR_SHARE * row[F.PLAIN]]
    row[F.LAST_POSITION] = max((mention.sentence_index for mention in clear), default=0) / last
    row[F.IS_MANAGED] = any(mention.assertion.is_managed for mention in clear)
    row[F.FEWEST_WORDS] = log1p(min((mention.sentence.quote.count(" ") for mention in clear), default=0))


def _describe_code(row: Floats, one: ResolvedCode) -> None:
    code, features = one.found.code, one.found.features
    row[F.LOG_ODDS] = _log_odds(one.found.probability)
    row[F.IS_SYMPTOM] = code[0] == "R"
    row[F.IS_FACTOR] = code[0] == "Z"
    row[F.IS_EXTERNAL] = code[0] in "VWXY"
    row[F.IS_BILLABLE] = one.is_derived or features[C.IS_BILLABLE]
    row[F.TERM_LENGTH] = min(features[C.TERM_LENGTH], 4)
    row[F.IS_LONGEST_TERM] = features[C.TERM_IS_LONGEST]
    row[F.VECTOR_COSINE] = features[C.VECTOR_COSINE]
    row[F.TITLE_IN_NOTE] = features[C.TITLE_IN_NOTE]
    row[F.OVERLAP_LOSS] = features[C.OVERLAP_LOSS]
    row[F.PLAIN_JUDGED_TERM] = row[F.IN_JUDGEMENT] * features[C.TERM_IS_LONGEST]


def _describe_category(row: Floats, one: ResolvedCode, probabilities: Sequence[float]) -> None:
    features, detail = one.found.features, one.detail
    row[F.CATEGORY_LEAD] = features[C.SCORE] - features[C.CATEGORY_RIVAL]
    row[F.CATEGORY_LOG_ODDS] = _log_odds(1 - float(np.prod(1 - np.array(probabilities))))
    row[F.BEHIND_CATEGORY] = _log_odds(max(probabilities)) - row[F.LOG_ODDS]
    row[F.STATED : F.IS_DERIVED] = nan
    if detail is not None:
        values = (detail.stated, detail.unstated, detail.excluded, detail.lead, detail.note_fit, detail.score)
        row[F.STATED : F.IS_DERIVED] = values
    row[F.IS_DERIVED] = one.is_derived


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, EPSILON), 1 - EPSILON)
    return log(clipped / (1 - clipped))


class VisitRanker:
    """Trees, and over them linear weights (len(VISIT_FEATURES),) of features scaled by `scales`, and an intercept.

    What a clinic's decisions say beyond that, by compact code: of the code in its `own_words`, and else in `offsets`,
    in log-odds.
    """

    def __init__(
        self,
        trees: lightgbm.Booster,
        weights: Floats,
        scales: Floats,
        intercept: float = 0.0,
        offsets: Mapping[str, float] = MappingProxyType({}),
        own_words: Mapping[str, OwnWords] = MappingProxyType({}),
    ) -> None:
        check_features(trees, VISIT_FEATURES)
        self.trees, self.weights, self.scales = trees, weights, scales
        self.intercept, self.offsets, self.own_words = intercept, dict(offsets), dict(own_words)

    def probabilities(self, resolved: Sequence[ResolvedCode]) -> Floats:
        """*Shape:* (codes,)."""
        if not resolved:
            return np.zeros(0)
        local = np.array([self._find_shift(one) for one in resolved])
        result: Floats = 1 / (1 + np.exp(-(self.log_odds(describe_visit(resolved)) + local)))
        return result

    def _find_shift(self, one: ResolvedCode) -> float:
        own = self.own_words.get(one.found.code)
        is_own = own is not None and own.is_in(one.found.mentions)
        return own.shift if own and is_own else self.offsets.get(one.found.code, 0.0)

    def log_odds(self, rows: Floats) -> Floats:
        """Without what a clinic says of single codes. *Shapes:* rows (codes, len(VISIT_FEATURES)), result (codes,)."""
        result: Floats = self.tree_odds(rows) + self.scaled(rows) @ self.weights + self.intercept
        return result

    def tree_odds(self, rows: Floats) -> Floats:
        """What the trees say, without the weights."""
        return prior_odds(rows) + np.asarray(self.trees.predict(rows, raw_score=True, num_threads=1), dtype=np.float64)

    def scaled(self, rows: Floats) -> Floats:
        """What the weights see."""
        result: Floats = np.nan_to_num(rows) / self.scales
        return result

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Raises ArtefactError when the folder is of a version that ranked visits otherwise."""
        values = json.loads((folder / VISIT_FILE).read_text("utf8"))
        if not (folder / TREES_FILE).exists() or set(values["scales"]) != set(VISIT_FEATURES):
            raise ArtefactError("the model ranks visits by other features than this version; train it again")
        return cls(
            lightgbm.Booster(model_file=str(folder / TREES_FILE)),
            np.array([values["weights"].get(name, 0.0) for name in VISIT_FEATURES]),
            np.array([values["scales"][name] for name in VISIT_FEATURES]),
            values["intercept"],
            values["offsets"],
            {code: OwnWords.read(own) for code, own in values.get("own_words", {}).items()},
        )

    def save(self, folder: Path) -> None:
        self.trees.save_model(str(folder / TREES_FILE))
        weights = dict(zip(VISIT_FEATURES, self.weights.tolist(), strict=True))
        values = {
            "weights": {name: weight for name, weight in weights.items() if weight},
            "scales": dict(zip(VISIT_FEATURES, self.scales.tolist(), strict=True)),
            "intercept": self.intercept,
            "offsets": self.offsets,
            "own_words": {code: own.write() for code, own in self.own_words.items()},
        }
        (folder / VISIT_FILE).write_text(json.dumps(values, indent=2) + "\n", "utf8")


def prior_odds(rows: Floats) -> Floats:
    """What the trees start from: the recogniser's log-odds; of a derived code, some less than its category's."""
    derived = rows[:, F.CATEGORY_LOG_ODDS] - _DERIVED_LESS
    chosen: Floats = np.maximum(np.where(rows[:, F.IS_DERIVED] > 0, derived, rows[:, F.LOG_ODDS]), _LEAST_ODDS)
    return chosen


def _best_in(best: Mapping[SectionKind, float], kinds: Container[SectionKind]) -> float:
    return max((score for kind, score in best.items() if kind in kinds), default=0.0)
