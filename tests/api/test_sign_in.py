"""Browser sessions: signing in, staying in, being kept out."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.auth import SESSION_COOKIE
from api.errors import TooManyError
from api.sign_in import AttemptLimit, SignInDesk
from data.store.browser_sessions import open_browser_session
from data.store.users import disable_user


@pytest.fixture
def browser(world) -> TestClient:
    return world.client(None)


@pytest.fixture
def signed_in(world, browser: TestClient) -> TestClient:
    """A browser with a coder's session: checking a password is slow on purpose."""
    with world.services.store.transaction() as session:
        token, _ = open_browser_session(session, "coder", at=world.now[0], lifetime=timedelta(hours=10))
    browser.cookies.set(SESSION_COOKIE, token)
    return browser


def sign_in(browser: TestClient, password: str, name: str = "coder", **headers: str) -> Any:
    return browser.post("/v1/sessions", json={"name": name, "password": password}, headers=headers)


def test_a_session_opens_what_the_roles_open(browser: TestClient, password: str) -> None:
    answer = sign_in(browser, password)
    assert (answer.status_code, answer.json()["name"], answer.json()["roles"]) == (201, "coder", ["coder"])
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in (SESSION_COOKIE, "HttpOnly", "SameSite=strict", "Path=/"))
    assert browser.get("/v1/worklists/coding").status_code == 200
    assert browser.get("/v1/worklists/billing").status_code == 403


def test_behind_tls_the_cookie_is_for_tls(world, password: str) -> None:
    world.app.state.settings = world.app.state.settings.model_copy(update={"secure_cookies": True})
    assert "Secure" in sign_in(world.client(None), password).headers["set-cookie"]


def test_signing_out_ends_the_session_everywhere(signed_in: TestClient) -> None:
    (token,) = signed_in.cookies.values()
    answer = signed_in.delete("/v1/sessions/current")
    assert (answer.status_code, answer.headers["set-cookie"].split(";")[0]) == (204, f'{SESSION_COOKIE}=""')
    signed_in.cookies.set(SESSION_COOKIE, token)
    assert signed_in.get("/v1/codes").status_code == 401


def test_a_session_ends_with_its_time(world, signed_in: TestClient) -> None:
    world.now[0] += timedelta(hours=10) - timedelta(seconds=1)
    assert signed_in.get("/v1/codes").status_code == 200
    world.now[0] += timedelta(seconds=1)
    assert signed_in.get("/v1/codes").status_code == 401


def test_a_disabled_user_s_session_ends(world, signed_in: TestClient, password: str) -> None:
    with world.services.store.transaction() as session:
        disable_user(session, "coder")
    assert signed_in.get("/v1/codes").status_code == 401
    assert sign_in(signed_in, password).status_code == 401


def test_a_wrong_name_and_a_wrong_password_look_the_same(browser: TestClient, password: str) -> None:
    wrong = [sign_in(browser, "wrong"), sign_in(browser, password, "Coder")]
    assert {answer.status_code for answer in wrong} == {401}
    assert len({answer.json()["detail"] for answer in wrong}) == 1


def test_what_was_typed_is_recorded_only_when_it_is_a_user(world, browser: TestClient, password: str) -> None:
    sign_in(browser, "wrong", "coder")
    sign_in(browser, "wrong", "my password in the wrong field")
    sign_in(browser, password, "coder")
    events = world.client().get("/v1/audit/events").json()["events"]
    sessions = [(one["kind"], one["subject"]) for one in events if one["kind"].startswith("session.")]
    assert sessions == [("session.refused", "coder"), ("session.refused", "unknown"), ("session.opened", "coder")]


def test_after_the_failures_allowed_even_the_right_password_waits(world, password: str) -> None:
    world.app.state.sign_in = SignInDesk(world.services, attempts=2, window_seconds=300, lifetime=timedelta(hours=1))
    browser = world.client(None)
    assert [sign_in(browser, "wrong").status_code for _ in range(3)] == [401, 401, 429]
    refused = sign_in(browser, password)
    assert (refused.status_code, refused.json()["type"]) == (429, "/docs#too-many")
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert sign_in(browser, password, "biller").status_code == 201


# Headers that a browser sends with a request from a page, and whether the page is ours.
ORIGINS = [
    ({}, True),
    ({"Origin": "http://testserver"}, True),
    ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Origin": "https://elsewhere.example"}, False),
    ({"Origin": "http://testserver.elsewhere.example"}, False),
    ({"Origin": "http://testserver:81"}, False),
    ({"Origin": "null"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
]


@pytest.mark.parametrize(("headers", "is_ours"), ORIGINS)
def test_another_site_s_page_can_t_act_with_our_cookie(
    signed_in: TestClient, encounter: dict[str, Any], headers: dict[str, str], is_ours: bool
) -> None:
    acted = signed_in.post("/v1/suggestions", json=encounter, headers=headers)
    assert acted.status_code == (200 if is_ours else 403)
    signing_in = signed_in.post("/v1/sessions", json={}, headers=headers)
    assert signing_in.status_code == (422 if is_ours else 403)
    assert signed_in.get("/v1/codes", headers=headers).status_code == 200


def test_a_program_s_token_is_not_a_browser_s(world, encounter: dict[str, Any]) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    assert world.client("coder").post("/v1/suggestions", json=encounter, headers=headers).status_code == 200


def test_the_limit_counts_in_a_sliding_window() -> None:
    now = [0.0]
    limit = AttemptLimit(2, 10, clock=lambda: now[0])
    for now[0] in (0.0, 4.0):
        limit.count("a")
    limit.count("b")
    now[0] = 9.9
    with pytest.raises(TooManyError) as refused:
        limit.count("a")
    assert refused.value.headers == {"Retry-After": "1"}
    now[0] = 10.0
    limit.count("a")
    with pytest.raises(TooManyError):
        limit.count("a")
    limit.forget("a")
    limit.count("a")


def test_the_limit_remembers_no_more_keys_than_it_may() -> None:
    limit = AttemptLimit(1, 10, clock=lambda: 0.0)
    for key in range(10_001):
        limit.count(key)
    limit.count(0)
    with pytest.raises(TooManyError):
        limit.count(10_000)
