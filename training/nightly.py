"""How long a nightly retrain takes on this machine: `python -m training.nightly`.

Invented decisions and claims are put into a store first, as if they had been lived; that is not counted. Both models
then learn from the store, as `chartcode train` does, up to a version in the registry with its measures. The clock also
counts what a busy machine does besides; its load, averaged over the last five minutes, stands beside both times.
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
    start, used = time.perf_counter(), _processor_seconds()
    act()
    return Timed(what, time.perf_counter() - start, _processor_seconds() - used, os.getloadavg()[1])


def _processor_seconds() -> float:
    return sum(os.times()[:4])


def describe(rows: list[Timed]) -> str:
    lines = ["| learned from | seconds | of the processor | load |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {one[0]} | {one[1]:.0f} | {one[2]:.0f} | {one[3]:.1f} |" for one in rows)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=2_000, help="0 leaves the coding model out")
    parser.add_argument("--claims", type=int, default=120_000, help="0 leaves the denial model out")
    parser.add_argument("--home", type=Path, help="a folder; a temporary one by default")
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


if __name__ == "__main__":
    main()
