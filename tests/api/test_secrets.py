"""What a client sent comes back in no error, no log line and no metric, whatever goes wrong."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api import examples
from api.logging import ALLOWED_FIELDS, configure_logging

# No digits or hexadecimal letters alone: identifiers and times would hold them by chance.
SECRET = "Roe Zyzzyva Wyzt"
COMPACT = "ZYZ4711"
JSON = {"Content-Type": "application/json"}

WRITES = [
    ("POST", "/v1/encounters", examples.ENCOUNTER),
    ("POST", "/v1/suggestions", examples.ENCOUNTER),
    ("POST", "/v1/encounters/e1/decisions", examples.DECISIONS),
    ("POST", "/v1/encounters/e1/claim", examples.CLAIM_REQUEST),
    ("POST", "/v1/claims", examples.CLAIM),
    ("PUT", "/v1/claims/c1", examples.CLAIM),
    ("POST", "/v1/claims/reviews", examples.CLAIMS),
    ("POST", "/v1/claims/c1/decisions", examples.CLAIM_DECISION),
    ("POST", "/v1/sessions", examples.SIGN_IN),
]


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logging(stream)
    yield stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def filled(shared_client: TestClient, log: io.StringIO) -> TestClient:
    for path, body in (("/v1/encounters", examples.ENCOUNTER), ("/v1/claims", examples.CLAIM)):
        assert shared_client.post(path, json=body).status_code == 201
    shared_client.headers["If-Match"] = '"1"'
    return shared_client


def places(body: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [at, *(place for key, child in children for place in places(child, (*at, key)))]


def planted(body: Any, at: tuple[Any, ...], secret: Any, *, as_key: bool) -> Any:
    """The body with the secret in one place, as a value or as the name of another field."""
    copy = json.loads(json.dumps(body))
    if not at:
        return {**copy, secret: 1} if as_key and isinstance(copy, dict) else secret
    place = copy
    for part in at[:-1]:
        place = place[part]
    if as_key and isinstance(place[at[-1]], dict):
        place[at[-1]][secret] = 1
    else:
        place[at[-1]] = secret
    return copy


_values = st.sampled_from(
    [SECRET, COMPACT, f"{SECRET}\x00", f"\ud800{SECRET}", f"2026-{SECRET}", [SECRET], {SECRET: SECRET}, SECRET * 50_000]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_error_repeats_what_was_sent(filled: TestClient, log: io.StringIO, data: st.DataObject) -> None:
    method, path, good = data.draw(st.sampled_from(WRITES))
    at = data.draw(st.sampled_from(places(good)))
    as_key = data.draw(st.booleans())
    secret = data.draw(_values.filter(lambda value: isinstance(value, str) or not as_key))
    query = data.draw(st.sampled_from(["", f"?profile={SECRET}", f"?{SECRET}=1"]))
    headers = data.draw(
        st.sampled_from([{}, {"If-Match": SECRET}, {"Idempotency-Key": SECRET}, {"X-Request-ID": SECRET}])
    )
    content = json.dumps(planted(good, at, secret, as_key=as_key)).encode()
    cut = data.draw(st.sampled_from([len(content), len(content) - 1, len(content) // 2]))
    answer = filled.request(method, path + query, content=content[:cut], headers=JSON | headers)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert_silent(answer.text)
    assert_silent(str(answer.headers.get("x-request-id")))
    assert_silent(log.getvalue())


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/encounters/{SECRET}",
        f"/v1/claims/{SECRET}",
        f"/v1/codes/icd10cm/{COMPACT}",
        f"/v1/codes/{COMPACT}/E11",
        f"/v1/codes?q={SECRET}&system={SECRET}",
        f"/v1/models/{SECRET}/card",
        f"/v1/worklists/coding?cursor={SECRET}",
        f"/v1/{SECRET}",
        f"/{SECRET}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE", "ZYZZYVA"])
def test_paths_stay_out_of_errors_logs_and_metrics(
    filled: TestClient, log: io.StringIO, method: str, path: str
) -> None:
    answer = filled.request(method, path)
    assert answer.status_code == 200 or SECRET not in answer.text
    assert_silent(log.getvalue())
    assert_silent(filled.get("/metrics").text)


def test_a_failing_model_tells_its_type_and_place_only(world, log: io.StringIO) -> None:
    def fail() -> None:
        raise RuntimeError(f"can't read {SECRET}")

    world.suggester.before = fail
    answer = world.client().post("/v1/encounters", json=examples.ENCOUNTER)
    assert (answer.status_code, answer.json()["type"]) == (500, "/docs#internal")
    assert_silent(answer.text)
    assert_silent(log.getvalue())
    line = next(json.loads(line) for line in reversed(log.getvalue().splitlines()) if "unhandled_error" in line)
    assert line["error"] == "RuntimeError"
    assert line["request_id"] == answer.json()["request_id"]
    assert world.client().get("/v1/encounters/e1").status_code == 404


def test_lines_are_json_with_allowed_fields_only(filled: TestClient, log: io.StringIO) -> None:
    filled.get("/v1/encounters/e1")
    structlog.get_logger().info("request", note=SECRET, text=SECRET)
    logging.getLogger("sqlalchemy.engine").error("row %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert all(set(line) <= ALLOWED_FIELDS for line in lines)
    assert_silent(log.getvalue())
    assert {"error", "where"} <= set(lines[-1])


def test_a_request_has_one_line(filled: TestClient, log: io.StringIO) -> None:
    before = len(log.getvalue().splitlines())
    answer = filled.get("/v1/encounters/e1")
    (line,) = (json.loads(line) for line in log.getvalue().splitlines()[before:])
    assert line.pop("duration_ms") > 0
    assert line.pop("timestamp")
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/v1/encounters/{encounter_id}",
        "status": 200,
        "request_id": answer.headers["x-request-id"],
        "user_id": "admin",
    }


def assert_silent(text: str) -> None:
    for part in ("Zyzzyva", "ZYZ", "Wyzt"):
        assert part not in text
