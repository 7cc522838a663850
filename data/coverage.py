"""Coverage policies: for which diagnoses a payer covers a procedure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from data.days import day_number

COLUMNS = pa.schema(
    [
        ("procedure", pa.string()),
        ("policy", pa.string()),
        ("payer_id", pa.string()),
        ("first_diagnosis", pa.string()),
        ("last_diagnosis", pa.string()),
        ("first_day", pa.int32()),
        ("last_day", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class CoveredRange:
    """Diagnoses from `first` through `last`, compact, both as prefixes: E08 to E13 holds E139."""

    policy: str
    payer_id: str
    first: str
    last: str
    first_day: int
    last_day: int

    def contains(self, compact: str) -> bool:
        return self.first <= compact and compact[: len(self.last)] <= self.last


class CoveragePolicies:
    """One release. An empty `payer_id` is for every payer."""

    def __init__(self, release: str, table: pa.Table) -> None:
        self.release = release
        ranges: dict[str, list[CoveredRange]] = defaultdict(list)
        for procedure, *values in zip(*(table[name].to_pylist() for name in COLUMNS.names), strict=True):
            ranges[procedure].append(CoveredRange(*values))
        self._ranges: Mapping[str, list[CoveredRange]] = dict(ranges)

    def __len__(self) -> int:
        return len(self._ranges)

    def find(self, payer_id: str, procedure: str, day: date) -> tuple[CoveredRange, ...]:
        """What is covered; empty when no policy speaks of the procedure for this payer on that day."""
        number = day_number(day)
        return tuple(
            covered
            for covered in self._ranges.get(procedure, ())
            if covered.payer_id in ("", payer_id) and covered.first_day <= number <= covered.last_day
        )
