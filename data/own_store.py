"""The store of this installation's home."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from data.home import Home

if TYPE_CHECKING:
    from data.store.session import Store


@contextmanager
def open_own_store() -> "Iterator[Store]":
    """The folder is made on first use. SQLAlchemy is loaded only here: most commands need no database."""
    from data.store.session import open_store

    home = Home.from_environment()
    home.path.mkdir(parents=True, exist_ok=True)
    store = open_store(home.database_url)
    try:
        yield store
    finally:
        store.close()
