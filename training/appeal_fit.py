"""Fits the overturn prior: weighted logistic regression over the terms of review cases."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models.appeal.prior import OverturnPrior
from models.appeal.review_case import iter_terms
from training.appeal_cases import Review
from training.appeal_config import LogisticConfig

_ITERATIONS = 500
Terms = Sequence[Sequence[str]]
Floats = NDArray[np.float64]


def weigh(reviews: Sequence[Review], year: int, half_life: float) -> Floats:
    """By age before the forecast `year`: 1 in the year before it, half of that every `half_life` years."""
    ages = np.array([year - 1 - review.year for review in reviews], dtype=np.float64)
    return np.asarray(np.exp2(-ages / half_life))


def fit_prior(reviews: Sequence[Review], weights: Floats, config: LogisticConfig, version: str = "") -> OverturnPrior:
    """Each review counts twice, whole and without its details, in the shares that the configuration names."""
    cases = [review.case for review in reviews]
    terms = [tuple(iter_terms(case)) for case in (*cases, *(case.without_details() for case in cases))]
    shares = np.concatenate([weights * (1 - config.without_details), weights * config.without_details])
    outcomes = np.tile([review.is_overturned for review in reviews], 2)
    intercept, coefficients = fit_terms(terms, outcomes, shares, config)
    return OverturnPrior(version, len(reviews), intercept, coefficients)


def fit_terms(
    terms: Terms, outcomes: NDArray[np.bool_], weights: Floats, config: LogisticConfig
) -> tuple[float, Mapping[str, float]]:
    """The intercept, and the coefficient of each term that is common enough."""
    counts = Counter(term for one in terms for term in one)
    known = sorted(term for term, count in counts.items() if count >= config.smallest_count)
    model = LogisticRegression(C=config.c, max_iter=_ITERATIONS)
    model.fit(_to_matrix(terms, {term: column for column, term in enumerate(known)}), outcomes, sample_weight=weights)
    return float(model.intercept_[0]), dict(zip(known, np.round(model.coef_[0], 4).tolist(), strict=True))


def _to_matrix(terms: Terms, columns: Mapping[str, int]) -> csr_matrix:
    """*Shape:* (reviews, known terms)."""
    places = [[columns[term] for term in one if term in columns] for one in terms]
    starts = np.cumsum([0, *map(len, places)])
    flat = np.array([place for one in places for place in one], dtype=np.int64)
    return csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(terms), len(columns)))
