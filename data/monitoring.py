"""What a model's inputs, scores, acceptance and outcomes look like lately, beside what they were before.

A report holds counts and shares of groups, nothing of one patient. The newest one of each model is kept in the home.
"""

from typing import Self

from pydantic import ValidationError

from data.canonical import canonical_json
from data.home import Home
from data.noun import Count, Flag, Identifier, Noun, Probability, UtcTime
from data.tables import write_atomically
from data.wilson import wilson

_FILE = "monitoring.json"


class Drift(Noun):
    """Of one quantity: PSI and, where it is ordered, the Kolmogorov-Smirnov distance between two windows.

    `p_value` by permutation of whole units (encounters, claims) between the windows.
    """

    quantity: Identifier
    units_before: Count
    units_after: Count
    psi: float
    ks: Probability | None
    p_value: Probability
    is_alarm: Flag


class Proportion(Noun):
    """Of `cases`, with Wilson's interval of 95 %; `value` is None where there are none."""

    cases: Count
    value: Probability | None
    low: Probability
    high: Probability

    @classmethod
    def of(cls, hits: int, cases: int) -> Self:
        share = wilson(hits, cases)
        return cls(cases=cases, value=share.value if cases else None, low=share.low, high=share.high)


class GroupShares(Noun):
    """How the model does for one group of patients, of what people decided on after a look.

    `precision`: of its suggestions, those that were kept. `recall`: of the kept codes, those that it had suggested.
    `units` are encounters or claims; `is_behind`: a whole interval lies clearly below the share of everybody else.
    """

    group: Identifier
    units: Count
    precision: Proportion
    recall: Proportion
    is_behind: Flag


class MonitoringReport(Noun):
    """Units between `recent_since` and `as_of`, beside those between `before_since` and `recent_since`."""

    name: Identifier
    before_since: UtcTime
    recent_since: UtcTime
    as_of: UtcTime
    units_before: Count
    units_after: Count
    drifts: tuple[Drift, ...]
    groups: tuple[GroupShares, ...] = ()

    @property
    def alarms(self) -> tuple[Drift, ...]:
        return tuple(one for one in self.drifts if one.is_alarm)


def save_report(home: Home, report: MonitoringReport) -> None:
    folder = home.models / report.name
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / _FILE, (canonical_json(report) + "\n").encode())


def find_report(home: Home, name: str) -> MonitoringReport | None:
    """None where nobody has monitored the model yet, or the report can't be read."""
    try:
        return MonitoringReport.model_validate_json((home.models / name / _FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
