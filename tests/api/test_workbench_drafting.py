"""From a coder's decisions to the biller's worklist, and again after a change."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

SAME_SITE = {"Origin": "http://testserver"}


@pytest.fixture
def coder(world: Any, stored_encounter: Any) -> Iterator[TestClient]:
    """A coder in a browser, with a diagnosis and a visit accepted."""
    with world.client(role=None) as client:
        client.post(
            "/v1/sessions", json={"name": "coder", "password": "correct horse battery staple"}, headers=SAME_SITE
        )
        accepted = [
            {"suggestion_id": f"s{rank}", "outcome": "accepted", "system": system, "code": code}
            for rank, (system, code) in enumerate((("icd10cm", "N18.32"), ("cpt", "99214")), start=2)
        ]
        decide(client, accepted, version=1)
        yield client


def decide(client: TestClient, decisions: list[dict[str, Any]], *, version: int) -> None:
    headers = SAME_SITE | {"If-Match": f'"{version}"'}
    answer = client.post("/v1/encounters/e1/decisions", json={"decisions": decisions}, headers=headers)
    assert answer.status_code == 201, answer.text


def draft(client: TestClient) -> Any:
    page = client.get("/coding/e1").text
    token = page.split('<meta name="csrf-token" content="')[1].split('"')[0]
    return client.post("/coding/e1/claim", headers=SAME_SITE | {"X-CSRF-Token": token})


def test_a_draft_reaches_the_biller(coder: TestClient, client: TestClient) -> None:
    answer = draft(coder)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == "/v1/claims/e1-claim"
    waiting = client.get("/v1/worklists/billing").json()["items"]
    assert [(task["claim_id"], task["encounter_id"]) for task in waiting] == [("e1-claim", "e1")]


def test_an_unchanged_draft_changes_nothing(coder: TestClient) -> None:
    first, second = draft(coder), draft(coder)
    assert (second.status_code, second.json()["version"]) == (201, first.json()["version"])


def test_a_changed_draft_keeps_what_the_biller_filled_in(coder: TestClient, client: TestClient) -> None:
    claim = draft(coder).json()["claim"]
    claim["billing_npi"] = "1234567893"
    claim["lines"][0]["charge_cents"] = 18500
    assert client.put("/v1/claims/e1-claim", json=claim, headers={"If-Match": '"1"'}).status_code == 200
    changed = {"suggestion_id": "s3", "outcome": "accepted", "system": "cpt", "code": "99214", "modifiers": ["57"]}
    decide(coder, [changed], version=2)
    record = draft(coder).json()
    assert record["revision"] == 3
    assert record["claim"]["billing_npi"] == "1234567893"
    assert [(line["modifiers"], line["charge_cents"]) for line in record["claim"]["lines"]] == [(["57"], 18500)]


def test_a_draft_without_the_token_of_the_page_is_refused(coder: TestClient) -> None:
    assert coder.post("/coding/e1/claim", headers=SAME_SITE).status_code == 403


def test_a_bearer_token_does_not_draft_here(client: TestClient, stored_encounter: Any) -> None:
    assert client.post("/coding/e1/claim").status_code == 403
