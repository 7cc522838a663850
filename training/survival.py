"""Kills processes that decide, and processes that train, at random moments: `python -m training.survival`.

What a killed process had acknowledged must be there afterwards, the audit chain whole, and every version in the
registry must load. That is a process that dies; a machine that loses power is another trial.
"""

import argparse
import logging
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import text

from data.code_library import load_library
from data.codes import CodeSystem
from data.home import Home
from data.store.audit import verify_chain
from data.store.encounters import get_encounter
from data.store.session import Store, open_store
from data.synthetic.coders import FLAWLESS, record_visits, simulate_visits
from data.synthetic.dice import Dice
from models.artifacts import ArtefactError
from models.denial.artefact import NAME, load_artefact
from models.registry import ModelRegistry, RegistryError
from training.killed_work import ENCOUNTER, decide_forever, kill_at_random, train_forever
from training.progress import track

_HEAD = """# Killed at random moments

Written by `python -m training.survival --out {out}`: processes that decide, and processes that train
versions of the denial model and add them to the registry, each killed (SIGKILL) at a random moment of its work. After
each kill the database and its audit chain are checked, or every version in the registry is loaded. The database is
SQLite; everything is invented. A machine that loses power is another trial, which this is not.

"""


@dataclass(frozen=True, slots=True)
class Survival:
    """`acknowledged` are decisions, or versions, that a process had said to be done before it was killed."""

    kills: int
    acknowledged: int
    lost: int
    damaged: int


def survive_deciding(home: Home, kills: int, dice: Dice, longest: float = 0.3) -> Survival:
    store = open_store(home.database_url)
    record_visits(store, simulate_visits(1, habits=FLAWLESS))
    said: set[str] = set()
    damaged = 0
    for _ in track(range(kills), "deciding"):
        said.update(kill_at_random(decide_forever, home, dice, longest))
        damaged += not _is_whole(store)
    kept = _read_decisions(store)
    store.close()
    return Survival(kills, len(said), len(said - kept), damaged)


def _is_whole(store: Store) -> bool:
    with store.reading() as session:
        is_sound = session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        return is_sound and verify_chain(session).is_intact


def _read_decisions(store: Store) -> Set[str]:
    with store.reading() as session:
        return {one.decision_id for one in get_encounter(session, ENCOUNTER).decisions}


def survive_training(home: Home, kills: int, dice: Dice, longest: float) -> Survival:
    load_library(home).latest(CodeSystem.ICD10CM)  # builds the code set, which each process would begin with
    registry = ModelRegistry(home)
    said: set[str] = set()
    damaged = 0
    for _ in track(range(kills), "training"):
        said.update(kill_at_random(train_forever, home, dice, longest))
        damaged += not all(_loads(registry, version) for version in _list_versions(home))
    return Survival(kills, len(said), len(said - set(registry.versions(NAME))), damaged)


def _list_versions(home: Home) -> list[str]:
    """Whatever stands where versions stand, finished or not."""
    return [folder.name for folder in (home.models / NAME).glob("[!.]*")]


def _loads(registry: ModelRegistry, version: str) -> bool:
    try:
        load_artefact(registry.find_version(NAME, version))
    except (ArtefactError, RegistryError):
        return False
    return True


def describe(deciding: Survival, training: Survival) -> str:
    rows = (
        "| killed while | kills | acknowledged | of these lost | checks that failed |",
        "|---|---|---|---|---|",
        f"| deciding | {deciding.kills} | {deciding.acknowledged:,} decisions | {deciding.lost} | {deciding.damaged} |",
        f"| training | {training.kills} | {training.acknowledged:,} versions | {training.lost} | {training.damaged} |",
    )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deciding", type=int, default=140, help="processes that decide")
    parser.add_argument("--training", type=int, default=60, help="processes that train")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", type=Path, help="an empty folder; a temporary one by default")
    parser.add_argument("--out", type=Path, help="also writes the page into this file")
    chosen = parser.parse_args()
    home, dice = Home(chosen.home or Path(mkdtemp(prefix="chartcode-killed-"))), Dice(chosen.seed)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    deciding = survive_deciding(home, chosen.deciding, dice)
    table = describe(deciding, survive_training(home, chosen.training, dice, longest=20.0))
    logging.getLogger(__name__).info(table)
    if chosen.out:
        chosen.out.write_text(f"{_HEAD.format(out=chosen.out.as_posix())}{table}\n", "utf8")


if __name__ == "__main__":
    main()
