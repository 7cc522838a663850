"""The contract as a table: what each route answers when all is well."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import examples

X12_TYPE = {"Content-Type": "application/edi-x12"}
# Steps share one application, in order: (method, path, body, headers, status, what the answer holds).
STEPS: list[tuple[str, str, Any, dict[str, str], int, tuple[str, ...]]] = [
    ("GET", "/healthz", None, {}, 200, ("status",)),
    ("GET", "/readyz", None, {}, 200, ("status",)),
    ("POST", "/v1/suggestions", examples.ENCOUNTER, {}, 200, ("encounter_id", "suggestions", "withheld", "queries")),
    ("GET", "/v1/encounters/e1", None, {}, 404, ("type", "title", "status", "detail")),
    ("POST", "/v1/encounters", examples.ENCOUNTER, {}, 201, ("suggestion_set_id", "model_version", "suggestions")),
    ("POST", "/v1/encounters", examples.ENCOUNTER, {}, 200, ("suggestion_set_id", "model_version", "suggestions")),
    ("GET", "/v1/encounters/e1", None, {}, 200, ("encounter", "suggestions", "decisions", "version")),
    ("GET", "/v1/worklists/coding", None, {}, 200, ("items", "next_cursor")),
    (
        "POST",
        "/v1/encounters/e1/decisions",
        {
            "decisions": [
                {"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"},
                {"suggestion_id": "s3", "outcome": "accepted", "system": "cpt", "code": "99214"},
            ]
        },
        {"If-Match": '"1"'},
        201,
        ("encounter", "suggestions", "decisions", "version"),
    ),
    ("POST", "/v1/encounters/e1/claim", examples.CLAIM_REQUEST, {}, 200, ("claim_id", "diagnoses", "lines")),
    ("POST", "/v1/encounters/e1/claim", None, {}, 200, ("claim_id", "diagnoses", "lines")),
    ("POST", "/v1/claims/reviews", examples.CLAIMS, {}, 200, ("reviews",)),
    ("GET", "/v1/claims/c1", None, {}, 404, ("type", "title", "status", "detail")),
    ("POST", "/v1/claims", examples.CLAIM, {}, 201, ("claim_id", "edits", "risk", "fixes", "disposition")),
    ("POST", "/v1/claims", examples.CLAIM, {}, 200, ("claim_id", "edits", "risk", "fixes", "disposition")),
    ("GET", "/v1/claims/c1", None, {}, 200, ("claim", "edits", "risk", "decisions", "state", "version")),
    ("GET", "/v1/worklists/billing", None, {}, 200, ("items", "next_cursor")),
    ("PUT", "/v1/claims/c1", examples.CLAIM, {"If-Match": '"1"'}, 200, ("claim_id", "edits", "risk")),
    ("POST", "/v1/claims/c1/decisions", examples.CLAIM_DECISION, {}, 201, ("claim", "decisions", "version")),
    ("POST", "/v1/imports/x12", examples.X12.encode(), X12_TYPE, 200, ("claims", "remittances", "problems", "lost")),
    ("POST", "/v1/imports/x12", examples.X12.encode(), {}, 200, ("claims", "remittances", "problems", "lost")),
    ("GET", "/v1/claims/x12-1", None, {}, 200, ("claim", "state", "version")),
    ("GET", "/v1/reports/denials", None, {}, 200, ("total", "clean_claim_rate", "by_payer", "by_month")),
    ("GET", "/v1/reports/receivables?payer=&from=&to=", None, {}, 200, ("as_of", "total", "by_payer")),
    ("GET", "/v1/reports/underpayments", None, {}, 200, ("total", "by_payer", "lines")),
    ("GET", "/v1/reports/alarms?payer=P1", None, {}, 200, ("cells", "alarms")),
    ("GET", "/v1/codes?q=sugar", None, {}, 200, ("codes",)),
    ("GET", "/v1/codes?q=&system=&on=", None, {}, 200, ("codes",)),
    ("GET", "/v1/codes/icd10cm/E11.22", None, {}, 200, ("system", "code", "term", "is_billable", "notes")),
    ("GET", "/v1/models", None, {}, 200, ("models",)),
    ("GET", "/v1/models/coding/card", None, {}, 200, ("name", "version", "metrics", "text")),
    ("GET", "/v1/models/coding/monitoring", None, {}, 404, ("type", "title", "status")),
    ("GET", "/v1/audit/events", None, {}, 200, ("events", "next_after")),
    ("GET", "/v1/audit/verify", None, {}, 200, ("is_intact", "events", "head")),
    ("GET", "/v1/claims/c1/history", None, {}, 200, ("claim_id", "steps")),
    ("GET", "/v1/claims/x12-1/appeal", None, {}, 409, ("type", "title", "status", "detail")),
    ("POST", "/v1/imports/x12", examples.X12_DENIAL.encode(), X12_TYPE, 200, ("remittances",)),
    ("GET", "/v1/claims/x12-1/appeal", None, {}, 200, ("denied", "appeal_by", "odds", "letter")),
    ("GET", "/v1/encounters/e1/history", None, {}, 200, ("encounter_id", "steps")),
    ("GET", "/v1/encounters/e1/risk-categories", None, {}, 200, ("risk_categories",)),
    ("GET", "/v1/encounters/e1/drg", None, {}, 409, ("type", "title", "status", "detail")),
    ("GET", "/v1/audit/probes", None, {}, 200, ("probes",)),
    ("POST", "/v1/autonomy/changes", examples.LEVEL_CHANGE, {}, 201, ("family", "level", "terms", "changed_by")),
    ("GET", "/v1/autonomy", None, {}, 200, ("families", "changes")),
    ("GET", "/v1/openapi.json", None, {}, 200, ("openapi", "paths", "components")),
]


def test_every_route_answers_as_agreed(any_world: Any) -> None:
    client = any_world.client()
    for method, path, body, headers, status, fields in STEPS:
        content = {"content": body} if isinstance(body, bytes) else {"json": body} if body else {}
        answer = client.request(method, path, headers=headers, **content)
        assert answer.status_code == status, (method, path, answer.text)
        assert set(fields) <= set(answer.json()), (method, path)
    assert client.get("/v1/audit/verify").json()["is_intact"]


def test_the_table_covers_the_document(client: TestClient) -> None:
    document = client.get("/v1/openapi.json").json()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    named_elsewhere = {("POST", "/v1/sessions"), ("DELETE", "/v1/sessions/current"), ("GET", "/metrics")}
    covered = {(method, _template(path, document["paths"])) for method, path, *_ in STEPS}
    assert described - named_elsewhere <= covered


def _template(path: str, templates: Iterator[str]) -> str:
    parts = path.split("?", maxsplit=1)[0].split("/")
    candidates = [one.split("/") for one in templates if len(one.split("/")) == len(parts)]
    fitting = [one for one in candidates if all(a == b or a.startswith("{") for a, b in zip(one, parts, strict=True))]
    return "/".join(max(fitting, key=lambda one: sum(not part.startswith("{") for part in one), default=parts))


ERRORS: list[tuple[str, str, Any, dict[str, str], int]] = [
    ("GET", "/v1/encounters/none", None, {}, 404),
    ("GET", "/v1/encounters/%00", None, {}, 422),
    ("POST", "/v1/encounters/none/claim", {}, {}, 404),
    ("POST", "/v1/encounters/none/decisions", examples.DECISIONS, {"If-Match": '"1"'}, 404),
    ("POST", "/v1/encounters/e1/decisions", examples.DECISIONS, {}, 428),
    ("POST", "/v1/encounters/e1/decisions", {"decisions": []}, {"If-Match": '"1"'}, 422),
    ("POST", "/v1/encounters/e1/claim", {}, {}, 409),
    ("POST", "/v1/encounters", examples.ENCOUNTER | {"setting": "ed"}, {}, 409),
    ("POST", "/v1/encounters?profile=inpatient", examples.ENCOUNTER, {}, 409),
    ("POST", "/v1/encounters?profile=other", examples.ENCOUNTER, {}, 422),
    ("POST", "/v1/encounters", examples.ENCOUNTER | {"encounter_id": ".."}, {}, 422),
    ("GET", "/v1/claims/none", None, {}, 404),
    ("GET", "/v1/claims/none/appeal", None, {}, 404),
    ("GET", "/v1/claims/c1/appeal", None, {}, 409),
    ("POST", "/v1/claims/c1/decisions", {"outcome": "appealed"}, {}, 409),
    ("PUT", "/v1/claims/none", examples.CLAIM | {"claim_id": "none"}, {"If-Match": '"1"'}, 404),
    ("PUT", "/v1/claims/c1", examples.CLAIM, {}, 428),
    ("PUT", "/v1/claims/c1", examples.CLAIM, {"If-Match": '"9"'}, 412),
    ("PUT", "/v1/claims/c1", examples.CLAIM | {"claim_id": "c2"}, {"If-Match": '"1"'}, 422),
    ("POST", "/v1/claims", examples.CLAIM | {"diagnoses": ["N18.32"]}, {}, 409),
    ("POST", "/v1/claims/none/decisions", examples.CLAIM_DECISION, {}, 404),
    ("POST", "/v1/claims/c1/decisions", {"outcome": "overridden"}, {}, 422),
    ("POST", "/v1/claims/c1/decisions", examples.CLAIM_DECISION, {"If-Match": '"9"'}, 412),
    ("POST", "/v1/claims/reviews", {"claims": []}, {}, 422),
    ("GET", "/v1/worklists/coding?cursor=nonsense", None, {}, 422),
    ("GET", "/v1/worklists/billing?cursor=nonsense", None, {}, 422),
    ("GET", "/v1/worklists/billing?limit=0", None, {}, 422),
    ("GET", "/v1/codes?q=x&system=icd9", None, {}, 422),
    ("GET", "/v1/codes?q=x&on=2026-13-01", None, {}, 422),
    ("GET", "/v1/codes/icd9/E11", None, {}, 422),
    ("GET", "/v1/codes/icd10cm/!!", None, {}, 422),
    ("GET", "/v1/codes/icd10cm/Z99.9", None, {}, 404),
    ("GET", "/v1/codes/hcpcs/V5999", None, {}, 404),
    ("GET", "/v1/codes/icd10cm/E11.22?on=2015-01-01", None, {}, 404),
    ("GET", "/v1/models/other/card", None, {}, 422),
    ("GET", "/v1/audit/events?after=-1", None, {}, 422),
    ("GET", "/v1/audit/events?after=99999999999999999999", None, {}, 422),
    ("GET", "/v1/nothing", None, {}, 404),
    ("GET", "/nothing", None, {}, 404),
    ("DELETE", "/v1/claims/c1", None, {}, 405),
    ("PATCH", "/v1/encounters/e1", {}, {}, 405),
    ("POST", "/healthz", {}, {}, 405),
]


@pytest.fixture(scope="module")
def filled(shared_client: TestClient) -> TestClient:
    """One encounter and one claim, each at version 1; no row of the table changes them."""
    for path, body in (("/v1/encounters", examples.ENCOUNTER), ("/v1/claims", examples.CLAIM)):
        assert shared_client.post(path, json=body).status_code in (200, 201)
    return shared_client


@pytest.mark.parametrize(("method", "path", "body", "headers", "status"), ERRORS)
def test_every_error_is_a_problem(
    filled: TestClient, method: str, path: str, body: Any, headers: dict[str, str], status: int
) -> None:
    options = {} if body is None else {"json": body}
    answer = filled.request(method, path, headers=headers, **options)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["type"].startswith("/docs#")
    assert status != 405 or answer.headers["allow"]


def test_an_error_changes_nothing(filled: TestClient) -> None:
    assert filled.get("/v1/encounters/e1").headers["etag"] == '"1"'
    assert filled.get("/v1/claims/c1").headers["etag"] == '"1"'
