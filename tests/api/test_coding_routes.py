"""Encounters over HTTP: what is stored, what a decision must keep to, and who it is recorded for."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from data.notes import Profile

Json = dict[str, Any]
SEEN = {"If-Match": '"1"'}


def decision(outcome: str, suggestion_id: str | None = "s1", code: str = "E11.22", **more: Any) -> Json:
    system = more.pop("system", "cpt" if code[:1].isdigit() else "icd10cm")
    return {"suggestion_id": suggestion_id, "outcome": outcome, "system": system, "code": code, **more}


def decide(client: TestClient, *decisions: Json, seen: int = 1) -> Any:
    headers = {"If-Match": f'"{seen}"'}
    return client.post("/v1/encounters/e1/decisions", json={"decisions": decisions}, headers=headers)


def test_an_encounter_is_stored_and_suggested_for(client: TestClient, encounter: Json) -> None:
    answer = client.post("/v1/encounters", json=encounter)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.headers["location"] == "/v1/encounters/e1"
    suggestions = answer.json()["suggestions"]
    assert [one["code"] for one in suggestions] == ["E11.22", "N18.32", "99214"]
    text = encounter["documents"][0]["text"]
    for one in suggestions:
        for piece in one["evidence"]:
            assert text[piece["start"] : piece["end"]] == piece["quote"]


def test_reading_gives_encounter_suggestions_and_decisions(client: TestClient, stored_encounter: Json) -> None:
    answer = client.get("/v1/encounters/e1")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    body = answer.json()
    assert body["encounter"] == stored_encounter
    assert body["profile"] == "outpatient"
    assert [one["code"] for one in body["suggestions"]] == ["E11.22", "N18.32", "99214"]
    assert (body["decisions"], body["version"], body["created_by"]) == ([], 1, "admin")


def test_looking_is_recorded(world, client: TestClient, stored_encounter: Json) -> None:
    world.client("auditor").get("/v1/encounters/e1")
    event = client.get("/v1/audit/events").json()["events"][-2]
    assert (event["kind"], event["actor"], event["subject"]) == ("encounter.viewed", "auditor", "e1")


@pytest.mark.parametrize("encounter_id", ["é-1", "患者 7", "a b", "a?b#c", "100%", 'q"x'])
def test_any_identifier_can_be_read_again(client: TestClient, encounter: Json, encounter_id: str) -> None:
    answer = client.post("/v1/encounters", json=encounter | {"encounter_id": encounter_id})
    assert answer.status_code == 201
    assert client.get(answer.headers["location"]).json()["encounter_id"] == encounter_id


@pytest.mark.parametrize("path", ["/v1/encounters", "/v1/suggestions"])
@pytest.mark.parametrize(
    ("setting", "query", "profile"),
    [
        ("office", "", Profile.OUTPATIENT),
        ("ed", "", Profile.OUTPATIENT),
        ("inpatient", "", Profile.INPATIENT),
        ("inpatient", "?profile=outpatient", Profile.OUTPATIENT),
        ("office", "?profile=mentions", Profile.MENTIONS),
    ],
)
def test_the_profile_is_the_query_s_or_the_setting_s(
    world, client: TestClient, encounter: Json, path: str, setting: str, query: str, profile: Profile
) -> None:
    assert client.post(path + query, json=encounter | {"setting": setting}).status_code in (200, 201)
    assert world.suggester.asked == [profile]


def test_a_suggestion_may_name_its_profile_in_the_body(world, client: TestClient, encounter: Json) -> None:
    assert client.post("/v1/suggestions", json=encounter | {"profile": "mentions"}).status_code == 200
    assert client.post("/v1/suggestions?profile=inpatient", json=encounter | {"profile": "mentions"}).status_code == 200
    assert world.suggester.asked == [Profile.MENTIONS, Profile.INPATIENT]


def test_suggesting_gives_the_stored_answer_and_stores_nothing(client: TestClient, encounter: Json) -> None:
    free = client.post("/v1/suggestions", json=encounter).json()
    assert client.get("/v1/encounters/e1").status_code == 404
    assert client.post("/v1/encounters", json=encounter).json() == free


def test_a_stored_encounter_is_not_suggested_for_again(world, client: TestClient, stored_encounter: Json) -> None:
    assert client.post("/v1/encounters", json=stored_encounter).status_code == 200
    assert len(world.suggester.asked) == 1


def test_decisions_are_appended_for_who_is_signed_in(world, client: TestClient, stored_encounter: Json) -> None:
    answer = decide(world.client("coder"), decision("accepted"), decision("rejected", "s2", "N18.32", reason="negated"))
    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    recorded = answer.json()["decisions"]
    assert [one["decision"]["outcome"] for one in recorded] == ["accepted", "rejected"]
    assert {one["decided_by"] for one in recorded} == {"coder"}
    assert {one["decided_at"] for one in recorded} == {"2026-03-20T12:00:00Z"}
    assert client.get("/v1/encounters/e1").json()["decisions"] == recorded


@pytest.mark.parametrize("field", ["decided_by", "decided_at", "decision_id"])
def test_who_and_when_are_not_the_body_s_to_say(client: TestClient, stored_encounter: Json, field: str) -> None:
    assert decide(client, decision("accepted", **{field: "someone"})).status_code == 422


def test_a_stale_decision_changes_nothing(client: TestClient, stored_encounter: Json) -> None:
    assert decide(client, decision("deferred")).status_code == 201
    assert decide(client, decision("accepted")).status_code == 412
    assert decide(client, decision("accepted"), seen=2).status_code == 201
    assert len(client.get("/v1/encounters/e1").json()["decisions"]) == 2


def test_an_acceptance_takes_what_was_suggested_unless_it_says_otherwise(
    client: TestClient, stored_encounter: Json
) -> None:
    first = decide(client, decision("accepted", "s3", "99214")).json()["decisions"][-1]["decision"]
    other = decide(client, decision("accepted", "s3", "99214", modifiers=[]), seen=2).json()["decisions"][-1][
        "decision"
    ]
    assert (first["modifiers"], other["modifiers"]) == (["25"], [])


def test_codes_are_kept_as_the_system_prints_them(client: TestClient, stored_encounter: Json) -> None:
    answer = decide(
        client, decision("replaced", replaced_by="n1832"), decision("added", None, " e1122 ", system="icd10cm")
    )
    kept = [one["decision"] for one in answer.json()["decisions"]]
    assert (kept[0]["replaced_by"], kept[1]["code"]) == ("N18.32", "E11.22")


# What is decided, where it is wrong, and the rule.
REFUSED: list[tuple[Json, str, str]] = [
    (decision("added", None, "Z99.9"), "/decisions/0/code", "unknown_code"),
    (decision("added", None, "E11.2"), "/decisions/0/code", "not_billable"),
    (decision("added", None, "E11.23"), "/decisions/0/code", "unknown_code"),
    (decision("replaced", replaced_by="E11"), "/decisions/0/replaced_by", "not_billable"),
    (decision("replaced", replaced_by="Z00.00"), "/decisions/0/replaced_by", "unknown_code"),
    (
        decision("added", None, "N18.32", evidence=[{"document_id": "d1", "start": 0, "end": 4, "quote": "none"}]),
        "/decisions/0/evidence/0",
        "not_in_notes",
    ),
    (
        decision("added", None, "N18.32", evidence=[{"document_id": "d9", "start": 0, "end": 4, "quote": "ASSE"}]),
        "/decisions/0/evidence/0",
        "not_in_notes",
    ),
    (decision("accepted", units=True), "/decisions/0/units", "int_type"),
    (decision("accepted", units=100_000), "/decisions/0/units", "less_than_equal"),
    (decision("accepted", modifiers=["25"] * 5), "/decisions/0/modifiers", "too_long"),
    (decision("accepted", viewed=1), "/decisions/0/viewed", "bool_type"),
    (decision("accepted", None), "/decisions/0", "value_error"),
    (decision("added", "s1"), "/decisions/0", "value_error"),
    (decision("replaced"), "/decisions/0", "value_error"),
    (decision("accepted", code="not a code"), "/decisions/0", "value_error"),
    (decision("accepted", system="icd9"), "/decisions/0/system", "enum"),
]


@pytest.mark.parametrize(("body", "pointer", "rule"), REFUSED)
def test_a_decision_keeps_to_the_rules(
    shared_client: TestClient, encounter: Json, body: Json, pointer: str, rule: str
) -> None:
    shared_client.post("/v1/encounters", json=encounter)
    answer = decide(shared_client, body)
    assert answer.status_code == 422, answer.text
    assert [(one["pointer"], one["rule"]) for one in answer.json()["errors"]] == [(pointer, rule)]
    assert shared_client.get("/v1/encounters/e1").headers["etag"] == '"1"'


@pytest.mark.parametrize(
    "body", [decision("accepted", "s9"), decision("accepted", "s1", "N18.32"), decision("accepted", "s1", "99214")]
)
def test_a_decision_is_about_a_suggestion_of_this_encounter(
    shared_client: TestClient, encounter: Json, body: Json
) -> None:
    shared_client.post("/v1/encounters", json=encounter)
    assert decide(shared_client, body).status_code == 422


def test_one_bad_decision_stops_all(client: TestClient, stored_encounter: Json) -> None:
    assert decide(client, decision("accepted"), decision("added", None, "Z99.9")).status_code == 422
    assert client.get("/v1/encounters/e1").json()["decisions"] == []


def test_without_a_release_for_the_day_a_code_is_not_doubted(client: TestClient, stored_encounter: Json) -> None:
    assert decide(client, decision("added", None, "J1885", system="hcpcs")).status_code == 201


def test_evidence_of_an_added_code_stands_in_the_notes(client: TestClient, stored_encounter: Json) -> None:
    piece = {"document_id": "d1", "start": 0, "end": 10, "quote": "ASSESSMENT"}
    assert decide(client, decision("added", None, "N18.32", evidence=[piece])).status_code == 201


def test_the_worklist_pages_through_what_is_undecided(client: TestClient, encounter: Json) -> None:
    for number in range(5):
        client.post("/v1/encounters", json=encounter | {"encounter_id": f"e{number}"})
    all_three = [decision("accepted"), decision("accepted", "s2", "N18.32"), decision("rejected", "s3", "99214")]
    assert decide(client, *all_three).status_code == 201
    seen, cursor = [], None
    while True:
        page = client.get("/v1/worklists/coding", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [task["encounter_id"] for task in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["e0", "e2", "e3", "e4"]
    assert all("text" not in task for task in page["items"])
