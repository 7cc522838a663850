"""From note to appeal: an 837 goes out, an 835 denies it, the appeal is drafted, recorded and answered."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import examples
from api.claims.overturn import find_prior
from data.store.appeals import iter_appealed
from models.appeal.prior import COEFFICIENTS, NAME, load_prior
from models.registry import RELEASED

X12_TYPE = {"Content-Type": "application/edi-x12"}
Json = dict[str, Any]


def post_x12(client: TestClient, text: str) -> None:
    report = client.post("/v1/imports/x12", content=text.encode(), headers=X12_TYPE)
    assert report.status_code == 200, report.text
    assert report.json()["problems"] == []


@pytest.fixture
def drafted(world: Any, client: TestClient, stored_encounter: Json) -> TestClient:
    """A coder accepted two codes of the note; the claim was drafted from them and not sent."""
    accepted = [
        {"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"},
        {"suggestion_id": "s2", "outcome": "rejected", "system": "icd10cm", "code": "N18.32", "reason": "historical"},
        {"suggestion_id": "s3", "outcome": "accepted", "system": "cpt", "code": "99214"},
    ]
    client.post("/v1/encounters/e1/decisions", json={"decisions": accepted}, headers={"If-Match": '"1"'})
    charges = {"claim_id": "x12-1", "charges": [{"system": "cpt", "code": "99214", "charge_cents": 18500}]}
    draft = client.post("/v1/encounters/e1/claim", json=charges).json()
    assert client.post("/v1/claims", json=draft).status_code == 201
    return client


@pytest.fixture
def denied(drafted: TestClient) -> TestClient:
    """The claim went out by an 837; the payer's 835 denies it as not necessary."""
    sent = examples.X12.replace("HI*ABK:E1122*ABF:N1832", "HI*ABK:E1122").replace("UN*1***1:2", "UN*1***1")
    post_x12(drafted, sent)
    post_x12(drafted, examples.X12_DENIAL)
    return drafted


def test_from_note_to_appeal(denied: TestClient) -> None:
    appeal = denied.get("/v1/claims/x12-1/appeal").json()
    (line,) = appeal["denied"]
    assert (line["line_number"], line["denied_cents"], line["decided_on"]) == (1, 18500, "2026-04-10")
    assert (line["recourse"], line["asks"], line["needs"]) == ("appeal", ["necessity", "records"], "documentation")
    assert (line["reasons"][0]["adjustment"]["carc"], line["remarks"]) == ("50", ["N115"])
    letter = appeal["letter"]
    assert "Payer's claim number: P1-8841" in letter["text"]
    assert "For E11.22 Term of E11.22." in letter["text"]
    assert "Line 1: 99214 Established patient office visit" in letter["text"]
    assert [quote["quote"] for quote in letter["quotes"]] == ["diabetes", "PLAN"]
    note = examples.ENCOUNTER["documents"][0]["text"]
    for quote in letter["quotes"]:
        assert note[quote["start"] : quote["end"]] == quote["quote"]
        assert f'"{quote["quote"]}" (progress note d1)' in letter["text"]
    assert "kidney disease" not in letter["text"]
    assert appeal["appeal_by"] is None
    assert appeal["appealed_at"] is None


def test_who_looked_is_recorded_of_claim_and_chart(denied: TestClient, world: Any) -> None:
    before = len(denied.get("/v1/audit/events").json()["events"])
    assert world.client("biller").get("/v1/claims/x12-1/appeal").status_code == 200
    events = denied.get("/v1/audit/events").json()["events"][before:]
    seen = [(event["kind"], event["actor"], event["subject"]) for event in events if event["actor"] == "biller"]
    assert seen == [("claim.viewed", "biller", "x12-1"), ("encounter.viewed", "biller", "e1")]


@pytest.mark.parametrize(("role", "status"), [("biller", 200), ("auditor", 200), ("coder", 403), ("nobody", 403)])
def test_only_who_may_see_claim_and_chart(denied: TestClient, world: Any, role: str, status: int) -> None:
    assert world.client(role).get("/v1/claims/x12-1/appeal").status_code == status


def test_a_claim_that_is_not_denied(drafted: TestClient) -> None:
    answer = drafted.get("/v1/claims/x12-1/appeal")
    assert answer.status_code == 409
    assert answer.json()["title"] == "This claim does not stand denied"
    assert drafted.post("/v1/claims/x12-1/decisions", json={"outcome": "appealed"}).status_code == 409


