"""A request sent twice acts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from data.store.errors import IdempotencyConflictError
from data.store.idempotency import KEPT_FOR, StoredResponse, recall, remember
from data.store.session import Store

RESPONSE = StoredResponse(201, {"ETag": '"1"'}, b'{"a": "\xc3\xa9"}')


def _request(**changed: Any) -> dict[str, Any]:
    return {"user": "ada", "key": "k1", "route": "POST /v1/encounters", "body": b"{}"} | changed


@pytest.fixture
def remembered(store: Store, now: datetime) -> Store:
    with store.transaction() as session:
        assert recall(session, **_request(), at=now) is None
        remember(session, RESPONSE, **_request(), at=now)
    return store


def test_the_same_request_gets_the_same_answer(remembered: Store, now: datetime) -> None:
    with remembered.transaction() as session:
        assert recall(session, **_request(), at=now + timedelta(hours=23, minutes=59)) == RESPONSE


def test_another_body_under_the_same_key_is_a_conflict(remembered: Store, now: datetime) -> None:
    with pytest.raises(IdempotencyConflictError), remembered.transaction() as session:
        recall(session, **_request(body=b"{ }"), at=now)


@pytest.mark.parametrize("changed", [{"user": "bob"}, {"key": "k2"}, {"route": "POST /v1/claims"}])
def test_keys_belong_to_a_user_and_a_route(remembered: Store, now: datetime, changed: dict[str, Any]) -> None:
    with remembered.transaction() as session:
        assert recall(session, **_request(**changed), at=now) is None


def test_after_a_day_the_key_is_free(remembered: Store, now: datetime) -> None:
    with remembered.transaction() as session:
        assert recall(session, **_request(body=b"other"), at=now + KEPT_FOR) is None
        remember(session, RESPONSE, **_request(body=b"other"), at=now + KEPT_FOR)
    with remembered.transaction() as session:
        assert recall(session, **_request(body=b"other"), at=now + KEPT_FOR) == RESPONSE


def test_of_requests_at_once_one_acts(store: Store, now: datetime) -> None:
    def send(_: int) -> bool:
        with store.transaction() as session:
            if recall(session, **_request(), at=now) is not None:
                return False
            remember(session, RESPONSE, **_request(), at=now)
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, range(12))) == 1
