"""Whether what came lately differs from what came before: PSI and KS over bins, judged by permutation.

Units (encounters, claims) are moved between the two windows as wholes, since the codes and sentences of one come
together. Bins come from both windows, so that without drift each assignment of the units is as probable as any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.monitoring import Drift

Floats = NDArray[np.float64]
Value = float | str
_BINS = 10
# Added to each bin of each window, so that an empty one can be compared.
_PRIOR = 0.5
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class DriftLimits:
    """An alarm needs both: a shift that matters (`psi`), and one that chance seldom makes.

    `alpha` is the probability of any false alarm among all quantities of a report (Bonferroni). A quantity that fewer
    than `least` units of either window have is not judged.
    """

    psi: float = 0.1
    alpha: float = 0.05
    permutations: int = 999
    least: int = 30


@dataclass(frozen=True, slots=True)
class Quantity:
    """Of each unit how often each bin was seen, *shape* (units, bins). KS is of ordered bins only."""

    name: str
    bins: tuple[str, ...]
    counts: Floats
    is_ordered: bool


def bin_values(name: str, values: Sequence[Sequence[Value]]) -> Quantity:
    """`values` of each unit; numbers are cut at the deciles of all, words are bins of their own."""
    if any(isinstance(value, str) for unit in values for value in unit):
        bins = tuple(sorted({str(value) for unit in values for value in unit}))
        place = {bin_name: at for at, bin_name in enumerate(bins)}
        return Quantity(name, bins, _count([[place[str(v)] for v in unit] for unit in values], len(bins)), False)
    pooled = np.array([value for unit in values for value in unit], dtype=np.float64)
    edges = np.unique(np.quantile(pooled, np.arange(1, _BINS) / _BINS)) if len(pooled) else np.zeros(0)
    places = [np.searchsorted(edges, np.array(unit, dtype=np.float64)).tolist() for unit in values]
    bins = (*(f"<={edge:.4g}" for edge in edges), "more")
    return Quantity(name, bins, _count(places, len(bins)), True)


def _count(places: Sequence[Sequence[int]], bins: int) -> Floats:
    return np.array([np.bincount(unit, minlength=bins) for unit in places], dtype=np.float64).reshape(-1, bins)


def find_psi(before: Floats, after: Floats) -> Floats:
    """Population stability index of counts, *shapes* (..., bins) and (...,)."""
    first, second = _to_shares(before), _to_shares(after)
    result: Floats = ((second - first) * np.log(second / first)).sum(axis=-1)
    return result


def find_ks(before: Floats, after: Floats) -> float:
    """The widest gap between the two cumulative shares. *Shapes:* (bins,)."""
    first, second = before / max(before.sum(), 1), after / max(after.sum(), 1)
    return float(np.abs(np.cumsum(first - second)).max(initial=0.0))


def find_drift(
    quantities: Sequence[Quantity], is_recent: NDArray[np.bool_], limits: DriftLimits, *, seed: int = 1
) -> tuple[Drift, ...]:
    """One finding a quantity that can be judged; `is_recent` of each unit, *shape* (units,).

    Time and memory grow with units x permutations: 8 MB a thousand units.
    """
    observed = [_leave_out_empty(one, is_recent) for one in quantities]
    judged = [(one, recent) for one, recent in observed if _has_enough(one, recent, limits.least)]
    bar = limits.alpha / max(len(judged), 1)
    draws: dict[bytes, Floats] = {}
    for _, recent in judged:
        if recent.tobytes() not in draws:
            draws[recent.tobytes()] = _permute(recent, limits.permutations, seed)
    return tuple(_judge(one, recent, draws[recent.tobytes()], limits.psi, bar) for one, recent in judged)


def _leave_out_empty(quantity: Quantity, is_recent: NDArray[np.bool_]) -> tuple[Quantity, NDArray[np.bool_]]:
    """Units that say nothing of a quantity, such as what is not decided yet, change no window's size."""
    has = quantity.counts.sum(axis=1) > 0
    return replace(quantity, counts=quantity.counts[has]), is_recent[has]


def _has_enough(quantity: Quantity, recent: NDArray[np.bool_], least: int) -> bool:
    return len(quantity.bins) > 1 and min(recent.sum(), (~recent).sum()) >= least


def _judge(quantity: Quantity, recent: NDArray[np.bool_], draws: Floats, least_psi: float, bar: float) -> Drift:
    """`draws` are other ways to tell the windows apart, *shape* (permutations, units)."""
    after, total = quantity.counts[recent].sum(axis=0), quantity.counts.sum(axis=0)
    psi = float(find_psi(total - after, after))
    moved = draws @ quantity.counts
    p_value = (1 + int((find_psi(total - moved, moved) >= psi - _ROUNDING).sum())) / (1 + len(draws))
    return Drift(
        quantity=quantity.name,
        units_before=int((~recent).sum()),
        units_after=int(recent.sum()),
        psi=round(psi, 4),
        ks=round(find_ks(total - after, after), 4) if quantity.is_ordered else None,
        p_value=round(p_value, 5),
        is_alarm=psi >= least_psi and p_value <= bar,
    )


def _permute(recent: NDArray[np.bool_], times: int, seed: int) -> Floats:
    """Units that have the same quantities share their draws."""
    draws = np.random.default_rng(seed).permuted(np.tile(recent, (times, 1)), axis=1)
    return draws.astype(np.float64)


def _to_shares(counts: Floats) -> Floats:
    """Of each bin; *shape* (..., bins) as it came."""
    padded = counts + _PRIOR
    result: Floats = padded / padded.sum(axis=-1, keepdims=True)
    return result
