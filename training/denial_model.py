"""Fits a whole denial model as of a day, from rows that replay what was known."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.denial.artefact import DenialArtefact, Settings
from models.denial.boosting import BoostedTrees
from models.denial.calibration import ClaimCalibration, LineCalibration, summarize_lines
from models.denial.features import Books
from models.denial.operating_points import OperatingPoint
from models.denial.reasons import CarcBook
from training.denial_config import DenialConfig
from training.denial_fit import (
    LineSample,
    choose_thresholds,
    fit_claim_calibration,
    fit_line_calibration,
    fit_lines,
    fit_reasons,
)
from training.denial_history import History
from training.denial_rows import DenialRows, Replay, build_rows


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A model with the texts of its trees, which are what is stored."""

    artefact: DenialArtefact
    line_trees: str
    reason_trees: str


def fit_model(history: History, config: DenialConfig) -> FittedModel:
    """Calibrates on the last months with trees of the months before, then fits the trees on all of them."""
    replay = Replay(history.patient_key)
    rows = build_rows(history.past, history.check, replay)
    cut = months_before(history.as_of, config.calibration.months)
    lines, claims, thresholds = _calibrate(rows, cut, config)
    everything = np.ones(len(rows.is_denied), dtype=np.bool_)
    line_trees = fit_lines(rows, everything, config.lines)
    reason_trees, categories = fit_reasons(rows, everything, config.reasons)
    settings = Settings(lines, claims, categories, thresholds, history.is_synthetic)
    books = replay.books if history.patient_key else replay.books.without_patients()
    artefact = _assemble(line_trees, reason_trees, books, replay.carcs, settings)
    return FittedModel(artefact, line_trees, reason_trees)


def months_before(day: date, months: int) -> date:
    """The first of the month that lies so many months before the month of a day."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _calibrate(
    rows: DenialRows, cut: date, config: DenialConfig
) -> tuple[LineCalibration, ClaimCalibration, dict[OperatingPoint, float]]:
    held_out = rows.between(cut, date.max)
    trees = BoostedTrees(fit_lines(rows, ~held_out, config.lines))
    log_odds = trees.log_odds(rows.features[held_out])
    lines = fit_line_calibration(log_odds, rows.is_denied[held_out])
    sample = _sample(rows, held_out, lines.apply(log_odds))
    claims = fit_claim_calibration(sample)
    summary = summarize_lines(sample.probabilities, sample.owners, len(sample.kinds))
    return lines, claims, choose_thresholds(claims.apply(summary, list(sample.kinds)), sample.claim_labels())


def _sample(rows: DenialRows, chosen: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> LineSample:
    numbers, owners = np.unique(rows.claim[chosen], return_inverse=True)
    kinds = [rows.claims[number].claim.payer.kind for number in numbers]
    return LineSample(probabilities, owners, rows.is_denied[chosen], kinds)


def _assemble(line_trees: str, reason_trees: str, books: Books, carcs: CarcBook, settings: Settings) -> DenialArtefact:
    return DenialArtefact(BoostedTrees(line_trees), BoostedTrees(reason_trees), books, carcs, settings)
