"""From mentions to codes: one row of features per code of an encounter. Pure numpy, linear in the mentions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.coding.candidates import MentionTable
from models.coding.features import CodeFeature, Matrix, MentionFeature

C, M = CodeFeature, MentionFeature
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_HIGHEST = {
    C.PHRASE_PRECISION: M.PHRASE_PRECISION,
    C.PHRASE_SUPPORT: M.PHRASE_SUPPORT,
    C.PHRASE_COUNT: M.PHRASE_COUNT,
    C.PHRASE_LENGTH: M.PHRASE_LENGTH,
    C.PHRASE_DOCUMENT_PRECISION: M.PHRASE_DOCUMENT_PRECISION,
    C.TERM_LENGTH: M.TERM_LENGTH,
    C.TERM_IS_LONGEST: M.TERM_IS_LONGEST,
    C.VECTOR_COSINE: M.VECTOR_COSINE,
    C.TITLE_IN_SENTENCE: M.TITLE_IN_SENTENCE,
    C.TITLE_IN_NOTE: M.TITLE_IN_NOTE,
    C.PRIOR: M.PRIOR,
    C.CODE_LENGTH: M.CODE_LENGTH,
    C.IS_BILLABLE: M.IS_BILLABLE,
}
_AVERAGE = {
    C.SHARE_NEGATED: M.IS_NEGATED,
    C.SHARE_HISTORICAL: M.IS_HISTORICAL,
    C.SHARE_FAMILY: M.IS_FAMILY,
    C.SHARE_UNCERTAIN: M.IS_UNCERTAIN,
}


@dataclass(frozen=True, slots=True)
class CodeTable:
    """codes (n), features of *shape* (n, len(CodeFeature)); `mentions[i]` are rows of the mention table, best first."""

    codes: list[str]
    features: Matrix
    mentions: list[Indices]


def build_code_table(table: MentionTable, scores: Floats) -> CodeTable:
    """`scores` are the mention ranker's, one a mention."""
    names = np.array([mention.code for mention in table.mentions], dtype="U7")
    if not len(names):
        return CodeTable([], np.zeros((0, len(CodeFeature)), dtype=np.float32), [])
    order = np.lexsort((-scores, names))
    codes, starts = np.unique(names[order], return_index=True)
    features = np.zeros((len(codes), len(CodeFeature)), dtype=np.float64)
    _summarize(features, table.features[order].astype(np.float64), scores[order], starts)
    _compare_places(features, table, scores, order, starts)
    _compare_codes(features, codes)
    features[:, C.SENTENCES] = 1 + max(mention.sentence_index for mention in table.mentions)
    return CodeTable(codes.tolist(), features.astype(np.float32), np.split(order, starts[1:]))


def _summarize(features: Floats, rows: Floats, scores: Floats, starts: Indices) -> None:
    """`rows` and `scores` are sorted by code, best first within a code."""
    counts = np.diff(np.append(starts, len(scores)))
    features[:, C.MENTIONS] = counts
    features[:, C.SCORE] = scores[starts]
    has_second = counts > 1
    features[has_second, C.SECOND_SCORE] = scores[starts[has_second] + 1]
    features[:, C.MEAN_SCORE] = np.add.reduceat(scores, starts) / counts
    features[:, C.NOISY_OR] = 1 - np.exp(np.add.reduceat(np.log1p(-np.minimum(scores, 0.999)), starts))
    for target, source in _HIGHEST.items():
        features[:, target] = np.maximum.reduceat(rows[:, source], starts)
    for target, source in _AVERAGE.items():
        features[:, target] = np.add.reduceat(rows[:, source], starts) / counts
    features[:, C.FIRST_POSITION] = np.minimum.reduceat(rows[:, M.POSITION], starts)


def _compare_places(features: Floats, table: MentionTable, scores: Floats, order: Indices, starts: Indices) -> None:
    """How a code's mentions stand against other codes of the same sentence and the same words."""
    keys = [(m.document_id, m.sentence_index) for m in table.mentions]
    sentence = _number(keys)
    place = _number([(m.document_id, m.span.start) for m in table.mentions])
    by_score = np.lexsort((-scores, sentence))
    first_of = np.maximum.accumulate(np.where(_is_first(sentence[by_score]), np.arange(len(scores)), 0))
    ranks = np.empty(len(scores))
    ranks[by_score] = np.arange(len(scores)) - first_of + 1
    best = np.zeros(place.max() + 1)
    np.maximum.at(best, place, scores)
    features[:, C.BEST_SENTENCE_RANK] = np.minimum.reduceat(ranks[order], starts)
    features[:, C.OVERLAP_LOSS] = np.minimum.reduceat((best[place] - scores)[order], starts)


def _compare_codes(features: Floats, codes: npt.NDArray[np.str_]) -> None:
    scores = features[:, C.SCORE]
    features[:, C.RANK] = np.argsort(np.argsort(-scores, kind="stable")) + 1
    features[:, C.TOTAL_SCORE] = scores.sum()
    features[:, C.CHAPTER] = [ord(code[0]) for code in codes]
    _, category = np.unique(codes.astype("U3"), return_inverse=True)
    order = np.lexsort((-scores, category))
    is_first = _is_first(category[order])
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
    counts = np.bincount(category)
    best = np.zeros(len(counts))
    second = np.zeros(len(counts))
    best[category[order[rank == 0]]] = scores[order[rank == 0]]
    second[category[order[rank == 1]]] = scores[order[rank == 1]]
    features[order, C.CATEGORY_RANK] = rank + 1
    features[:, C.CATEGORY_SCORE] = best[category]
    features[:, C.CATEGORY_CODES] = counts[category]
    features[:, C.CATEGORY_RIVAL] = np.where(features[:, C.CATEGORY_RANK] == 1, second[category], best[category])


def _number(keys: list[tuple[str, int]]) -> Indices:
    known: dict[tuple[str, int], int] = {}
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.intp)


def _is_first(sorted_values: Indices) -> npt.NDArray[np.bool_]:
    return np.append(True, sorted_values[1:] != sorted_values[:-1])