def test_an_appeal_is_recorded_and_its_outcome_followed(denied: TestClient, world: Any) -> None:
    world.now[0] += timedelta(days=30)
    recorded = denied.post("/v1/claims/x12-1/decisions", json={"outcome": "appealed", "reason": "By post."})
    assert recorded.status_code == 201
    assert recorded.json()["state"] == "submitted"
    assert denied.get("/v1/claims/x12-1/appeal").json()["appealed_at"] == "2026-04-19T12:00:00Z"
    with world.services.store.reading() as session:
        (appealed,) = iter_appealed(session, "P1")
        assert (appealed.claim.claim_id, appealed.appealed_at, len(appealed.answers)) == ("x12-1", world.now[0], 1)
        assert list(iter_appealed(session, "P2")) == []
    for refused in ("held", "fixed", "submitted"):
        assert denied.post("/v1/claims/x12-1/decisions", json={"outcome": refused}).status_code == 409
    upheld = examples.X12_DENIAL.replace("20260410", "20260520").replace("CAS*CO*50*185", "CAS*CO*193*185")
    post_x12(denied, upheld.replace("LQ*HE*N115~\n", "").replace("SE*17", "SE*16"))
    (line,) = denied.get("/v1/claims/x12-1/appeal").json()["denied"]
    assert line["reasons"][0]["adjustment"]["carc"] == "50"
    paid = examples.X12_DENIAL.replace("20260410", "20260601").replace("*4*185*0*", "*1*185*100*")
    paid = paid.replace("BPR*H*0*", "BPR*I*100*").replace("SVC*HC:99214*185*0*", "SVC*HC:99214*185*100*")
    post_x12(denied, paid.replace("CAS*CO*50*185", "CAS*CO*45*85"))
    assert denied.get("/v1/claims/x12-1/appeal").status_code == 409


def test_what_is_corrected_has_no_letter_and_no_deadline(drafted: TestClient) -> None:
    post_x12(drafted, examples.X12)
    post_x12(drafted, examples.X12_DENIAL.replace("CAS*CO*50*", "CAS*CO*16*").replace("N115", "MA130"))
    appeal = drafted.get("/v1/claims/x12-1/appeal").json()
    assert (appeal["is_appealable"], appeal["letter"], appeal["appeal_by"], appeal["odds"]) == (False, None, None, None)
    assert appeal["denied"][0]["recourse"] == "correct"
    assert drafted.post("/v1/claims/x12-1/decisions", json={"outcome": "appealed"}).status_code == 409


def test_records_that_are_asked_for_go_with_a_letter_but_no_appeal(drafted: TestClient) -> None:
    post_x12(drafted, examples.X12)
    post_x12(drafted, examples.X12_DENIAL.replace("CAS*CO*50*", "CAS*CO*252*"))
    appeal = drafted.get("/v1/claims/x12-1/appeal").json()
    assert (appeal["is_appealable"], appeal["denied"][0]["recourse"], appeal["odds"]) == (False, "supply", None)
    assert "We send what you asked for in your decision of 10 April 2026" in appeal["letter"]["text"]
    assert 'data-action="record"' not in drafted.get("/billing/x12-1/appeal").text


def test_a_claim_without_its_chart_leaves_the_record_blank(client: TestClient) -> None:
    post_x12(client, examples.X12)
    post_x12(client, examples.X12_DENIAL)
    letter = client.get("/v1/claims/x12-1/appeal").json()["letter"]
    assert letter["quotes"] == []
    assert "[Words of the signed record that show the service]" in letter["text"]


@dataclass(frozen=True)
class Registry:
    folder: Path

    def champion(self, name: str) -> Path:
        return self.folder / name


def test_a_prior_that_can_not_be_trusted_is_none(tmp_path: Path) -> None:
    assert find_prior(Registry(RELEASED)) == load_prior(RELEASED / NAME)
    shutil.copytree(RELEASED / NAME, tmp_path / NAME)
    (tmp_path / NAME / COEFFICIENTS).write_text("{}")
    assert find_prior(Registry(tmp_path)) is None


def test_odds_are_a_prior_and_say_so(denied: TestClient, world: Any) -> None:
    shutil.copytree(RELEASED / NAME, world.services.registry.champion(NAME))
    odds = denied.get("/v1/claims/x12-1/appeal").json()["odds"]
    assert (odds["basis"], odds["cases"], odds["low"]) == ("review_prior", load_prior(RELEASED / NAME).cases, None)
    assert "not your payer's odds" in odds["label"]
    page = denied.get("/billing/x12-1/appeal").text
    assert "California reviews" in page
    assert "estimated from 19,228 reviews" in page


def test_without_a_prior_or_own_outcomes_there_are_no_odds(denied: TestClient) -> None:
    appeal = denied.get("/v1/claims/x12-1/appeal").json()
    assert appeal["odds"] is None
    assert appeal["odds_note"].startswith("No odds:")


PAGE = "/billing/x12-1/appeal"


def test_the_claims_page_leads_to_the_denial(denied: TestClient, world: Any) -> None:
    assert PAGE in denied.get("/billing/x12-1").text
    page = denied.get(PAGE)
    assert page.status_code == 200
    assert "We ask you to review your decision of 10 April 2026" in page.text
    assert "record its contract as a payer rule" in page.text
    assert world.client("coder").get(PAGE).status_code == 403


def test_a_claim_that_is_not_denied_has_no_such_page(drafted: TestClient) -> None:
    assert PAGE not in drafted.get("/billing/x12-1").text
    page = drafted.get(PAGE)
    assert page.status_code == 409
    assert "This claim does not stand denied" in page.text


def test_nothing_of_the_note_is_logged(denied: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert denied.get("/v1/claims/x12-1/appeal").status_code == 200
    told = "".join(capsys.readouterr())
    assert "diabetes" not in told
    assert "metformin" not in told
