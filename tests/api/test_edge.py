"""What every answer carries, and what the edge counts."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import anyio
import pytest
from starlette.testclient import TestClient

from api.body_limit import BodyLimit
from api.openapi import PROBLEMS

PATHS = ["/healthz", "/docs", "/metrics", "/v1/openapi.json", "/v1/codes?q=x", "/v1/encounters/none", "/nothing"]


@pytest.mark.parametrize("path", PATHS)
def test_security_headers_are_on_every_answer(shared_client: TestClient, path: str) -> None:
    headers = shared_client.get(path).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert "strict-transport-security" not in headers


def test_over_tls_browsers_are_told_to_stay_there(world) -> None:
    assert "strict-transport-security" in world.client(base_url="https://testserver").get("/healthz").headers


def test_patient_data_is_not_cached(client: TestClient, stored_encounter: dict[str, object]) -> None:
    assert client.get("/v1/encounters/e1").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("given", ["6f1c1f0e-3a36-4e0c-9a53-0d7f9c1b2a3d", "6F1C1F0E3A364E0C9A530D7F9C1B2A3D"])
def test_a_request_id_that_is_a_uuid_is_kept(shared_client: TestClient, given: str) -> None:
    assert shared_client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] == given.lower()


@pytest.mark.parametrize("given", ["", "Jane Roe", "1", "6f1c1f0e-3a36-4e0c-9a53-0d7f9c1b2a3d\t"])
def test_any_other_request_id_is_replaced(shared_client: TestClient, given: str) -> None:
    made = {shared_client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] for _ in range(2)}
    assert len(made) == (1 if given.strip() in made else 2)
    assert all(re.fullmatch(r"[0-9a-f-]{36}", one) for one in made)


def test_metrics_count_by_route_template(client: TestClient, stored_encounter: dict[str, object]) -> None:
    client.get("/v1/encounters/e1")
    client.get("/v1/encounters/other")
    client.get("/nothing")
    text = client.get("/metrics").text
    labels = 'method="GET",route="/v1/encounters/{encounter_id}"'
    assert f'chartcode_http_requests_total{{{labels},status="200"}} 1.0' in text
    assert f'chartcode_http_requests_total{{{labels},status="404"}} 1.0' in text
    assert 'route="unmatched",status="404"' in text
    assert 'chartcode_model_seconds_count{model="coding"} 1.0' in text
    assert "chartcode_model_queue 0.0" in text


class Broken:
    @property
    def model_version(self) -> str:
        raise RuntimeError


def test_a_process_that_is_up_may_not_be_ready(world) -> None:
    world.app.state.services = replace(world.services, suggester=Broken())
    client = world.client(None)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "not ready: coding model")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), "no inline handlers"
            assert name != "style", "no inline style"
            if name == "id":
                self.ids.add(value or "")
            if name in ("href", "src"):
                self.targets.append(value or "")


def test_the_reference_works_offline_and_every_link_leads_somewhere(shared_client: TestClient) -> None:
    page = _Links()
    page.feed(shared_client.get("/docs").text)
    assert not page.tags & {"script", "style", "iframe", "img"}
    for target in page.targets:
        if target.startswith("#"):
            assert target[1:] in page.ids, target
        else:
            assert shared_client.get(target).status_code == 200
    assert {kind.slug for kind in PROBLEMS.values()} <= page.ids


def test_the_document_is_complete(shared_client: TestClient) -> None:
    document = shared_client.get("/v1/openapi.json").json()
    tags = {tag["name"] for tag in document["tags"]}
    names = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert set(operation["tags"]) <= tags
            names.append(operation["operationId"])
            assert "security" in operation or path in ("/healthz", "/readyz", "/metrics", "/v1/sessions"), path
            body = operation.get("requestBody")
            if body is not None:
                assert all("example" in str(content) for content in body["content"].values()), (method, path)
    assert len(set(names)) == len(names)


def send_in_parts(parts: list[dict[str, object]]) -> tuple[list[dict[str, object]], list[bytes]]:
    """What a client saw, and what the application was given."""
    sent: list[dict[str, object]] = []
    given: list[bytes] = []

    async def app(scope, receive, send) -> None:
        given.append((await receive())["body"])

    async def run() -> None:
        scope = {"type": "http", "headers": [], "state": {"request_id": "r"}}
        waiting = iter(parts)

        async def receive() -> dict[str, object]:
            return next(waiting)

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        await BodyLimit(app, max_bytes=10)(scope, receive, send)

    anyio.run(run)
    return sent, given


def part(body: bytes, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    ("parts", "body"),
    [
        ([part(b"12345"), part(b"67890", more=False)], b"1234567890"),
        ([part(b""), part(b"1"), part(b"", more=False)], b"1"),
        ([part(b"", more=False)], b""),
    ],
)
def test_a_body_within_the_limit_arrives_whole(parts: list[dict[str, object]], body: bytes) -> None:
    assert send_in_parts(parts) == ([], [body])


def test_a_body_over_the_limit_never_arrives() -> None:
    sent, given = send_in_parts([part(b"123456"), part(b"78901"), part(b"x" * 100, more=False)])
    assert (sent[0]["status"], given) == (413, [])


def test_a_client_that_leaves_halfway_is_not_served() -> None:
    assert send_in_parts([part(b"12345"), {"type": "http.disconnect"}]) == ([], [])


def test_an_endless_body_is_cut_off() -> None:
    sent, given = send_in_parts([part(b"x" * 1024 * 1024)] * 40)
    assert (sent[0]["status"], given) == (413, [])
