"""Access to the models: a few requests at a time, a short queue behind them, and 503 beyond it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore

from api.errors import UnavailableError
from api.metrics import Metrics
from api.services import ModelName, Reviewer, Suggester
from data.claims import Claim
from data.notes import Encounter, Profile
from data.reviews import ClaimReview
from data.store.coding_checks import check_suggestions
from data.store.errors import MismatchError
from data.suggestions import SuggestionSet

# Waiting requests hold a thread each, and other routes need threads as well.
_QUEUE = 8


class ModelAnswerError(Exception):
    """A model answered what it was not asked: our fault, not the client's."""


class ModelSlots:
    def __init__(self, count: int, wait_seconds: float, metrics: Metrics) -> None:
        self._seats = BoundedSemaphore(count + _QUEUE)
        self._slots = BoundedSemaphore(count)
        self._wait_seconds = wait_seconds
        self._metrics = metrics

    @contextmanager
    def enter(self, model: ModelName) -> Iterator[None]:
        """Raises UnavailableError when the queue is full or the wait too long."""
        with (
            _held(self._seats, 0),
            self._metrics.queued(),
            _held(self._slots, self._wait_seconds),
            self._metrics.model_time(model),
        ):
            yield


@contextmanager
def _held(semaphore: BoundedSemaphore, timeout: float) -> Iterator[None]:
    if not semaphore.acquire(timeout=timeout):
        raise UnavailableError("the models are busy", headers={"Retry-After": "2"})
    try:
        yield
    finally:
        semaphore.release()


@dataclass(frozen=True, slots=True)
class CodingModel:
    """The suggester behind its slots."""

    suggester: Suggester
    slots: ModelSlots

    def suggest(self, encounter: Encounter, profile: Profile) -> SuggestionSet:
        """Raises ModelAnswerError rather than show evidence that is not in the notes."""
        with self.slots.enter(ModelName.CODING):
            (answer,) = self.suggester.suggest([encounter], profile)
        try:
            check_suggestions(encounter, answer)
        except MismatchError as error:
            raise ModelAnswerError(str(error)) from None
        return answer


@dataclass(frozen=True, slots=True)
class DenialModel:
    """The reviewer behind its slots."""

    reviewer: Reviewer
    slots: ModelSlots

    def review(self, claims: Sequence[Claim]) -> list[ClaimReview]:
        with self.slots.enter(ModelName.DENIAL):
            answers = self.reviewer.review(claims)
        if [answer.claim_id for answer in answers] != [claim.claim_id for claim in claims]:
            raise ModelAnswerError("the reviews are of other claims")
        return answers
