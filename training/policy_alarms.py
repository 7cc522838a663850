"""How often policy alarms are false, and how soon they tell of a new rule: measured on synthetic worlds.

`python -m training.policy_alarms` writes docs/alarms.md. An operator would look once a week; so does this.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from data.synthetic.claim_world import FIRST_DAY, LAST_DAY, ClaimWorld, build_world
from models.performance.alarms import RULE, AlarmReport, CellKind, report_alarms
from training.alarm_worlds import (
    PLANTED_ON,
    Band,
    Cell,
    Change,
    choose_cells,
    find_changes,
    plant,
    read_world,
    shuffle_days,
)

# Seed and claims.
WORLDS = ((1, 20_000), (2, 20_000))
OUT = Path(__file__).resolve().parent.parent / "docs" / "alarms.md"
_WEEK = timedelta(days=7)
_PATIENCE = timedelta(weeks=26)
# Denials by a new rule in its first twelve weeks.
_FELT = ((1, 3), (4, 7), (8, 15), (16, None))
# Claims a week in the cells where rules are planted.
_PACES = ((1, 2), (2, 4), (4, 8), (8, None))


@dataclass(frozen=True, slots=True)
class Looks:
    """Weekly looks at one world: how many, how many raised an alarm, and the days of each procedure's alarms."""

    count: int
    cells: int
    with_alarm: int
    days: Mapping[Cell, Sequence[date]]


def look_weekly(frame: pd.DataFrame) -> Looks:
    """From the first day with a whole past on."""
    days: dict[Cell, list[date]] = defaultdict(list)
    count = cells = with_alarm = 0
    for day in _iter_weeks(FIRST_DAY + timedelta(days=RULE.past_days + RULE.recent_days), LAST_DAY):
        report = report_alarms(frame, day)
        count, cells, with_alarm = count + 1, cells + report.cells, with_alarm + bool(report.alarms)
        for cell in _procedures_of(report):
            days[cell].append(day)
    return Looks(count, cells, with_alarm, days)


def _iter_weeks(first: date, last: date) -> Iterator[date]:
    return (first + week * _WEEK for week in range((last - first) // _WEEK + 1))


def _procedures_of(report: AlarmReport) -> set[Cell]:
    return {(alarm.payer_id, alarm.key) for alarm in report.alarms if alarm.kind is CellKind.PROCEDURE}


def is_explained(cell: Cell, day: date, changes: Iterable[Change]) -> bool:
    """A rule about the procedure began within the days that were compared."""
    reach = timedelta(days=RULE.past_days + RULE.recent_days)
    return any(one.cell == cell and day - reach <= one.began_on <= day for one in changes)


def find_delay(cell: Cell, felt_on: date, looks: Looks) -> float | None:
    """Weeks from the first denial under a rule to the first alarm on its cell; None for none within half a year."""
    first = next((day for day in looks.days.get(cell, ()) if felt_on <= day <= felt_on + _PATIENCE), None)
    return None if first is None else (first - felt_on) / _WEEK


def time_planted(frame: pd.DataFrame, band: Band, seed: int) -> list[float | None]:
    """The delay of each planted rule: one at a time, looking weekly from its day on."""
    return [_time(plant(frame, cell, seed), cell) for cell in choose_cells(frame, band, seed)]


def _time(frame: pd.DataFrame, cell: Cell) -> float | None:
    for day in _iter_weeks(PLANTED_ON + _WEEK, PLANTED_ON + _PATIENCE):
        if cell in _procedures_of(report_alarms(frame, day)):
            return (day - PLANTED_ON) / _WEEK
    return None


@dataclass(slots=True)
class Measures:
    """Of all worlds together; delays by band, None for what was not told."""

    still: list[Looks] = field(default_factory=list)
    moving: list[Looks] = field(default_factory=list)
    explained: int = 0
    unexplained: int = 0
    felt: dict[Band, list[float | None]] = field(default_factory=lambda: {band: [] for band in _FELT})
    planted: dict[Band, list[float | None]] = field(default_factory=lambda: {band: [] for band in _PACES})

    def add_world(self, world: ClaimWorld) -> None:
        frame = read_world(world)
        changes = find_changes(world.payers, frame)
        looks = look_weekly(frame)
        self.still.append(look_weekly(shuffle_days(frame, world.seed)))
        self.moving.append(looks)
        for cell, days in looks.days.items():
            known = sum(is_explained(cell, day, changes) for day in days)
            self.explained, self.unexplained = self.explained + known, self.unexplained + len(days) - known
        for change in changes:
            band = next(band for band in _FELT if band[0] <= change.denied <= (band[1] or change.denied))
            self.felt[band].append(find_delay(change.cell, change.felt_on, looks))
        for pace in _PACES:
            self.planted[pace] += time_planted(frame, pace, world.seed)


def render(measures: Measures, worlds: Sequence[tuple[int, int]] = WORLDS) -> str:
    still, moving = measures.still, measures.moving
    sizes = ", ".join(f"seed {seed} with {claims:,} claims" for seed, claims in worlds)
    looks, cells = sum(one.count for one in still), sum(one.cells for one in still)
    rows = [
        _HEAD.format(sizes=sizes, rule=RULE),
        "| where nothing changes | |",
        "|---|---|",
        f"| weekly looks, and cells compared in one | {looks}, {cells / looks:.0f} |",
        f"| looks with a false alarm | {_share(sum(one.with_alarm for one in still), looks)} |",
        "",
        "| where rules change | |",
        "|---|---|",
        f"| looks with an alarm | {_share(sum(one.with_alarm for one in moving), sum(one.count for one in moving))} |",
        f"| procedures' alarms, a week each | {measures.explained + measures.unexplained} |",
        f"| of them without a new rule for the procedure in the days compared | {measures.unexplained} |",
        "",
        *_table("the world's own rules, by denials in the first twelve weeks", measures.felt),
        "",
        *_table("planted rules, by claims a week of payer and procedure", measures.planted),
    ]
    return "\n".join(rows) + "\n"


def _table(title: str, delays: Mapping[Band, Sequence[float | None]]) -> Iterator[str]:
    yield f"| {title} | told within half a year | weeks to the alarm, median (longest) |"
    yield "|---|---|---|"
    for (least, most), own in delays.items():
        told = [delay for delay in own if delay is not None]
        shown = f"{np.median(told):.0f} ({max(told):.0f})" if told else "–"
        yield f"| {least}{f' to {most}' if most else ' and more'} | {_share(len(told), len(own))} | {shown} |"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none"


_HEAD = """# Alarms for changed payer policy

Written by `python -m training.policy_alarms`, on **synthetic** clinics over 27 months with 13 payers
({sizes}): nothing here says how real payers change.

The rule: the last {rule.recent_days} days against the {rule.past_days} before, a growth by less than the factor
{rule.tolerated} tolerated, {rule.false_share:.0%} of the alarms allowed to be false (exact test of two Poisson rates,
Benjamini-Hochberg over all payers with a reason code or a procedure). An operator looks once a
week. Nothing changes in a world whose payers' claims have exchanged the days of their answers. A planted rule denies
six in ten of what it is about.
"""


def main() -> None:
    measures = Measures()
    for seed, claims in WORLDS:
        measures.add_world(build_world(seed, claims))
    OUT.write_text(render(measures), encoding="utf-8")


if __name__ == "__main__":
    main()
