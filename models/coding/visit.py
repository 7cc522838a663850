"""How probable it is that a recognised code is reported for this visit, not only mentioned in its notes.

A logistic model over the recogniser's log-odds and where and how the note speaks of the condition. Few weights on
purpose: it is learned from hundreds of notes, not from thousands.
"""

import json
from collections.abc import Iterable, Mapping
from enum import IntEnum, auto
from math import log, log1p
from pathlib import Path
from types import MappingProxyType
from typing import Self

import numpy as np
import numpy.typing as npt

from models.coding.candidates import Mention
from models.coding.features import CodeFeature
from models.coding.headers import SectionKind
from models.coding.ranker import EPSILON
from models.coding.recognize import RecognizedCode

VISIT_FILE = "visit.json"
Floats = npt.NDArray[np.float64]

_JUDGED = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.DIAGNOSIS,
        SectionKind.IMPRESSION,
        SectionKind.PLAN,
        SectionKind.HOSPITAL_COURSE,
    }
)
_REASON = frozenset({SectionKind.CHIEF_COMPLAINT, SectionKind.HPI, SectionKind.INDICATION})
_BACKGROUND = frozenset({SectionKind.HISTORY, SectionKind.PROBLEM_LIST, SectionKind.SURGICAL_HISTORY})
_OBSERVED = frozenset({SectionKind.EXAM, SectionKind.ROS, SectionKind.RESULTS, SectionKind.FINDINGS})


class VisitFeature(IntEnum):
    """Columns. Sections count when a mention in them is asserted plainly."""

    LOG_ODDS = 0
    IN_JUDGEMENT = auto()
    IN_REASON = auto()
    IN_BACKGROUND = auto()
    IN_OBSERVATIONS = auto()
    IN_UNTITLED = auto()
    IS_PLAIN = auto()  # some mention is asserted plainly
    SHARE_NEGATED = auto()
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


def describe_visit(found: RecognizedCode, judged_note: bool) -> list[float]:
    """One row. `judged_note`: the notes have an assessment, so that its absence from there says something."""
    F, C = VisitFeature, CodeFeature  # noqa: N806 - as in the tables that they index
    row = [0.0] * len(VisitFeature)
    clipped = min(max(found.probability, EPSILON), 1 - EPSILON)
    plain = [mention for mention in found.mentions if mention.assertion.is_plain]
    features = found.features
    row[F.LOG_ODDS] = log(clipped / (1 - clipped))
    row[F.IN_JUDGEMENT] = _is_in(plain, _JUDGED)
    row[F.IN_REASON] = _is_in(plain, _REASON)
    row[F.IN_BACKGROUND] = _is_in(plain, _BACKGROUND)
    row[F.IN_OBSERVATIONS] = _is_in(plain, _OBSERVED)
    row[F.IN_UNTITLED] = not judged_note and _is_in(plain, {SectionKind.OTHER})
    row[F.IS_PLAIN] = bool(plain)
    row[F.SHARE_NEGATED] = sum(m.assertion.is_negated for m in found.mentions) / len(found.mentions)
    row[F.IS_SYMPTOM] = found.code[0] == "R"
    row[F.IS_FACTOR] = found.code[0] == "Z"
    row[F.IS_EXTERNAL] = found.code[0] in "VWXY"
    row[F.IS_BILLABLE] = features[C.IS_BILLABLE]
    row[F.MENTIONS] = log1p(len(found.mentions))
    row[F.TERM_LENGTH] = min(features[C.TERM_LENGTH], 4)
    row[F.IS_LONGEST_TERM] = features[C.TERM_IS_LONGEST]
    row[F.VECTOR_COSINE] = features[C.VECTOR_COSINE]
    row[F.TITLE_IN_NOTE] = features[C.TITLE_IN_NOTE]
    row[F.OVERLAP_LOSS] = features[C.OVERLAP_LOSS]
    row[F.CATEGORY_LEAD] = features[C.SCORE] - features[C.CATEGORY_RIVAL]
    row[F.PLAIN_JUDGED_TERM] = row[F.IN_JUDGEMENT] * features[C.TERM_IS_LONGEST]
    return [float(value) for value in row]


def has_judgement(found: Iterable[RecognizedCode]) -> bool:
    return any(mention.sentence.section.kind in _JUDGED for code in found for mention in code.mentions)


class VisitRanker:
    """weights (len(VisitFeature),) over features scaled by `scales`, and an intercept.

    `offsets` are what a clinic's decisions say of single codes beyond that, in log-odds, by compact code.
    """

    def __init__(
        self, weights: Floats, scales: Floats, intercept: float, offsets: Mapping[str, float] = MappingProxyType({})
    ) -> None:
        self.weights, self.scales, self.intercept, self.offsets = weights, scales, intercept, dict(offsets)

    def probabilities(self, found: list[RecognizedCode]) -> Floats:
        """*Shape:* (codes,)."""
        if not found:
            return np.zeros(0)
        judged = has_judgement(found)
        rows = np.array([describe_visit(code, judged) for code in found])
        local = np.array([self.offsets.get(code.code, 0.0) for code in found])
        result: Floats = 1 / (1 + np.exp(-(self.log_odds(rows) + local)))
        return result

    def log_odds(self, rows: Floats) -> Floats:
        """Without the offsets. *Shapes:* rows (codes, len(VisitFeature)), result (codes,)."""
        result: Floats = rows / self.scales @ self.weights + self.intercept
        return result

    @classmethod
    def load(cls, folder: Path) -> Self:
        values = json.loads((folder / VISIT_FILE).read_text("utf8"))
        weights = [values["weights"][feature.name.lower()] for feature in VisitFeature]
        scales = [values["scales"][feature.name.lower()] for feature in VisitFeature]
        return cls(np.array(weights), np.array(scales), values["intercept"], values.get("offsets", {}))

    def save(self, folder: Path) -> None:
        names = [feature.name.lower() for feature in VisitFeature]
        values = {
            "weights": dict(zip(names, self.weights.tolist(), strict=True)),
            "scales": dict(zip(names, self.scales.tolist(), strict=True)),
            "intercept": self.intercept,
            "offsets": self.offsets,
        }
        (folder / VISIT_FILE).write_text(json.dumps(values, indent=2) + "\n", "utf8")


def _is_in(mentions: Iterable[Mention], kinds: Iterable[SectionKind]) -> bool:
    return any(mention.sentence.section.kind in kinds for mention in mentions)
