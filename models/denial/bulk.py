"""Many claims, over worker processes when asked; each goes through `Reviewer.review`, as a single one does.

One that can't be reviewed is held, and the others are reviewed.
"""

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context

from data.claim_history import ClaimHistory
from data.code_library import load_library
from data.home import Home
from models.denial.review import Reviewer, load_reviewer
from models.denial.unreviewed import Answer, review_texts

# Reviewed together; a worker is worth its start from so many on.
_AT_ONCE = 500
_WORTH_A_WORKER = 2000
# New objects between two visits of the garbage collector: some parts' worth of reviews.
_BETWEEN_COLLECTIONS = 200_000

_worker: tuple[Reviewer, ClaimHistory | None] | None = None


def useful_workers(claims: int) -> int:
    """No more than there are cores, and none that would cost more than it saves."""
    return max(1, min(os.cpu_count() or 1, claims // _WORTH_A_WORKER))


def review_in_bulk(
    home: Home, claims: Sequence[str], history: ClaimHistory | None = None, *, workers: int
) -> Iterator[Answer]:
    """Of claims as JSON, in the order given. Each worker process loads the model once and uses one core.

    Whoever reviews a text reads it: one process alone would read more slowly than the workers review.
    """
    parts = [claims[start : start + _AT_ONCE] for start in range(0, len(claims), _AT_ONCE)]
    if workers <= 1:
        reviewer = load_reviewer(home, load_library(home))
        for part in parts:
            yield from review_texts(reviewer, part, history)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_load, initargs=(home, history)) as pool:
        yield from chain.from_iterable(pool.map(_review_part, parts))


def _load(home: Home, history: ClaimHistory | None) -> None:
    """What stays is kept from the garbage collector, which would walk through all of it again and again, and it comes
    seldom: claims and reviews refer to nothing that refers to them, and go when they are no longer used."""
    global _worker  # noqa: PLW0603 - a worker process holds its model once
    _worker = load_reviewer(home, load_library(home)), history
    gc.freeze()
    gc.set_threshold(_BETWEEN_COLLECTIONS)


def _review_part(texts: Sequence[str]) -> list[Answer]:
    if _worker is None:
        raise RuntimeError("the worker has not loaded its model")
    reviewer, history = _worker
    return review_texts(reviewer, texts, history)
