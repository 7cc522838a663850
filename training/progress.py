"""Progress of long work: a bar on a terminal, nothing in a pipe."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def track(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    yield from tqdm(items, desc=what, total=total, disable=not sys.stderr.isatty(), leave=False)
