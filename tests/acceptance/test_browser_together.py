"""A coder forgets a modifier, the biller sees why the claim would be denied and sends it back, the coder adds it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from data.store.claims import ClaimState, get_claim

pytestmark = pytest.mark.browser

ENCOUNTER = "demo-office-knee-injection"


def test_a_forgotten_modifier_goes_back_and_comes_right(visit: Any, site: Any, violations: Any) -> None:
    page = visit(f"/coding/{ENCOUNTER}", user="coder")
    for key in "aaaa":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text(f"Draft claim {ENCOUNTER}-claim is with the biller")

    page = visit(f"/billing/{ENCOUNTER}-claim", user="biller")
    expect(page.locator(".edits")).to_contain_text("unless modifier 25")
    page.locator(".fix", has_text="modifier 25").get_by_role("button", name="Hold for it").click()
    page.get_by_role("button", name="Record").click()
    expect(page.locator(".history")).to_contain_text("Held by biller")

    page = visit("/coding", user="coder")
    expect(page.locator(".returned")).to_contain_text("Needs coder: Add modifier 25 to line 1")
    assert violations() == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".returned-note")).to_contain_text("Sent back by biller")
    assert violations() == []
    page.locator('.row[data-code="99214"] .row-main').click()
    expect(page.locator(".note .lit")).to_contain_text("She also has a new problem today")
    page.keyboard.press("m")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("is with the biller")

    page = visit(f"/billing/{ENCOUNTER}-claim", user="biller")
    expect(page.locator(".estimate .number")).to_have_text("11%")
    page.keyboard.press("l")
    expect(page.locator(".history")).to_contain_text("Released by biller")
    with site.services.store.reading() as session:
        stored = get_claim(session, f"{ENCOUNTER}-claim")
    assert (stored.revision, stored.state) == (2, ClaimState.RELEASED)
    assert [line.modifiers for line in stored.claim.lines] == [("25",), ()]
