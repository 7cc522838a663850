"""Pairs, batches and what counts as a negative."""

from itertools import chain
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.coding.words import read_words
from training.encoder_batches import BatchPlan, Pair, find_conflicts
from training.encoder_config import EncoderConfig
from training.encoder_loss import contrastive_loss, distillation_loss
from training.encoder_wording import reword

CONFIG = EncoderConfig(
    layers=(0,), seed=3, epochs=2, windows=2, window=4, rounds=3, evidence_rounds=2, unlabelled=0, temperature=0.05,
    distillation=0.0, rate=1e-3, warmup=0.1, max_tokens=16, checkpoint_steps=5, held_inclusions=0.0, held_words=0.0,
)  # fmt: skip
TERMS = {f"M{number:02d}": (f"title {number}", f"other words {number}", f"more {number}") for number in range(24)}
EVIDENCE = [Pair(f"stretch {number}", f"title {number}", f"M{number:02d}") for number in range(8)]


def plan(**changes: object) -> BatchPlan:
    return BatchPlan(TERMS, EVIDENCE, CONFIG.model_copy(update=changes))


@pytest.mark.parametrize(
    ("codes", "is_conflict"),
    [
        (("E119", "E119"), True),  # the same code
        (("E11", "E119"), True),  # a category and a code of it
        (("E119", "E11"), True),
        (("E119", "E109"), False),  # type 2 and type 1
        (("M2550", "M2551"), False),
        (("M25511", "M25512"), False),  # right and left
    ],
)
def test_siblings_are_negatives_and_kin_is_not(codes, is_conflict):
    pairs = [Pair(f"anchor {code}", f"positive {row}", code) for row, code in enumerate(codes)]
    assert find_conflicts(pairs, {})[0, 1] == is_conflict


def test_a_term_of_both_codes_is_no_negative_for_either():
    pairs = [Pair("a", "shared words", "A01"), Pair("b", "own words", "B02")]
    conflicts = find_conflicts(pairs, {"shared words": frozenset({"A01", "B02"}), "own words": frozenset({"B02"})})
    assert conflicts.tolist() == [[False, False], [True, False]]


def test_an_epoch_holds_every_code_and_all_evidence():
    pairs = list(chain(*plan(windows=1).batches(0)))
    assert {pair.code for pair in pairs} == set(TERMS)
    assert {pair.anchor for pair in EVIDENCE} <= {pair.anchor for pair in pairs}
    assert all(pair.positive in TERMS[pair.code] for pair in pairs)


def test_neighbours_share_a_batch():
    (first, *_) = plan(evidence_rounds=0).batches(0)
    numbers = [int(pair.code[1:]) for pair in first[:4]]
    assert max(numbers) - min(numbers) <= 4


def test_the_same_epoch_is_the_same_and_the_next_is_another():
    assert plan().batches(1) == plan().batches(1)
    assert plan().batches(0) != plan().batches(1)
    assert plan(seed=4).batches(0) != plan().batches(0)


@given(st.integers(0, 1_000_000), st.sampled_from(["left", "right", "acute", "type 2"]))
def test_rewording_keeps_what_decides_the_code(seed, deciding):
    """Compared as recognition compares words, so that "lt" is left; a slip of the pen hits longer words only."""
    reworded = reword(f"unspecified fracture of the {deciding} renal cortex", Random(seed))
    assert set(read_words(deciding).stems) <= set(read_words(reworded).stems)


def test_the_loss_is_that_of_the_formula():
    generator = torch.Generator().manual_seed(1)
    anchors, positives = torch.nn.functional.normalize(torch.randn(2, 5, 8, generator=generator), dim=-1)
    conflicts = torch.zeros(5, 5, dtype=torch.bool)
    conflicts[0, 1] = True
    expected = _by_hand(anchors.numpy(), positives.numpy(), conflicts.numpy())
    assert contrastive_loss(anchors, positives, conflicts, 0.1).item() == pytest.approx(expected, rel=1e-5)


def _by_hand(anchors, positives, conflicts):
    losses = []
    for left, right in ((anchors, positives), (positives, anchors)):
        for row in range(len(left)):
            scores = np.exp([left[row] @ other / 0.1 for other in right])
            losses.append(-np.log(scores[row] / scores[~conflicts[row]].sum()))
    return np.mean(losses)


def test_distillation_is_nothing_for_the_teacher_itself():
    vectors = torch.nn.functional.normalize(torch.ones(3, 4), dim=-1)
    assert distillation_loss(vectors, vectors).item() == pytest.approx(0, abs=1e-6)
    assert distillation_loss(vectors, -vectors).item() == pytest.approx(2)
