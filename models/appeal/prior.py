"""How often independent medical review overturned denials of a kind: a logistic score over what the case is about.

The figures are of California's reviews of health plans' decisions, 2001 to 2016. They are a prior, nobody's own odds.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.appeal.review_case import ReviewCase, iter_terms
from models.artifacts import ArtefactError, load_manifest

NAME = "appeal"
COEFFICIENTS = "coefficients.json"


@dataclass(frozen=True, slots=True)
class OverturnPrior:
    """`cases` is how many reviews it was fitted on."""

    version: str
    cases: int
    intercept: float
    coefficients: Mapping[str, float]

    def probability(self, case: ReviewCase) -> float:
        """That a review overturns the denial. Terms that were not seen often enough say nothing."""
        score = self.intercept + sum(self.coefficients.get(term, 0.0) for term in iter_terms(case))
        return 1 / (1 + math.exp(-score))


def save_prior(folder: Path, prior: OverturnPrior) -> None:
    """Writes the figures; the caller adds the model card and seals the folder with its manifest."""
    content = {"cases": prior.cases, "intercept": prior.intercept, "coefficients": dict(prior.coefficients)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COEFFICIENTS).write_text(json.dumps(content, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def load_prior(folder: Path) -> OverturnPrior:
    """Raises ArtefactError when a file is not what the manifest says, or holds something else than figures."""
    manifest = load_manifest(folder, NAME)
    content = json.loads((folder / COEFFICIENTS).read_text(encoding="utf-8"))
    prior = OverturnPrior(manifest.version, content["cases"], content["intercept"], content["coefficients"])
    if not all(math.isfinite(one) for one in (prior.intercept, *prior.coefficients.values())):
        raise ArtefactError(f"{folder.name} holds a coefficient that is no number")
    return prior
