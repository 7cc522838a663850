"""How often monitoring cries wolf, and what it misses: `python -m training.monitoring_trial`. All of it is synthetic.

Encounters of simulated coders are drawn with replacement into two windows. Without a change each alarm is false; with
a planted change of the later window, silence is a miss.
"""

import argparse
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from data.store.session import open_store
from data.synthetic.coders import record_visits, simulate_visits
from data.synthetic.dice import Dice
from data.wilson import wilson
from training.drift import DriftLimits, Value
from training.monitoring import LIMITS, Windows, build_report, observe_stored
from training.observations import KEPT, REFUSED, Observed
from training.progress import track

Change = Callable[[Observed, Dice], Observed]
_AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
_WINDOWS = Windows.of(_AS_OF)
_HEAD = """# Monitoring: false alarms and misses

Synthetic encounters of simulated coders, drawn with replacement into two windows. An alarm needs a population stability
index of {psi} and a p-value below {alpha} divided by the number of quantities, by {permutations} permutations of whole
encounters. Real encounters come in clusters (a clinic, a season): expect more alarms there, and read them so.

`{command}`

"""


@dataclass(frozen=True, slots=True)
class Planted:
    """A change of the later window, and the quantity that should tell of it; None where nothing is changed."""

    label: str
    change: Change
    told_by: str | None


def _lengthen(unit: Observed, _: Dice) -> Observed:
    return _with(unit, "note words", [float(value) * 1.5 for value in unit.values["note words"]])


def _write_shorthand(unit: Observed, dice: Dice) -> Observed:
    more = 0.1 if dice.chance(0.5) else 0.0
    return _with(unit, "unknown words", [float(value) + more for value in unit.values["unknown words"]])


def _move_away(unit: Observed, dice: Dice) -> Observed:
    return _with(unit, "setting", ["setting telehealth"]) if dice.chance(0.3) else unit


def _lose_confidence(unit: Observed, _: Dice) -> Observed:
    return _with(unit, "probability", [max(float(value) - 0.15, 0.0) for value in unit.values["probability"]])


def _refuse_more(unit: Observed, dice: Dice) -> Observed:
    verdicts = [REFUSED if value == KEPT and dice.chance(0.3) else value for value in unit.values["acceptance"]]
    return _with(unit, "acceptance", verdicts)


def _with(unit: Observed, quantity: str, values: Sequence[Value]) -> Observed:
    return unit._replace(values={**unit.values, quantity: values})


PLANTED = (
    Planted("nothing", lambda unit, _: unit, None),
    Planted("notes half as long again", _lengthen, "note words"),
    Planted("half of the notes with a tenth more unknown words", _write_shorthand, "unknown words"),
    Planted("30 % of the visits moved to telehealth", _move_away, "setting"),
    Planted("probabilities lower by .15", _lose_confidence, "probability"),
    Planted("30 % of what was kept is refused", _refuse_more, "acceptance"),
)


def observe_synthetic(visits: int = 600) -> list[Observed]:
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'chartcode.db'}")
        record_visits(store, simulate_visits(visits))
        everything = replace(_WINDOWS, before_since=datetime(2026, 1, 1, tzinfo=UTC))
        observed = observe_stored(store, everything)
        store.close()
    return observed


def draw_windows(pool: Sequence[Observed], planted: Planted, before: int, after: int, dice: Dice) -> list[Observed]:
    day = timedelta(days=1)
    first = [dice.choice(pool)._replace(at=_WINDOWS.recent_since - day) for _ in range(before)]
    second = [dice.choice(pool)._replace(at=_WINDOWS.as_of - day) for _ in range(after)]
    return [*first, *(planted.change(unit, dice) for unit in second)]


def find_alarms(units: Sequence[Observed], limits: DriftLimits) -> frozenset[str]:
    return frozenset(drift.quantity for drift in build_report("coding", units, _WINDOWS, limits).alarms)


def measure(pool: Sequence[Observed], *, before: int, after: int, runs: int, limits: DriftLimits = LIMITS) -> str:
    """A table: of each planted change, the share of runs with any alarm and with the alarm that tells of it."""
    rows = ["| change | runs | any alarm | the right alarm |", "|---|---|---|---|"]
    for planted in track(PLANTED, "changes"):
        dice = Dice(17)
        found = [find_alarms(draw_windows(pool, planted, before, after, dice), limits) for _ in range(runs)]
        told = _tell(sum(planted.told_by in alarms for alarms in found), runs) if planted.told_by else ""
        rows.append(f"| {planted.label} | {runs} | {_tell(sum(map(bool, found)), runs)} | {told} |")
    return "\n".join(rows)


def _tell(hits: int, runs: int) -> str:
    share = wilson(hits, runs)
    return f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--before", type=int, default=300)
    parser.add_argument("--after", type=int, default=100)
    parser.add_argument("--out", type=Path, help="also writes the page into this file")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    table = measure(observe_synthetic(), before=chosen.before, after=chosen.after, runs=chosen.runs)
    logging.getLogger(__name__).info(table)
    if chosen.out:
        sizes = f"--before {chosen.before} --after {chosen.after} --runs {chosen.runs}"
        command = f"python -m training.monitoring_trial {sizes} --out {chosen.out.as_posix()}"
        settings: Mapping[str, object] = {"psi": LIMITS.psi, "alpha": LIMITS.alpha, "permutations": LIMITS.permutations}
        chosen.out.write_text(_HEAD.format(command=command, **settings) + table + "\n", "utf8")


if __name__ == "__main__":
    main()
