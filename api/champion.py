"""The model in service, exchanged when the registry names another; requests under way finish with the one they have."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from api.logging import describe_error, get_logger

ModelT_co = TypeVar("ModelT_co", covariant=True)


class Champion(Generic[ModelT_co]):
    def __init__(self, find: Callable[[], Path], load: Callable[[], ModelT_co]) -> None:
        self._find = find
        self._load = load
        self._path = find()
        self._model = load()
        self._lock = Lock()

    def current(self) -> ModelT_co:
        """One thread loads a new model while the others go on with the old one."""
        if self._lock.acquire(blocking=False):
            try:
                self._exchange()
            finally:
                self._lock.release()
        return self._model

    def _exchange(self) -> None:
        """A model that fails to load leaves the old one in service, and is tried again only when the name changes."""
        try:
            path = self._find()
            if path == self._path:
                return
            self._path = path
            self._model = self._load()
        except Exception as error:
            get_logger().error("model_reload_failed", **describe_error(error))
        else:
            get_logger().info("model_reloaded", version=path.name)
