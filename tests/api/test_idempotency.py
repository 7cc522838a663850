"""A request that is sent twice acts once; requests that race leave one history."""

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import examples

Json = dict[str, Any]
KEY = {"Idempotency-Key": "k1"}
SEEN = {"If-Match": '"1"'}

ACCEPTED = {"decisions": [{"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"}]}
DEFERRED = {"decisions": [{"suggestion_id": "s1", "outcome": "deferred", "system": "icd10cm", "code": "E11.22"}]}

WRITES = [
    ("POST", "/v1/encounters", examples.ENCOUNTER | {"encounter_id": "e2"}, {}),
    ("POST", "/v1/encounters/e1/decisions", ACCEPTED, SEEN),
    ("POST", "/v1/claims", examples.CLAIM | {"claim_id": "c2"}, {}),
    ("PUT", "/v1/claims/c1", examples.CLAIM | {"diagnoses": ["N18.32"]}, SEEN),
    ("POST", "/v1/claims/c1/decisions", examples.CLAIM_DECISION, {}),
]


@pytest.mark.parametrize(("method", "path", "body", "headers"), WRITES)
def test_sent_again_it_is_answered_as_before(
    client: TestClient, stored_encounter: Json, stored_claim: Json, method: str, path: str, body: Json, headers: Json
) -> None:
    first, second = (client.request(method, path, json=body, headers=headers | KEY) for _ in range(2))
    assert first.status_code in (200, 201)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["etag"] == first.headers["etag"]
    assert ("idempotent-replayed" in first.headers, "idempotent-replayed" in second.headers) == (False, True)
    kinds = [event["kind"] for event in client.get("/v1/audit/events").json()["events"]]
    assert sum(kind.split(".")[0] in ("encounter", "claim") for kind in kinds) == 3


@pytest.mark.parametrize(("method", "path", "body", "headers"), WRITES)
def test_the_key_stands_for_one_body(
    client: TestClient, stored_encounter: Json, stored_claim: Json, method: str, path: str, body: Json, headers: Json
) -> None:
    assert client.request(method, path, json=body, headers=headers | KEY).status_code in (200, 201)
    spaced = json.dumps(body, indent=1).encode()
    other = client.request(method, path, content=spaced, headers=headers | KEY | {"Content-Type": "application/json"})
    assert (other.status_code, other.json()["type"]) == (409, "/docs#conflict")


def test_the_key_is_the_users_own_and_the_routes_own(world, stored_encounter: Json) -> None:
    path = "/v1/encounters/e1/decisions"
    assert world.client("admin").post(path, json=DEFERRED, headers=SEEN | KEY).status_code == 201
    assert world.client("coder").post(path, json=DEFERRED, headers=SEEN | KEY).status_code == 412
    other = world.client("admin").post("/v1/encounters", json=examples.ENCOUNTER | {"encounter_id": "e9"}, headers=KEY)
    assert other.status_code == 201


def test_an_error_is_not_kept(client: TestClient, stored_encounter: Json) -> None:
    path = "/v1/encounters/e1/decisions"
    assert client.post(path, json=ACCEPTED, headers={"If-Match": '"7"'} | KEY).status_code == 412
    assert client.post(path, json=ACCEPTED, headers=SEEN | KEY).status_code == 201


def test_after_a_day_the_key_is_free(world, client: TestClient, stored_encounter: Json) -> None:
    path = "/v1/encounters/e1/decisions"
    assert client.post(path, json=DEFERRED, headers=SEEN | KEY).status_code == 201
    world.now[0] += timedelta(hours=24)
    assert client.post(path, json=DEFERRED, headers=SEEN | KEY).status_code == 412


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "t\xe4st"])
def test_a_key_is_visible_ascii(client: TestClient, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = client.post("/v1/claims", json=examples.CLAIM, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "header")


@pytest.mark.parametrize("etag", ["*", "1", 'W/"1"', '"0"', '"1", "2"', "", '"99999999999"', '"one"'])
def test_only_an_etag_of_ours_is_current(client: TestClient, stored_encounter: Json, etag: str) -> None:
    answer = client.post("/v1/encounters/e1/decisions", json=ACCEPTED, headers={"If-Match": etag})
    assert answer.status_code == 412


def test_of_racing_decisions_one_wins(any_world) -> None:
    client = any_world.client()
    client.post("/v1/encounters", json=examples.ENCOUNTER)
    answers = any_world.race("/v1/encounters/e1/decisions", ACCEPTED, SEEN)
    assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412, 412, 412]
    assert len(client.get("/v1/encounters/e1").json()["decisions"]) == 1


def test_racing_with_one_key_all_get_the_same_answer(any_world) -> None:
    any_world.client().post("/v1/encounters", json=examples.ENCOUNTER)
    answers = any_world.race("/v1/encounters/e1/decisions", ACCEPTED, SEEN | KEY)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


def test_an_encounter_sent_by_many_is_stored_once(world) -> None:
    answers = world.race("/v1/encounters", examples.ENCOUNTER, {})
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 200, 201]
    assert len({answer.content for answer in answers}) == 1


def test_where_writers_run_beside_each_other_still_one_encounter_is_stored(postgres_world) -> None:
    """Who loses the race is told of a conflict, and learns on asking again that it is the same encounter."""
    statuses = [answer.status_code for answer in postgres_world.race("/v1/encounters", examples.ENCOUNTER, {})]
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    assert postgres_world.client().post("/v1/encounters", json=examples.ENCOUNTER).status_code == 200
    assert postgres_world.client().get("/v1/audit/verify").json()["is_intact"]


def test_different_encounters_under_one_id_leave_one(world, client: TestClient, encounter: Json) -> None:
    answers = [
        client.post("/v1/encounters", json=encounter | {"setting": setting}) for setting in ("office", "ed", "office")
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 200]
    assert client.get("/v1/encounters/e1").json()["encounter"]["setting"] == "office"
