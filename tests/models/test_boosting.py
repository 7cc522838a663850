"""Boosted trees answer as LightGBM does, which is the independent implementation, and a row the same in any batch."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.artifacts import ArtefactError
from models.denial.boosting import BoostedTrees
from models.denial.tree_text import keep_what_is_read, read_trees

WIDTH = 6
BINARY: Mapping[str, Any] = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": 1}
CLASSES: Mapping[str, Any] = {**BINARY, "objective": "multiclass", "num_class": 3}
# Leaves and depth of trees: of one part, of several parts, as lopsided as a tree of eight questions can be.
SIZES = [(2, 1), (8, 5), (16, 4), (60, 8)]
Rows = NDArray[np.float32]


def rows_of(seed: int, count: int) -> Rows:
    """Whole and broken numbers and, in every second column, missing ones."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, WIDTH)) * 10.0 ** random.integers(-3, 4, WIDTH)
    rows[:, 0] = random.integers(-3, 4, count)
    rows[:, 1::2][random.random((count, WIDTH // 2)) < 0.2] = np.nan
    return rows.astype(np.float32)


@cache
def fit(objective: str, leaves: int, depth: int, *, use_missing: bool = True) -> tuple[lgb.Booster, BoostedTrees]:
    rows = rows_of(1, 1500)
    told = np.nan_to_num(rows / np.nanstd(rows, axis=0)).sum(axis=1) + np.isnan(rows[:, 1])
    labels = np.digitize(told, [0.0] if objective == "binary" else [-1.0, 1.0])
    size = {"num_leaves": leaves, "max_depth": depth, "min_data_in_leaf": 3, "use_missing": use_missing}
    booster = lgb.train({**(BINARY if objective == "binary" else CLASSES), **size}, lgb.Dataset(rows, labels), 12)
    return booster, BoostedTrees(booster.model_to_string())


@pytest.mark.parametrize("use_missing", [True, False])
@pytest.mark.parametrize(("leaves", "depth"), SIZES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_log_odds_and_contributions_are_those_of_lightgbm(
    leaves: int, depth: int, use_missing: bool, seed: int
) -> None:
    booster, trees = fit("binary", leaves, depth, use_missing=use_missing)
    rows = rows_of(seed, 50)
    np.testing.assert_allclose(
        trees.log_odds(rows), booster.predict(rows, raw_score=True, num_threads=1), rtol=0, atol=1e-12
    )
    expected = np.asarray(booster.predict(rows, pred_contrib=True, num_threads=1))[:, :-1]
    np.testing.assert_allclose(trees.contributions(rows), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("leaves", "depth"), SIZES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_shares_are_those_of_lightgbm(leaves: int, depth: int, seed: int) -> None:
    booster, trees = fit("multiclass", leaves, depth)
    rows = rows_of(seed, 50)
    np.testing.assert_allclose(trees.shares(rows), booster.predict(rows, num_threads=1), rtol=0, atol=1e-12)


def test_a_row_on_a_threshold_goes_left() -> None:
    """Thresholds are 64-bit numbers, rows 32-bit ones: each threshold, and its neighbours on both sides."""
    booster, trees = fit("binary", 16, 4)
    thresholds = booster.trees_to_dataframe()["threshold"].dropna().to_numpy(np.float32)
    around = [thresholds, *(np.nextafter(thresholds, np.float32(end)) for end in (-np.inf, np.inf))]
    rows = np.repeat(np.concatenate(around)[:, np.newaxis], WIDTH, axis=1)
    np.testing.assert_allclose(
        trees.log_odds(rows), booster.predict(rows, raw_score=True, num_threads=1), rtol=0, atol=1e-12
    )


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 80))
@settings(max_examples=20)
def test_a_row_is_the_same_in_any_batch(seed: int, count: int) -> None:
    _, trees = fit("binary", 16, 4)
    _, reasons = fit("multiclass", 8, 5)
    rows = rows_of(seed, count)
    for answer in (trees.log_odds, trees.contributions, reasons.shares):
        alone = [answer(rows[number : number + 1]) for number in range(count)]
        assert np.array_equal(np.concatenate(alone), answer(rows))
        assert len(answer(rows[:0])) == 0


def test_a_class_that_never_occurs_has_trees_without_questions() -> None:
    rows = rows_of(3, 60)
    booster = lgb.train({**CLASSES}, lgb.Dataset(rows, np.arange(60) % 2), 3)
    shares = BoostedTrees(booster.model_to_string()).shares(rows)
    np.testing.assert_allclose(shares, booster.predict(rows, num_threads=1), rtol=0, atol=1e-12)


def test_names_are_those_of_the_training_rows() -> None:
    _, trees = fit("binary", 16, 4)
    assert trees.features == tuple(f"Column_{number}" for number in range(WIDTH))


def _fit_text(**options: Any) -> str:
    rows, categorical = np.nan_to_num(rows_of(4, 400)), options.pop("categorical", [])
    rows[:, 0] = np.arange(400) % 7
    data = lgb.Dataset(rows, np.random.default_rng(5).integers(0, 2, 400), categorical_feature=categorical)
    return str(lgb.train({**BINARY, "min_data_in_leaf": 1, **options}, data, 3).model_to_string())


# What the text holds, how the error names it.
REFUSED = [
    (_fit_text(num_leaves=400, min_sum_hessian_in_leaf=0), "more than 8 questions"),
    (_fit_text(categorical=[0]), "split by thresholds"),
    (_fit_text(linear_tree=True), "leaves are constants"),
    (_fit_text(zero_as_missing=True), "a way that is not known"),
    ("", "not LightGBM's text"),
    (_fit_text().replace("\nthreshold=", "\nthresholds="), "not LightGBM's text"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_other_trees_are_refused(text: str, told: str) -> None:
    with pytest.raises(ArtefactError, match=told):
        BoostedTrees(text)


def test_half_of_the_text_says_it_all() -> None:
    whole = _fit_text()
    kept = keep_what_is_read(whole)
    assert len(kept) < len(whole) / 1.5
    assert read_trees(kept) == read_trees(whole)
    assert keep_what_is_read(kept) == kept
