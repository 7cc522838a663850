"""Whatever characters an identifier holds, its address reaches it, and the pages write that address."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from api.raw_path import PathId, keep_parts
from api.workbench.formats import path_part

HARD = ["a/b", "/", "a/b/decisions", "50%", "a%2Fb", "a?b", "a#b;c", "é ß", "a b", "a\\b", "a&b=c", "...", "//x"]
IDENTIFIERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(IDENTIFIERS, IDENTIFIERS)
def test_a_path_keeps_its_parts(first: str, second: str) -> None:
    path = keep_parts(f"/v1/{path_part(first)}/{path_part(second)}".encode("ascii"))
    read = TypeAdapter(PathId).validate_python
    assert [read(part) for part in path.split("/")[2:]] == [first, second]


@pytest.mark.parametrize("name", HARD)
def test_a_claim_is_reached(client: TestClient, claim: dict[str, Any], name: str) -> None:
    created = client.post("/v1/claims", json=claim | {"claim_id": name})
    assert created.status_code == 201, created.text
    address = created.headers["Location"]
    assert unquote(address.removeprefix("/v1/claims/")) == name
    found = client.get(address)
    assert found.json()["claim_id"] == name
    changed = client.put(address, json=claim | {"claim_id": name}, headers={"If-Match": found.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    decided = client.post(f"{address}/decisions", json={"outcome": "held", "reason": "waits"})
    assert decided.json()["claim_id"] == name


@pytest.mark.parametrize("name", HARD)
def test_an_encounter_is_reached(client: TestClient, encounter: dict[str, Any], name: str) -> None:
    created = client.post("/v1/encounters", json=encounter | {"encounter_id": name})
    assert created.status_code == 201, created.text
    assert client.get(created.headers["Location"]).json()["encounter"]["encounter_id"] == name
    drafted = client.post(f"{created.headers['Location']}/claim", json={})
    assert drafted.status_code in (200, 409, 422), drafted.text
    assert drafted.json().get("pointer", "") == ""


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_that_clients_drop_is_refused(client: TestClient, claim: dict[str, Any], name: str) -> None:
    answer = client.post("/v1/claims", json=claim | {"claim_id": name})
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "no_path_part")


@pytest.mark.parametrize("path", ["/v1/claims/a/b", "/v1%2Fclaims/c1", "/v1/claims%2Fc1"])
def test_a_slash_parts_and_an_encoded_one_does_not(client: TestClient, claim: dict[str, Any], path: str) -> None:
    for name in ("a/b", "c1"):
        assert client.post("/v1/claims", json=claim | {"claim_id": name}).status_code == 201
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", HARD)
def test_pages_link_to_pages(client: TestClient, claim: dict[str, Any], name: str) -> None:
    client.post("/v1/claims", json=claim | {"claim_id": name})
    links = re.findall(r'href="(/billing/[^"]+)"', client.get("/billing").text)
    assert [unescape(link) for link in links] == [f"/billing/{quote(name, safe='')}"]
    shown = client.get(links[0])
    assert shown.status_code == 200
    inner = re.findall(r'href="(/billing/[^"]+)"', shown.text)
    assert {client.get(link).status_code for link in inner} == {200, 303}


@pytest.mark.parametrize("name", HARD)
def test_signing_in_leads_back(world: Any, password: str, name: str) -> None:
    address = f"/billing/{quote(name, safe='')}"
    with world.client(None) as visitor:
        asked = visitor.get(address)
        form = re.search(r'name="next" value="([^"]*)"', visitor.get(asked.headers["Location"]).text)
        assert form is not None
        fields = {"name": "biller", "password": password, "next": unescape(form[1])}
        done = visitor.post("/sign-in", data=fields, headers={"Origin": "http://testserver"})
    assert (done.status_code, done.headers["Location"]) == (303, address)
