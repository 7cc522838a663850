"""What the overturn prior is compared with: other learners, other fields, other calibration. None of it is released."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import lightgbm
import numpy as np
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from models.appeal.prior import OverturnPrior
from models.appeal.review_case import iter_terms
from training.appeal_cases import Review
from training.appeal_config import AppealConfig
from training.appeal_fit import Floats, fit_prior, fit_terms, weigh

Reviews = Sequence[Review]
# Probabilities of the cases of a year, from the reviews of the years before it.
Forecaster = Callable[[Reviews, Reviews, int, AppealConfig], Floats]


def by_prior(past: Reviews, cases: Reviews, year: int, config: AppealConfig) -> Floats:
    return _score(_fit(past, year, config), cases)


def by_prior_without_details(past: Reviews, cases: Reviews, year: int, config: AppealConfig) -> Floats:
    """As it is served where a claim says no more than the categories."""
    prior = _fit(past, year, config)
    return np.array([prior.probability(review.case.without_details()) for review in cases])


def by_prior_with_demographics(past: Reviews, cases: Reviews, year: int, config: AppealConfig) -> Floats:
    def terms(review: Review) -> list[str]:
        return [*iter_terms(review.case), f"age={review.age}", f"gender={review.gender}"]

    weights = weigh(past, year, config.forecast.half_life)
    outcomes = np.array([review.is_overturned for review in past])
    intercept, found = fit_terms([terms(one) for one in past], outcomes, weights, config.logistic)
    return np.asarray(expit([intercept + sum(found.get(term, 0.0) for term in terms(one)) for one in cases]))


def by_recalibrated_prior(past: Reviews, cases: Reviews, year: int, config: AppealConfig) -> Floats:
    """With slope and level as they would have suited the last past year, forecast from the years before it."""
    before, last = ([one for one in past if (one.year < year - 1) is is_before] for is_before in (True, False))
    forecasts = logit(by_prior(before, last, year - 1, config))[:, None]
    line = LogisticRegression(C=np.inf).fit(forecasts, [one.is_overturned for one in last])
    return np.asarray(line.predict_proba(logit(by_prior(past, cases, year, config))[:, None])[:, 1])


def by_trees(past: Reviews, cases: Reviews, year: int, config: AppealConfig) -> Floats:
    names = [[*iter_terms(review.case)][:5] for review in (*past, *cases)]
    columns = [np.unique(column, return_inverse=True)[1] for column in zip(*names, strict=True)]
    table = np.column_stack(columns).astype(np.float64)
    rows = lightgbm.Dataset(
        table[: len(past)],
        [review.is_overturned for review in past],
        weight=weigh(past, year, config.forecast.half_life),
        categorical_feature=list(range(table.shape[1])),
    )
    settings = {
        "objective": "binary",
        "learning_rate": config.trees.rate,
        "num_leaves": config.trees.leaves,
        "min_data_in_leaf": config.trees.smallest_leaf,
        "seed": config.trees.seed,
        "num_threads": 1,
        "deterministic": True,
        "verbosity": -1,
    }
    trees = lightgbm.train(settings, rows, config.trees.rounds)
    return np.asarray(trees.predict(table[len(past) :]))


def by_blend(past: Reviews, cases: Reviews, year: int, config: AppealConfig) -> Floats:
    both = (forecaster(past, cases, year, config) for forecaster in (by_prior, by_trees))
    return np.asarray(expit(np.mean([logit(one) for one in both], axis=0)))


def by_rates(past: Reviews, cases: Reviews, year: int, config: AppealConfig) -> Floats:
    """The mean, in log-odds, of the smoothed rates of a case's terms."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    weights = weigh(past, year, config.forecast.half_life)
    for review, weight in zip(past, weights, strict=True):
        for term in iter_terms(review.case):
            sums[term][0] += weight
            sums[term][1] += weight * review.is_overturned
    base = float(np.average([review.is_overturned for review in past], weights=weights))
    count = config.rates.prior_count
    rates = {term: (overturned + count * base) / (seen + count) for term, (seen, overturned) in sums.items()}
    scores = [np.mean([logit(rates.get(term, base)) for term in iter_terms(one.case)]) for one in cases]
    return np.asarray(expit(scores))


RIVALS: Mapping[str, Forecaster] = {
    "**logistic with pairs (released)**": by_prior,
    "the same, categories only": by_prior_without_details,
    "the same, calibrated on the last past year": by_recalibrated_prior,
    "the same with age and gender": by_prior_with_demographics,
    "boosted trees": by_trees,
    "blend of both": by_blend,
    "smoothed rates": by_rates,
}


def _fit(past: Reviews, year: int, config: AppealConfig) -> OverturnPrior:
    return fit_prior(past, weigh(past, year, config.forecast.half_life), config.logistic)


def _score(prior: OverturnPrior, cases: Reviews) -> Floats:
    return np.array([prior.probability(review.case) for review in cases])
