"""Who may do what: every role on every route, and what the others learn."""

import pytest
from starlette.testclient import TestClient

from api import examples
from data.store.users import Role

ALL = set(Role)
CODER, BILLER, AUDITOR, SCIENTIST, ADMIN = Role.CODER, Role.BILLER, Role.AUDITOR, Role.DATA_SCIENTIST, Role.ADMIN

ALLOWED: dict[tuple[str, str], set[Role]] = {
    ("POST", "/v1/encounters"): {CODER, ADMIN},
    ("GET", "/v1/encounters/e1"): {CODER, BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/encounters/e1/history"): {CODER, BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/encounters/e1/drg"): {CODER, BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/encounters/e1/risk-categories"): {CODER, BILLER, AUDITOR, ADMIN},
    ("POST", "/v1/encounters/e1/decisions"): {CODER, ADMIN},
    ("POST", "/v1/encounters/e1/claim"): {CODER, BILLER, ADMIN},
    ("POST", "/v1/suggestions"): {CODER, SCIENTIST, ADMIN},
    ("GET", "/v1/worklists/coding"): {CODER, AUDITOR, ADMIN},
    ("POST", "/v1/claims"): {BILLER, ADMIN},
    ("GET", "/v1/claims/c1"): {BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/claims/c1/history"): {BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/claims/c1/appeal"): {BILLER, AUDITOR, ADMIN},
    ("PUT", "/v1/claims/c1"): {BILLER, ADMIN},
    ("POST", "/v1/claims/reviews"): {BILLER, SCIENTIST, ADMIN},
    ("POST", "/v1/claims/c1/decisions"): {BILLER, ADMIN},
    ("POST", "/v1/imports/x12"): {BILLER, ADMIN},
    ("GET", "/v1/worklists/billing"): {BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/reports/denials"): {BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/reports/receivables"): {BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/reports/underpayments"): {BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/reports/alarms"): {BILLER, AUDITOR, ADMIN},
    ("GET", "/v1/codes"): ALL,
    ("GET", "/v1/codes/icd10cm/E11.22"): ALL,
    ("GET", "/v1/models"): ALL,
    ("GET", "/v1/models/coding/card"): ALL,
    ("GET", "/v1/models/coding/monitoring"): {AUDITOR, SCIENTIST, ADMIN},
    ("GET", "/v1/audit/events"): {AUDITOR, ADMIN},
    ("GET", "/v1/audit/verify"): {AUDITOR, ADMIN},
    ("GET", "/v1/audit/probes"): {AUDITOR, ADMIN},
    ("GET", "/v1/autonomy"): {AUDITOR, SCIENTIST, ADMIN},
    ("POST", "/v1/autonomy/changes"): {ADMIN},
}


@pytest.fixture(scope="module")
def clients(shared_world) -> dict[str | None, TestClient]:
    """One for each role, one with no role and one without credentials. `e1` and `c1` exist."""
    made = {role: shared_world.client(role) for role in [*ALL, "nobody", None]}
    for path, body in (("/v1/encounters", examples.ENCOUNTER), ("/v1/claims", examples.CLAIM)):
        assert made[ADMIN].post(path, json=body).status_code == 201
    return made


@pytest.mark.parametrize("role", [*ALL, "nobody"])
@pytest.mark.parametrize(("method", "path"), ALLOWED)
def test_a_role_opens_what_the_table_says(
    clients: dict[str | None, TestClient], method: str, path: str, role: str
) -> None:
    """The body is incomplete, so whoever may gets to the rules and nobody changes anything."""
    body = {"json": {}} if method in ("POST", "PUT") else {}
    answer = clients[role].request(method, path, **body)
    is_open = role in ALLOWED[method, path] or (role == "nobody" and ALLOWED[method, path] == ALL)
    assert (answer.status_code != 403) is is_open, answer.text
    assert answer.status_code not in (401, 500)


@pytest.mark.parametrize(("method", "path"), ALLOWED)
def test_without_credentials_every_route_is_closed(
    clients: dict[str | None, TestClient], method: str, path: str
) -> None:
    """Even a body that is no JSON gets 401: nothing is parsed for a stranger."""
    answer = clients[None].request(method, path, content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_table_covers_the_document(clients: dict[str | None, TestClient]) -> None:
    document = clients[None].get("/v1/openapi.json").json()
    described = {path for path in document["paths"] if path.startswith("/v1/") and "sessions" not in path}
    covered = {path.replace("e1", "{encounter_id}").replace("c1", "{claim_id}") for _, path in ALLOWED}
    covered = {
        path.replace("icd10cm/E11.22", "{system}/{code}").replace("models/coding", "models/{name}") for path in covered
    }
    assert described == covered


@pytest.mark.parametrize("path", ["/v1/encounters/{}", "/v1/claims/{}"])
@pytest.mark.parametrize("role", ["data_scientist", "nobody", None])
def test_who_may_not_see_learns_not_even_that_it_exists(
    clients: dict[str | None, TestClient], role: str | None, path: str
) -> None:
    kept = "e1" if "encounters" in path else "c1"
    there, gone = (clients[role].get(path.format(one)) for one in (kept, "none"))
    assert there.status_code == gone.status_code
    assert _without_id(there.json()) == _without_id(gone.json())


def _without_id(problem: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in problem.items() if name != "request_id"}


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "nonsense", "Bearer \xff", "bearer  x y"]
)
@pytest.mark.parametrize("path", ["/v1/codes", "/healthz", "/v1/nothing"])
def test_credentials_that_open_nothing_are_refused(
    clients: dict[str | None, TestClient], authorization: str, path: str
) -> None:
    answer = clients[None].get(path, headers={"Authorization": authorization.encode("latin-1")})
    assert answer.status_code == 401


def test_the_open_routes_need_nobody(clients: dict[str | None, TestClient]) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/docs", "/docs/reference.css", "/v1/openapi.json"):
        assert clients[None].get(path).status_code == 200, path


def test_a_disabled_user_is_out_at_once(world) -> None:
    from data.store.users import disable_user

    client = world.client("coder")
    assert client.get("/v1/codes").status_code == 200
    with world.services.store.transaction() as session:
        disable_user(session, "coder")
    assert client.get("/v1/codes").status_code == 401
