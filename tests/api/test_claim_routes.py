"""Claims over HTTP: reviews, revisions, decisions, the worklist."""

from typing import Any

from starlette.testclient import TestClient

Json = dict[str, Any]


def test_a_claim_is_stored_and_reviewed(client: TestClient, claim: Json) -> None:
    answer = client.post("/v1/claims", json=claim)
    assert (answer.status_code, answer.headers["etag"], answer.headers["location"]) == (201, '"1"', "/v1/claims/c1")
    review = answer.json()
    assert (review["claim_id"], review["model_version"], review["disposition"]) == ("c1", "fake-denial-1", "hold")
    stored = client.get("/v1/claims/c1").json()["claim"]
    defaults = {"prior_authorization": None, "frequency_code": "1", "encounter_id": None, "revenue_lines": []}
    (line,) = stored.pop("lines")
    assert line.items() >= (claim["lines"][0] | {"revenue_code": None}).items()
    whole = claim | defaults | {"patient": claim["patient"] | {"status": None}}
    assert stored.items() >= {name: value for name, value in whole.items() if name != "lines"}.items()


def test_the_bulk_path_answers_as_the_single_path(client: TestClient, claim: Json) -> None:
    claims = [claim | {"claim_id": f"c{number}"} for number in range(20)]
    bulk = client.post("/v1/claims/reviews", json={"claims": claims}).json()["reviews"]
    assert client.get("/v1/claims/c0").status_code == 404
    assert bulk == [client.post("/v1/claims", json=one).json() for one in claims]


def test_a_bad_claim_of_a_batch_is_named_and_the_others_are_reviewed(client: TestClient, claim: Json) -> None:
    (line,) = claim["lines"]
    bad = [
        claim | {"diagnoses": ["I10", "no code"]},
        claim | {"lines": [line, line | {"line_number": 2, "charge_cents": "9"}]},
        claim | {"lines": [line | {"service_date": "2999-01-01"}]},
        claim | {"lines": []},
        "not a claim",
        {"pointer": "/lines", "location": "body", "rule": "too_short"},
    ]
    good = [claim | {"claim_id": f"c{number}"} for number in range(len(bad) + 1)]
    mixed = [one for pair in zip(good, bad, strict=False) for one in pair] + good[-1:]
    answer = client.post("/v1/claims/reviews", json={"claims": mixed})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["reviews"] == client.post("/v1/claims/reviews", json={"claims": good}).json()["reviews"]
    assert [(one["pointer"], one["rule"]) for one in told["errors"]] == [
        ("/claims/1/diagnoses/1", "value_error"),
        ("/claims/3/lines/1/charge_cents", "int_type"),
        ("/claims/5/lines/0/service_date", "date_in_future"),
        ("/claims/7/lines", "too_short"),
        ("/claims/9", "model_attributes_type"),
        ("/claims/11/claim_id", "missing"),
    ]
    assert "no code" not in answer.text


def test_a_batch_of_bad_claims_alone_is_refused(client: TestClient, claim: Json) -> None:
    answer = client.post("/v1/claims/reviews", json={"claims": [claim | {"lines": []}] * 150})
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 100)


def test_a_change_is_a_new_revision_that_starts_undecided(client: TestClient, stored_claim: Json) -> None:
    assert client.post("/v1/claims/c1/decisions", json={"outcome": "released"}).headers["etag"] == '"2"'
    changed = stored_claim | {"diagnoses": ["N18.32"]}
    assert client.put("/v1/claims/c1", json=changed, headers={"If-Match": '"1"'}).status_code == 412
    answer = client.put("/v1/claims/c1", json=changed, headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    record = client.get("/v1/claims/c1").json()
    assert (record["claim"]["diagnoses"], record["revision"], record["state"]) == (["N18.32"], 2, "held")
    assert [one["revision"] for one in record["decisions"]] == [1]


def test_a_decision_is_recorded_for_who_is_signed_in(world, client: TestClient, stored_claim: Json) -> None:
    body = {"outcome": "overridden", "reason": "approved by telephone"}
    answer = world.client("biller").post("/v1/claims/c1/decisions", json=body)
    assert answer.status_code == 201
    (recorded,) = answer.json()["decisions"]
    assert (recorded["decided_by"], recorded["decision"], recorded["revision"]) == ("biller", body, 1)


def test_a_submitted_claim_is_not_changed(client: TestClient, stored_claim: Json) -> None:
    assert client.post("/v1/claims/c1/decisions", json={"outcome": "submitted"}).status_code == 201
    changed = stored_claim | {"diagnoses": ["N18.32"]}
    answers = [
        client.put("/v1/claims/c1", json=changed, headers={"If-Match": '"2"'}),
        client.post("/v1/claims/c1/decisions", json={"outcome": "fixed", "reason": "late"}),
    ]
    assert {(answer.status_code, answer.json()["detail"]) for answer in answers} == {
        (409, "a submitted claim is corrected by a new claim")
    }


def test_the_worklist_holds_what_waits_by_what_it_would_cost(client: TestClient, claim: Json) -> None:
    for number, cents in enumerate((100, 90_000, 500)):
        line = claim["lines"][0] | {"charge_cents": cents}
        client.post("/v1/claims", json=claim | {"claim_id": f"c{number}", "lines": [line]})
    client.post("/v1/claims/c2/decisions", json={"outcome": "released"})
    items = client.get("/v1/worklists/billing").json()["items"]
    assert [item["claim_id"] for item in items] == ["c1", "c0"]
    page = client.get("/v1/worklists/billing", params={"limit": 1}).json()
    rest = client.get("/v1/worklists/billing", params={"limit": 1, "cursor": page["next_cursor"]}).json()
    assert [item["claim_id"] for item in rest["items"]] == ["c0"]
    assert rest["next_cursor"] is None


def test_from_note_to_released_claim(world, client: TestClient, stored_encounter: Json) -> None:
    """The coder accepts, the draft is priced and stored, the biller releases it; the log tells all of it."""
    coder, biller = world.client("coder"), world.client("biller")
    accepted = [
        {"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"},
        {"suggestion_id": "s3", "outcome": "accepted", "system": "cpt", "code": "99214"},
    ]
    coder.post("/v1/encounters/e1/decisions", json={"decisions": accepted}, headers={"If-Match": '"1"'})
    charges = {"charges": [{"system": "cpt", "code": "99214", "charge_cents": 18500}]}
    draft = biller.post("/v1/encounters/e1/claim", json=charges).json()
    assert (draft["lines"][0]["modifiers"], draft["lines"][0]["charge_cents"]) == (["25"], 18500)
    assert biller.post("/v1/claims", json=draft).status_code == 201
    released = biller.post("/v1/claims/e1-claim/decisions", json={"outcome": "released"}).json()
    assert released["state"] == "released"
    events = client.get("/v1/audit/events").json()["events"]
    story = [
        (event["kind"], event["actor"]) for event in events if event["kind"].split(".")[0] in ("encounter", "claim")
    ]
    assert story == [
        ("encounter.stored", "admin"),
        ("encounter.decided", "coder"),
        ("encounter.claim_drafted", "biller"),
        ("claim.stored", "biller"),
        ("claim.decided", "biller"),
    ]
