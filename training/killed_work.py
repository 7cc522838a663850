"""Work that is killed (SIGKILL) at a random moment: deciding, and training versions. It says what it has done."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from data.decisions import Decision, Outcome
from data.home import Home
from data.store.encounters import append_decisions, get_encounter
from data.store.session import open_store
from data.synthetic.dice import Dice
from models.denial.artefact import NAME
from models.registry import ModelRegistry
from training.denial import train_denial

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# Yields the name of each thing that is done; an empty one first, when the work begins.
Work = Callable[[Home], Iterator[str]]

ENCOUNTER = "sim-00000"
# Each process is a fork of one that has imported everything and done nothing.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


def decide_forever(home: Home) -> Iterator[str]:
    """Each decision_id when it is committed."""
    store = open_store(home.database_url)
    with store.reading() as session:
        stored = get_encounter(session, ENCOUNTER)
    one = stored.suggestion_set.suggestions[0]
    accept = Decision(suggestion_id=one.suggestion_id, outcome=Outcome.ACCEPTED, system=one.system, code=one.code)
    yield ""
    while True:
        with store.transaction() as session:
            stored = append_decisions(
                session, ENCOUNTER, [accept], by="ada", at=datetime.now(UTC), expected_version=stored.version
            )
        yield stored.decisions[-1].decision_id


def train_forever(home: Home) -> Iterator[str]:
    """Each version of the denial model when the registry has it, of a small synthetic world that is new each time."""
    yield ""
    for seed in count(len(ModelRegistry(home).versions(NAME))):
        yield train_denial(home, _write_config(home, seed)).name


def _write_config(home: Home, seed: int) -> Path:
    text = (files("training") / "configs" / "denial.toml").read_text("utf8")
    home.path.mkdir(parents=True, exist_ok=True)
    path = home.path / "small.toml"
    path.write_text(text.replace("claims = 60000", "claims = 800").replace("20260301", str(seed)), "utf8")
    return path


def kill_at_random(work: Work, home: Home, dice: Dice, longest: float) -> list[str]:
    """What a process had said to be done when it was killed, up to `longest` seconds after it began.

    Raises RuntimeError when it ended by itself.
    """
    told, tells = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_tell, args=(work, home, tells))
    process.start()
    tells.close()
    told.poll(timeout=None)
    time.sleep(dice.uniform(0, longest))
    process.kill()
    process.join()
    if process.exitcode != -signal.SIGKILL:
        raise RuntimeError(f"the process ended by itself, with {process.exitcode}")
    return [done for done in _iter_told(told) if done]


def _tell(work: Work, home: Home, tells: "Connection[str, str]") -> None:
    for done in work(home):
        tells.send(done)


def _iter_told(told: "Connection[str, str]") -> Iterator[str]:
    """Until the end, or a word that was cut off."""
    with told:
        while True:
            try:
                yield told.recv()
            except (EOFError, OSError):
                return
