"""Whether probabilities can be believed: what was right of the codes that were given so much."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from data.codes import CodeSystem
from data.gold import GoldCase
from data.notes import Profile
from data.suggestions import SuggestionSet
from data.wilson import Share, wilson
from training.coding_metrics import Floats, ScoredNote, expected_calibration_error

BINS = 10
# Families with fewer codes are taken together.
LEAST_CODES = 50
_ROUNDS = 500
_PERCENTILE = 95


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A diagnosis of an answer, of either tier. `is_right`: it is required, optional or accepted instead of another."""

    code: str
    probability: float
    is_right: bool
    profile: Profile


@dataclass(frozen=True, slots=True)
class Decile:
    """Codes with low <= probability < high (1 belongs to the last one): the mean probability, and what was right."""

    low: float
    high: float
    mean: float
    right: Share


@dataclass(frozen=True, slots=True)
class FamilyError:
    """Expected calibration error of a family of codes. `by_chance`: what it stays below 95 times in 100 where every
    probability is true; few codes seem badly calibrated by chance alone."""

    family: str
    codes: int
    mean: float
    right: Share
    error: float
    by_chance: float


def show_answers(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> list[ShownCode]:
    return [shown for case, answer in zip(cases, answers, strict=True) for shown in _show(case, answer)]


def show_reports(reports: Sequence[ScoredNote], least: float) -> list[ShownCode]:
    """What the profile `mentions` says of case reports, from the probability `least` on."""
    return [
        ShownCode(code, probability, code in report.gold, Profile.MENTIONS)
        for report in reports
        for code, probability in report.ranked.items()
        if probability >= least
    ]


def measure_surest(shown: Sequence[ShownCode], counts: Sequence[int]) -> list[Share]:
    """Of so many codes, the most probable first, what was right; as far as there are so many."""
    ranked = [one.is_right for one in sorted(shown, key=lambda one: (-one.probability, one.is_right))]
    return [wilson(sum(ranked[:size]), size) for size in counts if size <= len(ranked)]


def least_for(precision: float, wrong: int) -> int:
    """The fewest codes, so many of them wrong, of which the lower bound of the share that is right reaches it."""
    return next(size for size in count(wrong + 1) if wilson(size - wrong, size).low >= precision)


def measure_deciles(shown: Sequence[ShownCode]) -> list[Decile]:
    """Of the tenths that hold codes."""
    bins: dict[int, list[ShownCode]] = defaultdict(list)
    for one in shown:
        bins[min(int(one.probability * BINS), BINS - 1)].append(one)
    return [_measure(index, bins[index]) for index in sorted(bins)]


def measure_families(shown: Sequence[ShownCode], family_of: Callable[[str], str]) -> list[FamilyError]:
    """The largest first; the small ones together come last."""
    families: dict[str, list[ShownCode]] = defaultdict(list)
    for one in shown:
        families[family_of(one.code)].append(one)
    large = {name: members for name, members in families.items() if len(members) >= LEAST_CODES}
    small = [one for name, members in families.items() if name not in large for one in members]
    ordered = sorted(large.items(), key=lambda item: (-len(item[1]), item[0]))
    if small:
        ordered.append((f"others ({len(families) - len(large)})", small))
    return [measure_family(name, members) for name, members in ordered]


def measure_family(name: str, shown: Sequence[ShownCode]) -> FamilyError:
    probabilities = np.array([one.probability for one in shown])
    labels = np.array([one.is_right for one in shown], dtype=np.float64)
    return FamilyError(
        family=name,
        codes=len(shown),
        mean=float(probabilities.mean()),
        right=wilson(float(labels.sum()), len(shown)),
        error=expected_calibration_error(probabilities, labels, bins=BINS),
        by_chance=_by_chance(probabilities),
    )


def _show(case: GoldCase, answer: SuggestionSet) -> Iterator[ShownCode]:
    accepted = {code.dotted for d in case.labels.diagnoses for code in (d.code, *d.alternatives)}
    for one in answer.suggestions:
        if one.system is CodeSystem.ICD10CM:
            yield ShownCode(one.code, one.probability, one.code in accepted, case.labels.profile)


def _measure(index: int, members: Sequence[ShownCode]) -> Decile:
    return Decile(
        low=index / BINS,
        high=(index + 1) / BINS,
        mean=float(np.mean([one.probability for one in members])),
        right=wilson(sum(one.is_right for one in members), len(members)),
    )


def _by_chance(probabilities: Floats) -> float:
    generator = np.random.default_rng(1)
    draws = (generator.random(len(probabilities)) < probabilities for _ in range(_ROUNDS))
    errors = [expected_calibration_error(probabilities, draw.astype(np.float64), bins=BINS) for draw in draws]
    return float(np.percentile(errors, _PERCENTILE))
