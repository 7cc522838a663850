"""Deadlines in the worklist and on the pages, in either order."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from data.deadlines import Contracts
from data.remittances import Remittance
from data.store.billing_worklist import set_deadlines
from data.store.remittances import add_remittance


@pytest.fixture
def dated(client: TestClient, claim: dict[str, Any]) -> TestClient:
    """Three claims: at Medicare of two days, at a payer of which nothing is known."""
    medicare = {"payer_id": "M1", "kind": "medicare"}
    line = claim["lines"][0]
    late = {"lines": [line | {"service_date": "2025-03-20", "charge_cents": 100}], "payer": medicare}
    for name, changes in (("plain", {}), ("new", {"payer": medicare}), ("late", late)):
        assert client.post("/v1/claims", json=claim | changes | {"claim_id": name}).status_code == 201
    return client


def listed(client: TestClient, query: str) -> list[tuple[str, str | None]]:
    answer = client.get(f"/v1/worklists/billing?{query}").json()
    found = [(item["claim_id"], item["file_by"]) for item in answer["items"]]
    more = answer["next_cursor"]
    return found + (listed(client, f"{query}&cursor={more}") if more else [])


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_the_worklist_by_deadline(dated: TestClient, limit: int) -> None:
    expected = [("late", "2026-03-20"), ("new", "2027-03-14"), ("plain", None)]
    assert listed(dated, f"order=deadline&limit={limit}") == expected
    assert {name for name, _ in listed(dated, f"limit={limit}")} == {"late", "new", "plain"}


def test_a_cursor_is_of_its_order(dated: TestClient) -> None:
    cursor = dated.get("/v1/worklists/billing?order=deadline&limit=1").json()["next_cursor"]
    assert dated.get(f"/v1/worklists/billing?cursor={cursor}").status_code == 422


def test_a_claim_says_by_when_and_why(dated: TestClient, world: Any) -> None:
    refused = {"group": "CO", "carc": "50", "amount_cents": 18500}
    answered = {"line_number": 1, "charge_cents": 18500, "paid_cents": 0, "adjustments": [refused]}
    found = Remittance.model_validate({"claim_id": "new", "adjudicated_on": "2026-03-18", "lines": [answered]})
    with world.services.store.transaction() as session:
        add_remittance(session, found, by="payer", at=world.now[0])
    deadlines = dated.get("/v1/claims/new").json()["deadlines"]
    assert {name: value["day"] for name, value in deadlines.items()} == {
        "file_by": "2027-03-14",
        "appeal_by": "2026-07-21",
    }
    assert all("42 CFR" in value["source"] for value in deadlines.values())
    assert dated.get("/v1/claims/plain").json()["deadlines"] == {"file_by": None, "appeal_by": None}
    items = dated.get("/v1/worklists/billing").json()["items"]
    assert {item["claim_id"]: item["appeal_by"] for item in items}["new"] == "2026-07-21"
    assert "Appeal 21 Jul 2026" in dated.get("/billing").text
    assert "Appeal 21 Jul 2026" in dated.get("/billing/new").text


def test_the_page_is_sorted_and_warns(dated: TestClient, world: Any) -> None:
    by_deadline = dated.get("/billing?order=deadline").text
    places = [by_deadline.index(f'href="/billing/{name}"') for name in ("late", "new", "plain")]
    assert places == sorted(places)
    assert 'class="due soon"' in by_deadline
    assert 'aria-sort="ascending"' in by_deadline
    world.now[0] = world.now[0].replace(day=24)
    assert "4 days late" in dated.get("/billing").text


def test_a_contract_that_changes_moves_the_worklist(dated: TestClient, world: Any) -> None:
    class Short(Contracts):
        def file_by(self, claim: Any) -> Any:
            found = Contracts().file_by(claim)
            return found.model_copy(update={"day": claim.prepared_on}) if found else None

    with world.services.store.transaction() as session:
        assert set_deadlines(session, Short()) == 1
        assert set_deadlines(session, Short()) == 0
    assert listed(dated, "order=deadline")[1] == ("new", "2026-03-20")


def test_new_claims_are_dated_by_the_contracts_in_service(world: Any, claim: dict[str, Any]) -> None:
    class Fixed(Contracts):
        def file_by(self, claim: Any) -> Any:
            return Contracts().file_by(claim.model_copy(update={"payer": claim.payer.model_copy(update=KIND)}))

    services = replace(world.services, contracts=Fixed)
    other = replace(world, app=create_app(world.app.state.settings, services), services=services)
    with other.client() as client:
        client.post("/v1/claims", json=claim)
        assert listed(client, "") == [("c1", "2027-03-14")]


KIND = {"kind": "medicare"}
