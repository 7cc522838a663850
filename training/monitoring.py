"""What a model saw, said and was told lately, beside what it was before: `chartcode monitor`.

Units that came over the same days may depend on each other in ways that permutation can't see (a new clinic, a
holiday): an alarm says that the windows differ, a person says whether that matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from data.gold import CODED_ONCE, Split, load_gold
from data.monitoring import MonitoringReport
from data.store.claims import iter_submitted
from data.store.encounters import iter_stored
from data.store.session import Store
from models.coding.words import read_words
from training.datasets import iter_denial_examples
from training.drift import DriftLimits, bin_values, find_drift
from training.fairness import compare_groups
from training.observations import Observed, observe_claim, observe_encounter

LIMITS = DriftLimits()


@dataclass(frozen=True, slots=True)
class Windows:
    """Both half-open: [before_since, recent_since) and [recent_since, as_of)."""

    before_since: datetime
    recent_since: datetime
    as_of: datetime

    @classmethod
    def of(cls, as_of: datetime, *, recent_days: int = 30, before_days: int = 90) -> "Windows":
        recent = as_of - timedelta(days=recent_days)
        return cls(recent - timedelta(days=before_days), recent, as_of)


def monitor(name: str, store: Store, windows: Windows, limits: DriftLimits = LIMITS) -> MonitoringReport:
    """`name` is coding or denial. Reads each note of both windows once."""
    return build_report(name, _OBSERVE[name](store, windows), windows, limits)


def build_report(
    name: str, observed: Sequence[Observed], windows: Windows, limits: DriftLimits = LIMITS
) -> MonitoringReport:
    """The groups are those of both windows together: there are never enough of them."""
    units = [one for one in observed if windows.before_since <= one.at < windows.as_of]
    is_recent = np.array([one.at >= windows.recent_since for one in units], dtype=bool)
    names = sorted({quantity for one in units for quantity in one.values})
    quantities = [bin_values(quantity, [one.values.get(quantity, ()) for one in units]) for quantity in names]
    return MonitoringReport(
        name=name,
        before_since=windows.before_since,
        recent_since=windows.recent_since,
        as_of=windows.as_of,
        units_before=int((~is_recent).sum()),
        units_after=int(is_recent.sum()),
        drifts=find_drift(quantities, is_recent, limits),
        groups=compare_groups(one.judged for one in units if one.judged),
    )


def observe_stored(store: Store, windows: Windows) -> list[Observed]:
    vocabulary = read_vocabulary()
    with store.reading() as session:
        stored = iter_stored(session, windows.before_since, windows.as_of)
        return [observe_encounter(one, vocabulary) for one in stored]


def _observe_denial(store: Store, windows: Windows) -> list[Observed]:
    with store.reading() as session:
        answers = {one.submitted.claim.claim_id: one for one in iter_denial_examples(session, windows.as_of)}
        submitted = iter_submitted(session, windows.as_of)
        return [unit for one in submitted for unit in observe_claim(one, answers.get(one.claim.claim_id))]


_OBSERVE = {"coding": observe_stored, "denial": _observe_denial}


@cache
def read_vocabulary() -> frozenset[str]:
    """The words of the notes that are for training, which are at hand wherever the champion is."""
    cases = (*load_gold(Split.TRAIN), *load_gold(Split.TRAIN, folder=CODED_ONCE))
    texts = (note.text for case in cases for note in case.encounter.documents)
    return frozenset(stem for text in texts for stem in read_words(text).stems)
