"""Fits what a visit reports to a clinic's decisions, starting from the champion and not straying far from it.

Rows are scored by a recogniser whose phrases were learned from the other half of the notes: as for a new note. Only
what was suggested and decided moves the weights. What a clinic does with a code in its own words moves the code there
and nowhere else. In words that others use too only refusals count, by the code's offset: of codes that were kept
it is not known where the model was silent and nobody missed them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.coding.document import read_note
from models.coding.own_words import OwnWords, has_words
from models.coding.policy import FLOOR
from models.coding.ranker import Purpose
from models.coding.recognize import Recognizer
from models.coding.resolve import Resolver
from models.coding.visit import VisitRanker, describe_visit
from training.decided_notes import DecidedCode, DecidedNotes
from training.progress import track

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UpdateConfig:
    """`pull` draws the weights to the champion's, `doubt` decisions stand against each code's offset, which is at most
    `widest`; `own_doubt` and `own_widest` are of the clinic's own words.

    Weights are all but held: what a clinic's coders see are the champion's suggestions, not a sample of all codes, and
    weights that follow them lose elsewhere (micro-F1 on the frozen set fell by .17 with a pull of 10).
    """

    pull: float = 1e6
    doubt: float = 8.0
    widest: float = 0.7
    own_doubt: float = 4.0
    own_widest: float = 2.0


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """*Shapes:* features (rows, len(VISIT_FEATURES)); the others (rows,). `is_general` rows move the weights,
    `is_own` rows are of codes in the clinic's own words."""

    features: Floats
    labels: NDArray[np.bool_]
    weights: Floats
    is_general: NDArray[np.bool_]
    is_own: NDArray[np.bool_]
    codes: tuple[str, ...]


class _Row(NamedTuple):
    features: list[float]
    said: DecidedCode
    is_own: bool


def collect_rows(
    recognizer_of: Callable[[int], Recognizer],
    resolver: Resolver,
    decided: Sequence[DecidedNotes],
    own: Mapping[str, frozenset[int]],
) -> DecidedRows:
    """`recognizer_of(fold)` has not learned from the notes of the fold; `own` words by compact code."""
    found: list[_Row] = []
    for fold in sorted({one.fold for one in decided}):
        recognizer = recognizer_of(fold)
        for one in track([one for one in decided if one.fold == fold], "decisions"):
            found += _describe(recognizer, resolver, one, own)
    return DecidedRows(
        features=np.array([row.features for row in found], dtype=np.float64),
        labels=np.array([row.said.is_kept for row in found], dtype=bool),
        weights=np.array([row.said.weight for row in found], dtype=np.float64),
        is_general=np.array([row.said.was_suggested for row in found], dtype=bool),
        is_own=np.array([row.is_own for row in found], dtype=bool),
        codes=tuple(row.said.code for row in found),
    )


def _describe(
    recognizer: Recognizer, resolver: Resolver, decided: DecidedNotes, own: Mapping[str, frozenset[int]]
) -> Iterator[_Row]:
    documents = [read_note(note) for note in decided.documents]
    resolved = resolver.resolve(recognizer.recognize(documents, Purpose.VISIT, floor=FLOOR))
    known = {one.code: one for one in decided.codes}
    for one, features in zip(resolved, describe_visit(resolved).tolist(), strict=True):
        if (said := known.get(one.found.code)) is not None:
            yield _Row(features, said, has_words(one.found.mentions, own.get(said.code, frozenset())))


def update_visit(
    champion: VisitRanker, rows: DecidedRows, own: Mapping[str, frozenset[int]], config: UpdateConfig
) -> VisitRanker:
    """The champion where there is nothing to learn from."""
    if not rows.is_general.any() or len(set(rows.labels[rows.is_general].tolist())) < 2:
        return champion
    weights, intercept = _move_weights(champion, rows, config)
    moved = VisitRanker(champion.trees, weights, champion.scales, intercept)
    shifts = _find_shifts(moved, rows, rows.is_own, config.own_doubt, config.own_widest)
    offsets = _find_shifts(moved, rows, ~rows.is_own, config.doubt, config.widest)
    return VisitRanker(
        champion.trees,
        weights,
        champion.scales,
        intercept,
        {code: offset for code, offset in offsets.items() if offset < 0},
        {code: OwnWords(own[code], shift) for code, shift in shifts.items()},
    )


def _move_weights(champion: VisitRanker, rows: DecidedRows, config: UpdateConfig) -> tuple[Floats, float]:
    """The posterior mode under a normal prior around the champion's weights and intercept."""
    chosen = rows.is_general
    inputs = np.column_stack([champion.scaled(rows.features[chosen]), np.ones(chosen.sum())])
    base = champion.tree_odds(rows.features[chosen])
    signs, counts = np.where(rows.labels[chosen], 1.0, -1.0), rows.weights[chosen]
    start = np.append(champion.weights, champion.intercept)

    def loss(theta: Floats) -> tuple[float, Floats]:
        margins = signs * (base + inputs @ theta)
        step = theta - start
        slopes = -counts * signs / (1 + np.exp(margins))
        value = (counts * np.logaddexp(0, -margins)).sum() + config.pull / 2 * step @ step
        return float(value), inputs.T @ slopes + config.pull * step

    fitted = minimize(loss, start, jac=True, method="L-BFGS-B")
    return fitted.x[:-1].astype(np.float64), float(fitted.x[-1])


def _find_shifts(
    moved: VisitRanker, rows: DecidedRows, chosen: NDArray[np.bool_], doubt: float, widest: float
) -> dict[str, float]:
    """What is left of each code in the chosen rows: log-odds of kept to refused beyond what the weights expect, drawn
    to 0 by `doubt`."""
    expected = 1 / (1 + np.exp(-moved.log_odds(rows.features)))
    places: dict[str, list[int]] = defaultdict(list)
    for place in np.flatnonzero(chosen).tolist():
        places[rows.codes[place]].append(place)
    shifts = {}
    for code, own in sorted(places.items()):
        kept = float((rows.weights[own] * rows.labels[own]).sum())
        refused = float((rows.weights[own] * ~rows.labels[own]).sum())
        usual = float(np.clip(expected[own].mean(), 0.02, 0.98))
        odds = (kept + doubt * usual) / (refused + doubt * (1 - usual))
        shift = float(np.log(odds) - np.log(usual / (1 - usual)))
        shifts[code] = round(float(np.clip(shift, -widest, widest)), 4)
    return {code: value for code, value in shifts.items() if value}
