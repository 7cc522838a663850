"""The pages without a browser: who may see them, how they fail, what they never hold."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.auth import SESSION_COOKIE
from api.workbench.assets import load_assets
from api.workbench.prior import REAL_CLAIMS, is_synthetic
from data.store.browser_sessions import open_browser_session
from models.artifacts import write_manifest

PASSWORD = "correct horse battery staple"
SAME_SITE = {"Origin": "http://testserver"}


@pytest.fixture
def anonymous(world: Any) -> Iterator[TestClient]:
    with world.client(role=None) as client:
        yield client


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **form: str) -> Any:
    return client.post("/sign-in", data={"name": name, "password": password, **form}, headers=SAME_SITE)


def let_in(client: TestClient, world: Any, name: str) -> None:
    """As if the user had signed in, without the second that hashing takes."""
    with world.services.store.transaction() as session:
        token, _ = open_browser_session(session, name, at=world.services.clock())
    client.cookies.set(SESSION_COOKIE, token)


def find_token(page: str) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["/", "/coding", "/coding/e1", "/billing", "/billing/c1", "/billing/c1/next"])
def test_strangers_are_asked_to_sign_in(anonymous: TestClient, path: str) -> None:
    answer = anonymous.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("coder", "/coding", 200),
        ("coder", "/billing", 403),
        ("biller", "/billing", 200),
        ("biller", "/coding", 403),
        ("admin", "/coding", 200),
        ("auditor", "/coding", 403),
        ("auditor", "/", 200),
        ("nobody", "/", 200),
        ("coder", "/coding/none", 404),
        ("biller", "/billing/none", 404),
        ("coder", "/coding?cursor=nonsense", 422),
    ],
)
def test_pages_by_role(world: Any, anonymous: TestClient, role: str, path: str, status: int) -> None:
    let_in(anonymous, world, role)
    answer = anonymous.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/coding/e1", "/coding/e1"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_signing_in_never_leads_to_another_site(anonymous: TestClient, wanted: str, reached: str) -> None:
    assert sign_in(anonymous, "coder", next=wanted).headers["location"] == reached


def test_a_refused_sign_in_says_one_thing_for_all_reasons(anonymous: TestClient) -> None:
    wrong, unknown = sign_in(anonymous, "coder", "wrong"), sign_in(anonymous, "no such user", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert "The name or the password is wrong." in wrong.text
    assert wrong.text.replace("coder", "no such user") == unknown.text
    assert 'wrong"' not in wrong.text


def test_too_many_attempts_wait(anonymous: TestClient, world: Any) -> None:
    attempts = world.app.state.settings.sign_in_attempts
    answers = [sign_in(anonymous, "nobody", "wrong") for _ in range(attempts + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {401}
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].text


def test_another_site_can_not_sign_anybody_in(anonymous: TestClient) -> None:
    form = {"name": "coder", "password": PASSWORD}
    assert anonymous.post("/sign-in", data=form, headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("token", ["", "guess", "é"])
def test_signing_out_needs_the_token_of_the_page(world: Any, anonymous: TestClient, token: str) -> None:
    let_in(anonymous, world, "coder")
    assert anonymous.post("/sign-out", data={"csrf_token": token}, headers=SAME_SITE).status_code == 403
    right = find_token(anonymous.get("/coding").text)
    assert anonymous.post("/sign-out", data={"csrf_token": right}, headers=SAME_SITE).status_code == 303
    assert anonymous.get("/coding").status_code == 303


def test_a_note_is_shown_as_text(
    world: Any, client: TestClient, anonymous: TestClient, encounter: dict[str, Any]
) -> None:
    text = 'ASSESSMENT: diabetes \U0001f9ea\r\n<script>alert("x")</script> & kidney disease'
    encounter["documents"][0]["text"] = text
    assert client.post("/v1/encounters", json=encounter).status_code == 201
    let_in(anonymous, world, "coder")
    page = anonymous.get("/coding/e1").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "\U0001f9ea&#13;\n" in page
    assert 'data-refs="s1" class="lit">diabetes</span>' in page
    assert 'data-refs="s2">kidney disease</span>' in page
    assert 'class="heading ">ASSESSMENT' in page


def test_who_looked_is_recorded(
    world: Any, client: TestClient, anonymous: TestClient, stored_encounter: Any, stored_claim: Any
) -> None:
    let_in(anonymous, world, "admin")
    anonymous.get("/coding/e1")
    anonymous.get("/billing/c1")
    kinds = [event["kind"] for event in client.get("/v1/audit/events").json()["events"]]
    assert {"encounter.viewed", "claim.viewed"} <= set(kinds)


def test_assets_are_kept_by_their_content(anonymous: TestClient) -> None:
    address = load_assets().address("workbench.css")
    answer = anonymous.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["cache-control"]
    assert anonymous.get("/static/000000000000/workbench.css").status_code == 404
    assert anonymous.get(f"{address}.map").status_code == 404


def test_pages_hold_no_code_of_their_own() -> None:
    """The content security policy would block it: scripts are files, styles are classes."""
    for template in files("api.workbench").joinpath("templates").iterdir():
        source = template.read_text(encoding="utf-8")
        scripts = re.findall(r"<script[^>]*>", source)
        assert all('src="' in tag or 'type="application/json"' in tag for tag in scripts), template.name
        assert not re.search(r"\s(?:style|on[a-z]+)=", source), template.name
        assert not re.search(r"https?://", source), template.name


@pytest.mark.parametrize(
    ("metrics", "expected"), [({}, True), ({REAL_CLAIMS: 0.0}, True), ({REAL_CLAIMS: 900.0}, False)]
)
def test_a_model_is_synthetic_until_it_has_seen_real_claims(tmp_path: Any, metrics: Any, expected: bool) -> None:
    class Registry:
        def champion(self, name: str) -> Any:
            return tmp_path

        def versions(self, name: str) -> list[str]:
            return []

    assert is_synthetic(Registry())
    write_manifest(tmp_path, name="denial", version="1", data_hash="0" * 64, metrics=metrics)
    assert is_synthetic(Registry()) is expected
