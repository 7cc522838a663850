"""The code table, compared with the same features computed one by one."""

from dataclasses import replace
from math import isclose, prod

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.notes import Span
from models.coding.assertion import Assertion
from models.coding.candidates import Mention, MentionTable
from models.coding.code_table import build_code_table
from models.coding.document import Sentence
from models.coding.features import CodeFeature as C
from models.coding.features import MentionFeature as M
from models.coding.sections import find_sections

TEXT = "x" * 100
SENTENCE = Sentence(TEXT, Span(start=0, end=100), find_sections(TEXT)[0])
CODES = ["E119", "E1122", "I10", "N183", "N1831"]
mention_values = st.tuples(st.sampled_from(CODES), st.integers(0, 3), st.integers(0, 4), st.floats(0, 0.99))


def make(values: list[tuple[str, int, int, float]]) -> tuple[MentionTable, np.ndarray]:
    unique = {(code, sentence): (start, score) for code, sentence, start, score in values}
    mentions = [
        Mention(code, "d", sentence, Span(start=start, end=start + 3), SENTENCE, Assertion())
        for (code, sentence), (start, _) in unique.items()
    ]
    features = np.random.default_rng(len(values)).random((len(mentions), len(M))).astype(np.float32)
    return MentionTable(mentions, features), np.array([score for _, score in unique.values()])


@settings(max_examples=60)
@given(st.lists(mention_values, min_size=1, max_size=25))
def test_as_computed_one_by_one(values: list[tuple[str, int, int, float]]) -> None:
    table, scores = make(values)
    codes = build_code_table(table, scores)
    assert codes.codes == sorted({mention.code for mention in table.mentions})
    best = {code: max(s for m, s in zip(table.mentions, scores, strict=True) if m.code == code) for code in codes.codes}
    for row, code in enumerate(codes.codes):
        own = [i for i, mention in enumerate(table.mentions) if mention.code == code]
        feature = codes.features[row]
        ranked = sorted((scores[i] for i in own), reverse=True)
        assert isclose(feature[C.SCORE], ranked[0], abs_tol=1e-6)
        assert isclose(feature[C.SECOND_SCORE], ranked[1] if len(own) > 1 else 0.0, abs_tol=1e-6)
        assert isclose(feature[C.NOISY_OR], 1 - prod(1 - score for score in ranked), abs_tol=1e-5)
        assert feature[C.MENTIONS] == len(own)
        assert isclose(feature[C.SHARE_NEGATED], np.mean([table.features[i, M.IS_NEGATED] for i in own]), abs_tol=1e-5)
        assert isclose(feature[C.FIRST_POSITION], min(table.features[i, M.POSITION] for i in own), abs_tol=1e-6)
        others = [score for other, score in best.items() if other != code and other[:3] == code[:3]]
        assert isclose(feature[C.CATEGORY_RIVAL], max(others, default=0.0), abs_tol=1e-6)
        assert feature[C.CATEGORY_CODES] == len(others) + 1
        assert isclose(feature[C.OVERLAP_LOSS], min(_loss(i, table, scores) for i in own), abs_tol=1e-6)
        assert set(codes.mentions[row].tolist()) == set(own)
        assert isclose(scores[codes.mentions[row][0]], ranked[0])


def _loss(row: int, table: MentionTable, scores: np.ndarray) -> float:
    start = table.mentions[row].span.start
    return max(s for m, s in zip(table.mentions, scores, strict=True) if m.span.start == start) - scores[row]


def test_the_order_of_mentions_does_not_matter() -> None:
    table, scores = make([("E119", 0, 1, 0.5), ("I10", 0, 1, 0.7), ("E119", 1, 2, 0.9), ("E1122", 2, 0, 0.1)])
    order = np.array([3, 1, 0, 2])
    turned = replace(table, mentions=[table.mentions[i] for i in order], features=table.features[order])
    assert np.allclose(build_code_table(turned, scores[order]).features, build_code_table(table, scores).features)


def test_no_mentions_no_codes() -> None:
    table = MentionTable([], np.zeros((0, len(M)), dtype=np.float32))
    assert build_code_table(table, np.zeros(0)).codes == []
