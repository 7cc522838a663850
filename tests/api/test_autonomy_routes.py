"""Levels of autonomy over HTTP: who may change them, what they refuse, and what a release does to a new encounter."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import examples
from data.autonomy import AUTONOMY, LEAST_CASES
from data.decisions import Decision
from data.notes import Encounter, Profile
from data.store.drawn_reviews import record_draw
from data.store.encounters import add_encounter, append_decisions

E11 = {"system": "icd10cm", "prefix": "E11"}
TEST = {"family": E11, "level": "test", "target": 0.9, "least_probability": 0.9, "reason": "a test"}
RELEASE = {"family": E11, "level": "released", "reason": "audited"}
MANUAL = {"family": E11, "level": "manual", "reason": "enough"}


def change(client: TestClient, body: dict[str, Any], **headers: str) -> Any:
    return client.post("/v1/autonomy/changes", json=body, headers=headers)


@pytest.mark.parametrize(
    ("bodies", "status"),
    [
        ([TEST], 201),
        ([TEST, MANUAL, TEST], 201),
        ([RELEASE], 409),
        ([MANUAL], 409),
        ([TEST, TEST], 409),
        ([TEST, RELEASE], 409),
        ([TEST | {"target": None}], 422),
        ([TEST | {"target": 0.4}], 422),
        ([TEST | {"target": 1.0}], 422),
        ([TEST | {"reason": ""}], 422),
        ([TEST | {"family": {"system": "icd10cm", "prefix": "E11.2"}}], 422),
        ([RELEASE | {"target": 0.9}], 422),
        ([TEST | {"by": "somebody else"}], 422),
    ],
)
def test_steps(client: TestClient, bodies: list[dict[str, Any]], status: int) -> None:
    *before, last = bodies
    for body in before:
        assert change(client, body).status_code == 201
    answer = change(client, last)
    assert answer.status_code == status, answer.text
    kept = client.get("/v1/autonomy").json()["changes"]
    assert len(kept) == len(before) + (status == 201)
    assert {one["changed_by"] for one in kept} <= {"admin"}


def test_a_repeated_request_acts_once(client: TestClient) -> None:
    first, second = (change(client, TEST, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, second.json()) == (201, first.json())
    assert len(client.get("/v1/autonomy").json()["changes"]) == 1


def decide(client: TestClient, name: str, version: int, outcome: str = "accepted") -> None:
    decision = {"suggestion_id": "s1", "system": "icd10cm", "code": "E11.22", "outcome": outcome}
    body, seen = {"decisions": [decision]}, {"If-Match": f'"{version}"'}
    assert client.post(f"/v1/encounters/{name}/decisions", json=body, headers=seen).status_code == 201


def store_visit(client: TestClient, name: str) -> Any:
    answer = client.post("/v1/encounters", json=examples.ENCOUNTER | {"encounter_id": name})
    assert answer.status_code == 201
    return answer


@pytest.fixture
def released(world: Any, client: TestClient) -> TestClient:
    """E11 was tested, audited and released."""
    assert change(client, TEST).status_code == 201
    store, later = world.services.store, world.now[0] + timedelta(hours=1)
    names = [f"audited-{number}" for number in range(LEAST_CASES)]
    accept = Decision(suggestion_id="s1", outcome="accepted", system="icd10cm", code="E11.22")
    with store.transaction() as session:
        for name in names:
            encounter = Encounter.model_validate(examples.ENCOUNTER | {"encounter_id": name})
            (answer,) = world.suggester.suggest([encounter], Profile.OUTPATIENT)
            add_encounter(session, encounter, answer, Profile.OUTPATIENT, by="clinic", at=world.now[0])
            append_decisions(session, name, [accept], by="coder", at=world.now[0], expected_version=1)
        record_draw(session, by_chance=names, by_risk=(), seed="s", by="admin", at=later)
        for name in names:
            append_decisions(session, name, [accept], by="auditor", at=later, expected_version=2)
    world.now[0] = later
    (report,) = client.get("/v1/autonomy").json()["families"]
    assert (report["audited"]["precision"]["cases"], report["objection"]) == (LEAST_CASES, None)
    assert change(client, RELEASE).status_code == 201
    return client


def test_a_release_from_the_audit_to_the_claim(released: TestClient) -> None:
    answer = store_visit(released, "fresh")
    assert answer.headers["etag"] == '"2"'
    (made,) = released.get("/v1/encounters/fresh").json()["decisions"]
    assert (made["decided_by"], made["decision"]["code"]) == (AUTONOMY, "E11.22")
    page = released.get("/coding/fresh").text
    assert "1 code needs no confirmation and stands accepted" in page
    assert "Accepted by autonomy" in page
    others = {"decisions": [{"suggestion_id": "s3", "outcome": "accepted", "system": "cpt", "code": "99214"}]}
    assert released.post("/v1/encounters/fresh/decisions", json=others, headers={"If-Match": '"2"'}).status_code == 201
    assert released.post("/v1/encounters/fresh/claim", json={}).json()["diagnoses"][0] == "E11.22"


def test_people_decide_otherwise_and_may_withdraw(released: TestClient) -> None:
    store_visit(released, "fresh")
    decide(released, "fresh", 2, "rejected")
    assert "no confirmation" not in released.get("/coding/fresh").text
    assert change(released, MANUAL).status_code == 201
    assert store_visit(released, "later").headers["etag"] == '"1"'


def test_coders_see_nothing_of_a_test(client: TestClient) -> None:
    change(client, TEST)
    store_visit(client, "fresh")
    assert "confirmation" not in client.get("/coding/fresh").text


def test_another_champion_is_not_released(released: TestClient, world: Any) -> None:
    world.suggester.model_version = "fake-coding-2"
    assert store_visit(released, "fresh").headers["etag"] == '"1"'
