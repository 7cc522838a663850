"""Reports over HTTP and the page that shows them."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from api.main import create_app
from data.contract_rates import Service
from data.remittances import Remittance
from data.store.imported_claims import keep_submitted_claims
from data.store.remittances import add_remittance
from data.synthetic.demo_claims import draft_claim


class Agreed:
    def allowed_cents(self, payer_id: str, service: Service) -> int:
        return 12_000


def send(client: TestClient, name: str) -> None:
    assert client.post("/v1/claims", json=draft_claim(name).model_dump(mode="json")).status_code == 201
    assert client.post(f"/v1/claims/{name}/decisions", json={"outcome": "submitted"}).status_code == 201


def reply(world: Any, name: str, paid: int, carc: str, day: str = "2026-03-10") -> None:
    """The rest of the 150 dollars is refused or written off."""
    group = {"group": "CO", "carc": carc, "amount_cents": 15_000 - paid}
    line = {"line_number": 1, "charge_cents": 15_000, "paid_cents": paid, "adjustments": [group]}
    answer = Remittance.model_validate({"claim_id": name, "adjudicated_on": day, "lines": [line]})
    with world.services.store.transaction() as session:
        add_remittance(session, answer, by="admin", at=world.now[0])


@pytest.fixture
def clinic(any_world: Any) -> Any:
    """Three claims of 150 dollars: paid at 110, denied, open."""
    client = any_world.client()
    for name in ("paid", "denied", "open"):
        send(client, name)
    reply(any_world, "paid", 11_000, "45")
    reply(any_world, "denied", 0, "97")
    return any_world


def test_the_reports_agree(clinic: Any) -> None:
    client = clinic.client()
    denials = client.get("/v1/reports/denials").json()
    assert (denials["total"]["claims"], denials["total"]["denied_cents"], denials["clean_claim_rate"]) == (
        2,
        15_000,
        0.5,
    )
    assert [(one["key"], one["denied_claims"]) for one in denials["by_category"]] == [("bundling", 1)]
    owed = client.get("/v1/reports/receivables").json()
    assert (owed["total"]["unanswered_cents"], owed["total"]["refused_cents"]) == (15_000, 15_000)
    assert [one["outstanding_cents"] for one in owed["total"]["aging"]] == [30_000, 0, 0, 0, 0]
    unchecked = client.get("/v1/reports/underpayments").json()["total"]
    assert (unchecked["checked_lines"], unchecked["unchecked_lines"]) == (0, 1)
    assert client.get("/v1/reports/alarms").json()["alarms"] == []


def test_a_contract_shows_what_is_short(clinic: Any) -> None:
    services = replace(clinic.services, rates=Agreed)
    report = (
        replace(clinic, app=create_app(clinic.app.state.settings, services)).client().get("/v1/reports/underpayments")
    )
    (line,) = report.json()["lines"]
    assert (line["claim_id"], line["contract_cents"], line["allowed_cents"], line["short_cents"]) == (
        *("paid", 12_000, 11_000),
        1_000,
    )


def test_an_answer_is_in_the_next_report(clinic: Any) -> None:
    client = clinic.client()
    assert client.get("/v1/reports/denials").json()["total"]["claims"] == 2
    reply(clinic, "open", 9_000, "45")
    assert client.get("/v1/reports/denials").json()["total"]["claims"] == 3
    assert client.get("/v1/reports/receivables").json()["total"]["unanswered_cents"] == 0


@pytest.mark.parametrize(
    ("query", "claims"),
    [
        ("payer=demo-commercial", 2),
        ("payer=another", 0),
        ("from=2026-03-10&to=2026-03-10", 2),
        ("from=2026-03-11", 0),
        ("to=2026-03-09", 0),
        ("payer=&from=&to=", 2),
    ],
)
def test_a_report_is_about_what_was_asked(clinic: Any, query: str, claims: int) -> None:
    assert clinic.client().get(f"/v1/reports/denials?{query}").json()["total"]["claims"] == claims


@pytest.mark.parametrize("query", ["from=2026-3-1", "to=yesterday", "from=2026-03-02&to=2026-03-01", "payer=%00"])
@pytest.mark.parametrize("report", ["denials", "receivables", "underpayments", "alarms"])
def test_a_bad_question_is_told(shared_client: TestClient, report: str, query: str) -> None:
    answer = shared_client.get(f"/v1/reports/{report}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_queries_do_not_grow_with_the_claims(world: Any) -> None:
    client = world.client()
    statements: list[str] = []
    event.listen(world.services.store.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def count_queries() -> int:
        statements.clear()
        assert client.get("/v1/reports/denials").status_code == 200
        return len(statements)

    send(client, "c0")
    first = count_queries()
    for number in range(1, 20):
        send(client, f"c{number}")
    assert count_queries() == first
    assert count_queries() < first


def test_the_page_shows_the_reports(clinic: Any) -> None:
    page = clinic.client().get("/performance").text
    for shown in ("1 of 2 claims", "Bundling", "$300.00", "Unchecked", "Over 120"):
        assert shown in page


def test_an_empty_page_says_what_to_import(world: Any) -> None:
    page = world.client("biller").get("/performance")
    assert page.status_code == 200
    assert "chartcode import x12" in page.text
    assert world.client("coder").get("/performance").status_code == 403


def test_what_stands_refused_leads_to_its_appeal(clinic: Any) -> None:
    page = clinic.client().get("/performance").text
    assert 'href="/billing/denied/appeal"' in page
    assert "/billing/paid" not in page
    assert "Nothing stands refused" in clinic.client().get("/performance?to=2026-03-09").text
    assert 'href="/performance#refused"' in clinic.client().get("/billing").text


def test_a_claim_that_came_in_sent_has_no_estimate(world: Any) -> None:
    with world.services.store.transaction() as session:
        keep_submitted_claims(session, [draft_claim("sent")], by="admin", at=world.now[0])
    page = world.client("biller").get("/billing/sent").text
    assert "Not estimated" in page
    assert "chance of denial" not in page
