"""Input that is no request: each kind gets its own 4xx, and nothing is stored."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api import examples
from data.store.tables import Base

Json = dict[str, Any]

WRITES: dict[str, tuple[str, str, Json]] = {
    "encounter": ("POST", "/v1/encounters", examples.ENCOUNTER),
    "suggestion": ("POST", "/v1/suggestions", examples.ENCOUNTER),
    "decisions": ("POST", "/v1/encounters/e1/decisions", examples.DECISIONS),
    "draft": ("POST", "/v1/encounters/e1/claim", examples.CLAIM_REQUEST),
    "claim": ("POST", "/v1/claims", examples.CLAIM),
    "change": ("PUT", "/v1/claims/c1", examples.CLAIM),
    "reviews": ("POST", "/v1/claims/reviews", examples.CLAIMS),
    "claim decision": ("POST", "/v1/claims/c1/decisions", examples.CLAIM_DECISION),
    "session": ("POST", "/v1/sessions", examples.SIGN_IN),
}

JSON = {"Content-Type": "application/json"}
FIVE_MB = b'{"text": "' + b"x" * (5 * 1024 * 1024) + b'"}'


def chunks(body: bytes) -> Callable[[], Iterator[bytes]]:
    """A body whose length nobody declares."""
    return lambda: (body[start : start + 65536] for start in range(0, len(body), 65536))


# What is wrong, the body (or what makes it out of a good one), the headers, the status.
BODIES: dict[str, tuple[bytes | Callable[[Json], bytes], dict[str, str], int]] = {
    "malformed": (b'{"encounter_id": ', JSON, 400),
    "not JSON": (b"MSH|^~\\&|", JSON, 400),
    "bad UTF-8": (b'{"encounter_id": "\xff\xfe"}', JSON, 400),
    "truncated UTF-8": (b'{"encounter_id": "\xe2\x82"}', JSON, 400),
    "binary": (bytes(range(256)), JSON, 400),
    "too deep": (b"[" * 100_000 + b"]" * 100_000, JSON, 400),
    "too many digits": (b'{"units": ' + b"9" * 5000 + b"}", JSON, 400),
    "a lone surrogate": (b'{"encounter_id": "\\ud800"}', JSON, 422),
    "an array": (b"[]", JSON, 422),
    "a number": (b"7", JSON, 422),
    "unknown field": (lambda good: json.dumps(good | {"surprise": 1}).encode(), JSON, 422),
    "form": (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "text": (b"{}", {"Content-Type": "text/plain"}, 415),
    "patch": (b"{}", {"Content-Type": "application/json-patch+json"}, 415),
    "no type": (b"{}", {"Content-Type": ""}, 415),
    "5 MB": (FIVE_MB, JSON, 413),
}


@pytest.fixture(scope="module")
def filled(shared_client: TestClient) -> TestClient:
    for path, body in (("/v1/encounters", examples.ENCOUNTER), ("/v1/claims", examples.CLAIM)):
        assert shared_client.post(path, json=body).status_code == 201
    shared_client.headers["If-Match"] = '"1"'
    return shared_client


def count_rows(client: TestClient) -> dict[str, int]:
    store = client.app.state.services.store
    with store.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("wrong", BODIES)
def test_a_bad_body_is_refused_and_leaves_nothing(filled: TestClient, write: str, wrong: str) -> None:
    method, path, good = WRITES[write]
    body, headers, status = BODIES[wrong]
    content = body(good) if callable(body) else body
    before = count_rows(filled)
    answer = filled.request(method, path, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert count_rows(filled) == before


@pytest.mark.parametrize("write", set(WRITES) - {"draft"})
def test_an_empty_body_lacks_fields(filled: TestClient, write: str) -> None:
    method, path, _ = WRITES[write]
    answer = filled.request(method, path, headers=JSON)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "missing")


@pytest.mark.parametrize("headers", [JSON, JSON | {"Transfer-Encoding": "chunked"}])
def test_five_megabytes_in_chunks_are_refused(filled: TestClient, headers: dict[str, str]) -> None:
    answer = filled.post("/v1/encounters", content=chunks(FIVE_MB)(), headers=headers)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "a body may have 2097152 bytes"


def test_a_body_at_the_limit_passes(filled: TestClient) -> None:
    limit = 2 * 1024 * 1024
    good = json.dumps(examples.ENCOUNTER).encode()
    assert filled.post("/v1/suggestions", content=good.ljust(limit), headers=JSON).status_code == 200
    assert filled.post("/v1/suggestions", content=good.ljust(limit + 1), headers=JSON).status_code == 413


def with_value(pointer: str, value: Any, good: Json = examples.ENCOUNTER) -> Json:
    body = json.loads(json.dumps(good))
    *way, last = pointer.strip("/").split("/")
    place = body
    for part in way:
        place = place[int(part) if part.isdigit() else part]
    place[int(last) if isinstance(place, list) else last] = value
    return body


# Where, what, and the rule that it breaks.
ENCOUNTERS: list[tuple[str, Any, str]] = [
    ("/date_of_service", "2026-03-22", "date_in_future"),
    ("/date_of_service", "2015-09-30", "date_too_early"),
    ("/date_of_service", "2026-02-30", "date_from_datetime_parsing"),
    ("/date_of_service", "1773446400", "value_error"),
    ("/date_of_service", 1773446400, "value_error"),
    ("/date_of_service", "2026-03-14T00:00:00Z", "value_error"),
    ("/code_systems/0", "icd9", "enum"),
    ("/setting", "spaceship", "enum"),
    ("/patient/age_years", True, "int_type"),
    ("/patient/age_years", "57", "int_type"),
    ("/patient/age_years", 57.0, "int_type"),
    ("/patient/age_years", 131, "less_than_equal"),
    ("/patient/sex", True, "enum"),
    ("/encounter_id", "", "string_too_short"),
    ("/encounter_id", "a\x00b", "string_pattern_mismatch"),
    ("/encounter_id", 7, "string_type"),
    ("/documents", [], "too_short"),
    ("/documents/0/text", "", "value_error"),
    ("/documents/0/text", "   \n", "value_error"),
    ("/documents/0/text", "a\x00b", "value_error"),
    ("/documents/0/text", ["a"], "string_type"),
    ("/documents/0/text", "x" * 1_000_001, "string_too_long"),
    ("/payer/payer_id", None, "string_type"),
]


@pytest.mark.parametrize(("pointer", "value", "rule"), ENCOUNTERS)
@pytest.mark.parametrize("path", ["/v1/encounters", "/v1/suggestions"])
def test_a_bad_encounter_names_place_and_rule(
    shared_client: TestClient, path: str, pointer: str, value: Any, rule: str
) -> None:
    answer = shared_client.post(path, json=with_value(pointer, value))
    assert answer.status_code == 422, answer.text
    assert [(one["pointer"], one["rule"]) for one in answer.json()["errors"]] == [(pointer, rule)]


@pytest.mark.parametrize("day", ["2015-10-01", "2026-03-20", "2026-03-21"])
def test_days_that_are_today_somewhere_pass(shared_client: TestClient, day: str) -> None:
    """It is noon of 20 March in UTC, so on Kiritimati the 21st has begun."""
    assert shared_client.post("/v1/suggestions", json=with_value("/date_of_service", day)).status_code == 200


CLAIMS: list[tuple[str, Any, str, str]] = [
    ("/lines/0/service_date", "2026-03-22", "/lines/0/service_date", "date_in_future"),
    ("/lines/0/procedure/system", "icd9", "/lines/0/procedure", "value_error"),
    ("/lines/0/procedure/code", "9921", "/lines/0/procedure", "value_error"),
    ("/lines/0/procedure/code", 99214, "/lines/0/procedure/code", "is_instance_of"),
    ("/lines/0/procedure/code", True, "/lines/0/procedure/code", "is_instance_of"),
    ("/lines/0/procedure/code", {"compact": "99214"}, "/lines/0/procedure/code", "is_instance_of"),
    ("/lines/0/procedure", "99214", "/lines/0/procedure", "model_attributes_type"),
    ("/lines/0/units", True, "/lines/0/units", "int_type"),
    ("/lines/0/units", 0, "/lines/0/units", "greater_than_equal"),
    ("/lines/0/units", 1.0, "/lines/0/units", "int_type"),
    ("/lines/0/charge_cents", "18500", "/lines/0/charge_cents", "int_type"),
    ("/lines/0/charge_cents", -1, "/lines/0/charge_cents", "greater_than_equal"),
    ("/lines/0/modifiers", ["2"], "/lines/0/modifiers/0", "string_pattern_mismatch"),
    ("/diagnoses/0", "not a code", "/diagnoses/0", "value_error"),
    ("/diagnoses/0", 7, "/diagnoses/0", "value_error"),
    ("/frequency_code", True, "/frequency_code", "string_type"),
    ("/lines", [], "/lines", "too_short"),
]


@pytest.mark.parametrize(("at", "value", "pointer", "rule"), CLAIMS)
def test_a_bad_claim_names_place_and_rule(
    shared_client: TestClient, at: str, value: Any, pointer: str, rule: str
) -> None:
    answer = shared_client.post("/v1/claims", json=with_value(at, value, examples.CLAIM))
    assert answer.status_code == 422, answer.text
    assert (pointer, rule) in {(one["pointer"], one["rule"]) for one in answer.json()["errors"]}
    batch = shared_client.post("/v1/claims/reviews", json={"claims": [with_value(at, value, examples.CLAIM)]})
    assert f"/claims/0{pointer}" in {one["pointer"] for one in batch.json()["errors"]}


# Long lists of what is wrong; each would take seconds to tell of in full.
MANY = [
    ("/v1/suggestions", with_value("/code_systems", ["icd9"] * 100_000)),
    ("/v1/suggestions", with_value("/documents", [{}] * 100_000)),
    ("/v1/claims", with_value("/diagnoses", ["?"] * 100_000, examples.CLAIM)),
    ("/v1/claims", with_value("/lines", [{}] * 100_000, examples.CLAIM)),
    ("/v1/claims", with_value("/lines/0/modifiers", ["?"] * 100_000, examples.CLAIM)),
    ("/v1/claims/reviews", {"claims": [{}] * 100_000}),
    ("/v1/claims", examples.CLAIM | {f"field {number}": 1 for number in range(1000)}),
]


@pytest.mark.parametrize(("path", "body"), MANY, ids=range(len(MANY)))
def test_of_very_many_problems_some_are_told_and_soon(shared_client: TestClient, path: str, body: Json) -> None:
    started = time.process_time()
    answer = shared_client.post(path, json=body)
    assert (answer.status_code, len(answer.json()["errors"]) <= 100) == (422, True)
    assert time.process_time() - started < 2


def test_an_unknown_field_is_not_named(shared_client: TestClient) -> None:
    body = with_value("/patient", {"age_years": 57, "Jane Roe": "1234"})
    (problem,) = shared_client.post("/v1/suggestions", json=body).json()["errors"]
    assert (problem["pointer"], problem["rule"]) == ("/patient", "extra_forbidden")
