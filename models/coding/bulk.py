"""Many encounters, over worker processes when asked; each goes through `Suggester.suggest`, as a single one does."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from data.code_library import load_library
from data.home import Home
from data.notes import Encounter, Profile
from data.suggestions import SuggestionSet
from models.coding.suggest import Suggester, load_suggester

_worker: Suggester | None = None


def suggest_in_bulk(
    home: Home, encounters: Sequence[Encounter], profile: Profile, *, workers: int
) -> Iterator[SuggestionSet]:
    """In the order given. Each worker process loads the model once and uses one core."""
    if workers <= 1:
        suggester = load_suggester(home, load_library(home))
        for encounter in encounters:
            yield from suggester.suggest([encounter], profile)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_load, initargs=(home,)) as pool:
        yield from pool.map(_suggest, encounters, [profile] * len(encounters), chunksize=8)


def _load(home: Home) -> None:
    global _worker  # noqa: PLW0603 - a worker process holds its model once
    _worker = load_suggester(home, load_library(home), threads=1)


def _suggest(encounter: Encounter, profile: Profile) -> SuggestionSet:
    if _worker is None:
        raise RuntimeError("the worker has not loaded its model")
    return _worker.suggest([encounter], profile)[0]
