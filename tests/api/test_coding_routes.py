"""Encounters over HTTP: what is answered, and what is refused."""

from typing import Any

from starlette.testclient import TestClient

Json = dict[str, Any]


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
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    body = answer.json()
    assert body["encounter"] == stored_encounter
    assert body["profile"] == "outpatient"
    assert [one["code"] for one in body["suggestions"]] == ["E11.22", "N18.32", "99214"]
    assert (body["decisions"], body["version"], body["created_by"]) == ([], 1, "admin")
