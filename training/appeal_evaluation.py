"""Rolling years: each year of reviews is forecast from the years before it, and only then looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.appeal_cases import Review
from training.appeal_config import AppealConfig, BootstrapConfig
from training.appeal_rivals import Forecaster
from training.denial_metrics import (
    Interval,
    Labels,
    Scores,
    area_under_roc,
    average_precision,
    brier,
    expected_calibration_error,
)

# By year: what came, and what was forecast.
Forecasts = Mapping[int, tuple[Labels, Scores]]
Measure = Callable[[Forecasts], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """`intervals` by measure; `errors` of calibration have none, for drawing again adds noise to every bin."""

    intervals: Mapping[str, Interval]
    errors: Mapping[str, float]

    @property
    def values(self) -> dict[str, float]:
        return {**{name: one.value for name, one in self.intervals.items()}, **self.errors}

    @property
    def texts(self) -> list[str]:
        return [*map(str, self.intervals.values()), *(f"{one:.3f}" for one in self.errors.values())]


def forecast_years(reviews: Sequence[Review], forecaster: Forecaster, config: AppealConfig) -> Forecasts:
    found = {}
    for year in range(config.forecast.first_year, config.forecast.last_year + 1):
        past = [review for review in reviews if review.year < year]
        cases = [review for review in reviews if review.year == year]
        found[year] = np.array([one.is_overturned for one in cases]), forecaster(past, cases, year, config)
    return found


def _of_years(metric: Callable[[Labels, Scores], float]) -> Measure:
    return lambda forecasts: float(np.mean([metric(*one) for one in forecasts.values()]))


def _of_all(metric: Callable[[Labels, Scores], float]) -> Measure:
    """Over all years at once."""
    return lambda forecasts: metric(*(np.concatenate(parts) for parts in zip(*forecasts.values(), strict=True)))


MEASURES: Mapping[str, Measure] = {
    "AUROC": _of_years(area_under_roc),
    "AUPRC": _of_years(average_precision),
    "Brier": _of_years(brier),
}
CALIBRATION: Mapping[str, Measure] = {
    "ECE a year": _of_years(expected_calibration_error),
    "ECE of all years": _of_all(expected_calibration_error),
}


def measure_forecasts(forecasts: Forecasts, config: BootstrapConfig) -> Measured:
    """By measure; intervals of 95 % are from reviews drawn again within their year."""
    generator = np.random.default_rng(config.seed)
    drawn = [_draw(forecasts, generator) for _ in range(config.rounds)]
    return Measured(
        {name: _interval(measure, forecasts, drawn) for name, measure in MEASURES.items()},
        {name: measure(forecasts) for name, measure in CALIBRATION.items()},
    )


def find_noise(forecasts: Forecasts, config: BootstrapConfig) -> float:
    """The calibration error a year of forecasts that are exactly right: what so few reviews show by chance."""
    generator = np.random.default_rng(config.seed)
    rounds = [
        {year: (generator.random(len(scores)) < scores, scores) for year, (_, scores) in forecasts.items()}
        for _ in range(config.rounds)
    ]
    return float(np.mean([CALIBRATION["ECE a year"](one) for one in rounds]))


def _draw(forecasts: Forecasts, generator: np.random.Generator) -> Forecasts:
    drawn = {}
    for year, (labels, scores) in forecasts.items():
        places: NDArray[np.int64] = generator.integers(0, len(labels), len(labels))
        drawn[year] = labels[places], scores[places]
    return drawn


def _interval(measure: Measure, forecasts: Forecasts, drawn: Sequence[Forecasts]) -> Interval:
    low, high = np.quantile([measure(one) for one in drawn], [0.025, 0.975])
    return Interval(measure(forecasts), float(low), float(high))
