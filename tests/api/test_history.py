"""The history of a claim and of an encounter, as it is read."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from data.remittances import Remittance
from data.store.remittances import add_remittance


def test_a_claim_from_draft_to_answer(client: TestClient, stored_claim: dict[str, Any], world: Any) -> None:
    changed = stored_claim | {"prior_authorization": "A1"}
    world.now[0] += timedelta(minutes=1)
    client.post("/v1/claims/c1/decisions", json={"outcome": "held", "reason": "asks for it"})
    world.now[0] += timedelta(minutes=1)
    assert client.put("/v1/claims/c1", json=changed, headers={"If-Match": '"2"'}).status_code == 200
    world.now[0] += timedelta(minutes=1)
    client.post("/v1/claims/c1/decisions", json={"outcome": "submitted"})
    world.now[0] += timedelta(days=9)
    answer = Remittance.model_validate({"claim_id": "c1", "adjudicated_on": "2026-03-28"})
    with world.services.store.transaction() as session:
        add_remittance(session, answer, by="payer", at=world.now[0])
    found = client.get("/v1/claims/c1/history").json()
    steps = [(step["step"], step["revision"], step["by"]) for step in found["steps"]]
    assert steps == [
        ("stored", 1, "admin"),
        ("decided", 1, "admin"),
        ("changed", 2, "admin"),
        ("decided", 2, "admin"),
        ("answered", None, "payer"),
    ]
    assert found["steps"][2]["changes"] == [{"field": "/prior_authorization", "before": None, "after": "A1"}]
    assert found["steps"][1]["decision"]["reason"] == "asks for it"
    assert found["steps"][4]["answer"]["adjudicated_on"] == "2026-03-28"


def test_an_encounter_and_a_change_of_mind(client: TestClient, stored_encounter: dict[str, Any], world: Any) -> None:
    one = {"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"}
    client.post("/v1/encounters/e1/decisions", json={"decisions": [one]}, headers={"If-Match": '"1"'})
    world.now[0] += timedelta(minutes=1)
    undone = one | {"outcome": "rejected", "reason": "historical"}
    client.post("/v1/encounters/e1/decisions", json={"decisions": [undone]}, headers={"If-Match": '"2"'})
    first, accepted, rejected = client.get("/v1/encounters/e1/history").json()["steps"]
    assert (first["step"], first["model_version"]) == ("stored", "fake-coding-1")
    assert (accepted["step"], accepted["changes"]) == ("decided", [])
    assert (rejected["step"], rejected["supersedes"]) == ("changed", accepted["decision_id"])
    assert rejected["changes"] == [
        {"field": "/outcome", "before": "accepted", "after": "rejected"},
        {"field": "/reason", "before": None, "after": "historical"},
    ]


@pytest.mark.parametrize("path", ["/v1/claims/c1/history", "/v1/encounters/e1/history"])
def test_looking_is_recorded(
    client: TestClient, stored_claim: dict[str, Any], stored_encounter: dict[str, Any], path: str
) -> None:
    client.get(path)
    kinds = [event["kind"] for event in client.get("/v1/audit/events?limit=200").json()["events"]]
    assert kinds[-2].endswith(".viewed")


@pytest.mark.parametrize("path", ["/v1/claims/none/history", "/v1/encounters/none/history"])
def test_nothing_to_tell(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
