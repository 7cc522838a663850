"""How long a nightly retrain takes on this machine: `python -m training.nightly`.

Invented decisions and claims are put into a store first, as if they had been lived; that is not counted. Both models
then learn from the store, as `chartcode train` does, up to a version in the registry.
"""

import argparse
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from data.code_library import load_library
from data.home import Home
from data.store.imported_answers import keep_remittances
from data.store.imported_claims import keep_submitted_claims
from data.store.sent_claims import read_stamps
from data.store.session import Store, open_store
from data.synthetic.claim_world import build_world
from data.synthetic.clinic_coders import REALISTIC
from data.synthetic.clinic_notes import write_visits
from models.coding.suggest import load_suggester
from training.coding import train_coding
from training.denial import train_denial
from training.simulated_clinic import record_clinic, write_incremental_config

_AFTERWARDS = datetime(2028, 1, 1, tzinfo=UTC)
# Of a visit of the simulated clinic, on average.
_DECISIONS = 4
_HEAD = """# How long a nightly retrain takes

Written by `python -m training.nightly --decisions {decisions} --claims {claims} --out {out}`, on {cores} cores, from
the store to a version in the registry with its measures. Everything is invented. `of the processor` is what the
training alone used of them; the clock also counts what the machine did besides (its load before, averaged over a
minute, stands beside it; {cores} is a machine that is busy).

"""


class Timed(NamedTuple):
    """Seconds by the clock, and of the processor, of this process and those that it started."""

    what: str
    seconds: float
    processor: float
    load: float


def time_coding(home: Home, store: Store, decisions: int) -> Timed:
    visits = list(write_visits(decisions // _DECISIONS))
    made = record_clinic(store, load_suggester(home, load_library(home)), visits, REALISTIC)
    config = write_incremental_config(home)
    return take_time(f"coding, {made:,} decisions", lambda: train_coding(home, config, _AFTERWARDS, store))


def time_denial(home: Home, store: Store, claims: int) -> Timed:
    """A store that has claims already is left as it is."""
    made = _count_claims(store) or import_world(store, claims)
    return take_time(f"denial, {made:,} claims", lambda: train_denial(home, None, _AFTERWARDS, store))


def _count_claims(store: Store) -> int:
    with store.reading() as session:
        return len(read_stamps(session))


def import_world(store: Store, claims: int) -> int:
    world = build_world(seed=7, size=claims).claims
    with store.transaction() as session:
        keep_submitted_claims(session, [one.claim for one in world], by="import", at=_AFTERWARDS)
        answers = [answer for one in world for answer in one.remittances]
        keep_remittances(session, answers, by="import", at=_AFTERWARDS)
    return len(world)


def take_time(what: str, act: Callable[[], object]) -> Timed:
    load, start, used = os.getloadavg()[0], time.perf_counter(), _processor_seconds()
    act()
    return Timed(what, time.perf_counter() - start, _processor_seconds() - used, load)


def _processor_seconds() -> float:
    return sum(os.times()[:4])


def describe(rows: list[Timed]) -> str:
    lines = ["| learned from | seconds | of the processor | load before |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {one[0]} | {one[1]:.0f} | {one[2]:.0f} | {one[3]:.1f} |" for one in rows)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=2_000, help="0 leaves the coding model out")
    parser.add_argument("--claims", type=int, default=120_000, help="0 leaves the denial model out")
    parser.add_argument("--home", type=Path, help="a folder; a temporary one by default")
    parser.add_argument("--out", type=Path, help="also writes the page into this file")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    home = Home(chosen.home or Path(mkdtemp(prefix="chartcode-nightly-")))
    store = open_store(home.database_url)
    rows = []
    if chosen.claims:
        rows.append(time_denial(home, store, chosen.claims))
    if chosen.decisions:
        rows.append(time_coding(home, store, chosen.decisions))
    logging.getLogger(__name__).info(describe(rows))
    if chosen.out:
        head = _HEAD.format(**vars(chosen) | {"out": chosen.out.as_posix(), "cores": os.cpu_count()})
        chosen.out.write_text(f"{head}{describe(rows)}\n", "utf8")


if __name__ == "__main__":
    main()
