"""What is in service, exchanged when its key names another; requests under way finish with the one they have."""

from collections.abc import Callable, Hashable
from threading import Lock, Thread
from typing import Generic, TypeVar

from api.logging import describe_error, get_logger

ModelT_co = TypeVar("ModelT_co", covariant=True)
Work = Callable[[], None]


def run_now(work: Work) -> None:
    """In the request that met the change."""
    work()


def run_aside(work: Work) -> None:
    """In a thread of its own: no request waits."""
    Thread(target=work, name="exchange", daemon=True).start()


class Champion(Generic[ModelT_co]):
    """`find` is asked for the key at every use and has to be quick; `load` may take its time."""

    def __init__(
        self,
        find: Callable[[], Hashable],
        load: Callable[[], ModelT_co],
        *,
        what: str = "model",
        run: Callable[[Work], None] = run_now,
    ) -> None:
        self._find = find
        self._load = load
        self._what = what
        self._run = run
        self._key = find()
        self._model = load()
        self._lock = Lock()

    def current(self) -> ModelT_co:
        """One thread loads a new one while the others go on with the old one."""
        if self._lock.acquire(blocking=False):
            if self._is_changed():
                self._run(self._exchange)
            else:
                self._lock.release()
        return self._model

    def _is_changed(self) -> bool:
        try:
            return self._find() != self._key
        except Exception as error:
            get_logger().error("reload_failed", what=self._what, **describe_error(error))
            return False

    def _exchange(self) -> None:
        """One that fails to load leaves the old one in service, and is tried again only when the key changes."""
        try:
            self._key = self._find()
            self._model = self._load()
        except Exception as error:
            get_logger().error("reload_failed", what=self._what, **describe_error(error))
        else:
            get_logger().info("reloaded", what=self._what, key=str(self._key))
        finally:
            self._lock.release()
