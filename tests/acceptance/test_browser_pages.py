"""Signing in and out, roles, and every page in both lights against the rules of accessibility."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ENCOUNTER = "/coding/demo-office-diabetes-ckd"
CLAIM = "/billing/demo-knee-injection"


def test_sign_in_leads_where_it_was_going(site: Any, visit: Any) -> None:
    page = visit(CLAIM, user="")
    expect(page).to_have_url(f"{site.url}/sign-in?next=/billing/demo-knee-injection")
    page.get_by_label("Name").fill("biller")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{CLAIM}")
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_sign_out_closes_the_session(visit: Any, site: Any) -> None:
    page = visit("/")
    (cookie,) = page.context.cookies()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.context.add_cookies([cookie])
    page.goto(f"{site.url}/coding")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    ("user", "links", "start"),
    [
        ("coder", ["Coding"], "To code"),
        ("biller", ["Billing", "Performance"], "To bill"),
        ("admin", ["Coding", "Billing", "Performance"], "To code"),
        ("auditor", [], "No worklist for your role"),
    ],
)
def test_each_role_sees_its_pages(visit: Any, user: str, links: list[str], start: str) -> None:
    page = visit("/", user=user)
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(links)
    expect(page.get_by_role("heading", name=start)).to_be_visible()


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/sign-in", ""),
        ("/coding", "j"),
        (ENCOUNTER, "a r 1 d"),
        (ENCOUNTER, "r"),
        (ENCOUNTER, "p"),
        (ENCOUNTER, "Enter"),
        (ENCOUNTER, "?"),
        ("/billing", "j"),
        (CLAIM, "j"),
        (CLAIM, "o"),
        ("/performance", "?"),
        ("/billing/none", ""),
    ],
)
def test_nothing_stands_in_anyones_way(visit: Any, violations: Any, path: str, keys: str) -> None:
    page = visit(path, user="" if path == "/sign-in" else "Dana Reyes")
    for key in keys.split():
        page.keyboard.press(key)
    assert violations() == []
    page.emulate_media(color_scheme="dark")
    assert violations(runOnly=["color-contrast"]) == []


@pytest.mark.parametrize("path", ["/coding", ENCOUNTER, "/billing", CLAIM, "/performance"])
def test_nothing_is_wider_than_the_window(visit: Any, path: str) -> None:
    page = visit(path)
    for width in (1000, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
