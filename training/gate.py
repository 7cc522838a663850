"""Whether a version may become champion: it must be no collapse, and not worse than the champion beyond a tolerance.

First by the metrics in their manifests, which training measures; what is missing or not a number counts as failed.
Then side by side (`gate_parts.py`): on a frozen set, on the newest decisions that nobody learned from, by segment, in
calibration, time and size.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.home import Home
from data.store.session import Store
from models.artifacts import ArtefactError, Manifest, load_manifest
from training.verdict import Check, Findings, Objection, Verdict

Examine = Callable[[Home, Path, Path, Store, datetime], Findings]
Measure = Callable[[Home, Path], dict[str, float]]


class ChampionError(ValueError):
    """The champion is there and can't be loaded: nothing can be held against it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`worst` is where a model counts as collapsed, `tolerance` how far it may fall behind the champion.

    What is not required is judged where it was measured: a version that learned from decisions alone is measured on
    the gold notes and not on the case reports.
    """

    metric: str
    worst: float
    tolerance: float
    is_larger_better: bool = True
    is_required: bool = True

    def find_objections(self, challenger: Manifest, champion: Manifest | None) -> list[Objection]:
        value = challenger.metrics.get(self.metric, math.nan)
        if math.isnan(value):
            is_missing = self.is_required or self.metric in challenger.metrics
            return [Objection(check=Check.MEASURED, text=f"{self.metric} was not measured")] if is_missing else []
        objections = []
        if self._is_below(value, self.worst):
            text = f"{self.metric} is {value:.4f}, which is a collapse: the bar is {self.worst:.4f}"
            objections.append(Objection(check=Check.COLLAPSE, text=text))
        best = champion.metrics.get(self.metric) if champion and _is_comparable(challenger, champion) else None
        if best is not None and self._is_below(value, best, self.tolerance):
            text = f"{self.metric} is {value:.4f}, the champion's {best:.4f} (tolerance {self.tolerance})"
            objections.append(Objection(check=Check.FROZEN_SET, text=text))
        return objections

    def _is_below(self, value: float, bar: float, tolerance: float = 0.0) -> bool:
        difference = value - bar if self.is_larger_better else bar - value
        return difference < -tolerance


GATES: Mapping[str, tuple[Bar, ...]] = {
    "coding": (
        Bar("visit_micro_f1", worst=0.15, tolerance=0.02),
        Bar("visit_mean_average_precision", worst=0.10, tolerance=0.02),
        Bar("visit_traps_suggested", worst=0.50, tolerance=0.03, is_larger_better=False),
        Bar("micro_f1", worst=0.20, tolerance=0.01, is_required=False),
        Bar("mean_average_precision", worst=0.15, tolerance=0.01, is_required=False),
    ),
    "denial": (
        Bar("auroc", worst=0.60, tolerance=0.01),
        Bar("auprc", worst=0.15, tolerance=0.01),
        Bar("ece", worst=0.15, tolerance=0.02, is_larger_better=False),
    ),
}


# The size of the frozen set tells one edition of it from another.
_FROZEN_SET: Mapping[str, str] = {"coding": "visit_notes"}


def _is_comparable(challenger: Manifest, champion: Manifest) -> bool:
    """Numbers on real claims say nothing about numbers on the synthetic world."""
    counts = [manifest.metrics.get("real_claims", 0.0) for manifest in (challenger, champion)]
    return (counts[0] > 0) == (counts[1] > 0)


def is_other_edition(name: str, challenger: Manifest, champion: Manifest) -> bool:
    """True when the frozen set grew or shrank between the measurements of the two."""
    size = _FROZEN_SET.get(name, "")
    return champion.metrics.get(size) != challenger.metrics.get(size)


def judge(name: str, challenger: Manifest, champion: Manifest | None, found: Findings | None = None) -> Verdict:
    """`champion` is None when there is none yet; `found` is what a comparison side by side adds."""
    objections = [*_compare_manifests(name, challenger, champion), *(found.objections if found else ())]
    return Verdict(
        name=name,
        challenger=challenger.version,
        champion=champion.version if champion else None,
        is_passed=not objections,
        objections=tuple(objections),
        measures=found.measures if found else {},
    )


def _compare_manifests(name: str, challenger: Manifest, champion: Manifest | None) -> list[Objection]:
    bars = GATES.get(name, ())
    objections = [objection for bar in bars for objection in bar.find_objections(challenger, champion)]
    if champion and is_other_edition(name, challenger, champion):
        text = "the champion was measured on another edition of the frozen set"
        objections.append(Objection(check=Check.MEASURED, text=text))
    if not bars:
        objections.append(Objection(check=Check.MEASURED, text=f"there is no gate for {name}"))
    return objections


def find_manifest(folder: Path, name: str) -> Manifest | None:
    """The champion's manifest; None when the folder holds no artefact that can be loaded."""
    try:
        return load_manifest(folder, name)
    except ArtefactError:
        return None
