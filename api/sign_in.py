"""Signing in with name and password: limited, recorded, and answered in the same words whatever was wrong."""

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore, Lock

from api.errors import TooManyError, UnauthenticatedError
from api.services import Services
from data.store.audit import append_event
from data.store.browser_sessions import BrowserSession, close_browser_session, open_browser_session
from data.store.errors import SignInError
from data.store.users import User, check_password, find_active_user

# One check of a password takes 64 MB.
_CHECKS_AT_ONCE = 2
# Many people may share an address, and one person's name may be tried from many: both get more room than the pair.
_SHARED_FACTOR = 10
_MAX_KEYS = 10_000


class AttemptLimit:
    """At most `attempts` in any window of `seconds`, by key. An attempt counts until it is known to be right."""

    def __init__(self, attempts: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._attempts = attempts
        self._seconds = seconds
        self._clock = clock
        self._made: dict[Hashable, deque[float]] = {}
        self._lock = Lock()

    def count(self, key: Hashable) -> None:
        """Raises TooManyError, with the seconds to wait, instead of counting one too many."""
        now = self._clock()
        with self._lock:
            made = self._made.setdefault(key, deque())
            while made and made[0] <= now - self._seconds:
                made.popleft()
            if len(made) >= self._attempts:
                wait = int(made[0] + self._seconds - now) + 1
                raise TooManyError("too many attempts to sign in", headers={"Retry-After": str(wait)})
            made.append(now)
            if len(self._made) > _MAX_KEYS:
                self._made.pop(next(iter(self._made)))

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._made.pop(key, None)


class SignInDesk:
    """Opens and closes browser sessions."""

    def __init__(self, services: Services, *, attempts: int, window_seconds: float, lifetime: timedelta) -> None:
        self._services = services
        self._by_pair = AttemptLimit(attempts, window_seconds)
        self._by_one = AttemptLimit(attempts * _SHARED_FACTOR, window_seconds)
        self._checks = BoundedSemaphore(_CHECKS_AT_ONCE)
        self._lifetime = lifetime

    def open(self, name: str, password: str, *, address: str) -> tuple[str, BrowserSession]:
        """The token for the cookie, and who it stands for. Raises UnauthenticatedError or TooManyError."""
        with self._limited(name, address):
            user = self._check(name, password)
        at = self._services.clock()
        with self._services.store.transaction() as session:
            token, opened = open_browser_session(session, user.name, at=at, lifetime=self._lifetime)
            append_event(session, "session.opened", actor=user.name, subject=user.name, at=at)
        if opened is None:
            raise UnauthenticatedError("the user was disabled meanwhile")
        return token, opened

    def close(self, token: str, user: User) -> None:
        with self._services.store.transaction() as session:
            close_browser_session(session, token)
            append_event(session, "session.closed", actor=user.name, subject=user.name, at=self._services.clock())

    @contextmanager
    def _limited(self, name: str, address: str) -> Iterator[None]:
        keys = (("name", name), ("address", address))
        self._by_pair.count((name, address))
        for key in keys:
            self._by_one.count(key)
        yield
        self._by_pair.forget((name, address))

    def _check(self, name: str, password: str) -> User:
        try:
            with self._checks, self._services.store.reading() as session:
                return check_password(session, name, password)
        except SignInError:
            self._record_refusal(name)
            raise UnauthenticatedError("the name or the password is wrong") from None

    def _record_refusal(self, name: str) -> None:
        """What was typed is recorded only when it is a user's name: it may be a password in the wrong field."""
        with self._services.store.transaction() as session:
            subject = name if find_active_user(session, name) else "unknown"
            append_event(session, "session.refused", actor="anonymous", subject=subject, at=self._services.clock())
