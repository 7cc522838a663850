"""What is held out, and how answers are counted."""

import numpy as np
import pytest

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from training.encoder_evaluation import TermIndex, measure_recall
from training.encoder_queries import Queries, Query, ask_held_terms
from training.encoder_terms import EncoderTerms, HeldKind, HeldTerm, draw
from training.vector_cache import VectorCache

INDEXED = {
    "I10": ("essential primary hypertension", "high blood pressure"),
    "I219": ("acute myocardial infarction unspecified", "cardiac infarction"),
    "S72001": ("fracture of unspecified part of neck of right femur",),
}


class LetterEncoder:
    """Counts of letters: texts with the same letters are near."""

    size = 26

    def encode(self, texts):
        counts = np.array([[text.count(chr(97 + letter)) for letter in range(26)] for text in texts], dtype=np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


def held(text, *codes):
    return HeldTerm(text, frozenset(codes), HeldKind.INCLUSION)


@pytest.mark.parametrize(
    ("term", "groups"),
    [
        (held("blood pressure that is high", "I10"), {"inclusion terms"}),  # the same words in another order
        (held("raised arterial tension", "I10"), {"inclusion terms", "inclusion terms, no near-duplicate"}),
        (held("high blood pressure", "I219"), {"inclusion terms", "inclusion terms, no near-duplicate"}),
        (held("broken hip", "S72001A"), {"inclusion terms", "inclusion terms, no near-duplicate"}),
        (held("heart attack", "I21"), set()),  # a category is no answer
        (held("nothing", "X0000"), set()),
    ],
)
def test_near_duplicates_of_the_same_code_are_told_apart(library: CodeLibrary, term, groups):
    code_set = library.latest(CodeSystem.ICD10CM)
    assert set(ask_held_terms(EncoderTerms({}, INDEXED, [term]), code_set).groups) == groups


def test_recall_counts_a_right_code_among_the_first(tmp_path):
    cache = VectorCache(tmp_path, LetterEncoder(), "letters")
    index = TermIndex(EncoderTerms({}, INDEXED, []), cache)
    right = Query(("high blood pressure",), {"I10"}, None)
    wrong = Query(("high blood pressure",), {"S72001"}, None)
    elsewhere = Query(("zzz", "cardiac infarction"), {"I219"}, None)
    barred = Query(("high blood pressure",), {"I10"}, frozenset({"I219"}))
    groups = {"both": [right, wrong], "second text": [elsewhere], "not among": [barred]}
    expected = {"both": 0.5, "second text": 1.0, "not among": 0.0}
    assert measure_recall(Queries(groups), index, cache, limit=1) == expected


def test_a_draw_depends_on_the_words_alone():
    assert draw("Heart attack") == draw("heart attack")
    assert 0 <= draw("heart attack") < 1
    assert 0.4 < np.mean([draw(str(number)) < 0.5 for number in range(1000)]) < 0.6
