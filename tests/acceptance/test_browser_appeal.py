"""A biller at a denied claim in a real browser: read what is asked, copy and print the letter, record the appeal."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from data.decisions import ClaimOutcome
from data.remittances import Remittance
from data.store.claims import get_claim
from data.store.remittances import add_remittance

pytestmark = pytest.mark.browser

PATH = "/billing/demo-visit"


@pytest.fixture
def denied(site: Any, visit: Any) -> Page:
    """A claim of one line that the payer holds for not necessary."""
    store = site.services.store
    with store.transaction() as session:
        line = get_claim(session, "demo-visit").claim.lines[0]
        refused = {"group": "CO", "carc": "50", "amount_cents": line.charge_cents}
        answered = {"line_number": 1, "charge_cents": line.charge_cents, "paid_cents": 0, "adjustments": [refused]}
        answer = {"claim_id": "demo-visit", "adjudicated_on": "2026-03-29", "lines": [answered]}
        add_remittance(session, Remittance.model_validate(answer), by="payer", at=site.services.clock())
    page: Page = visit(PATH)
    return page


def test_by_key_from_the_claim_to_a_recorded_appeal(denied: Page, site: Any, violations: Any) -> None:
    denied.keyboard.press("d")
    denied.wait_for_url(f"**{PATH}/appeal")
    expect(denied.locator(".denied")).to_contain_text("not deemed medically necessary")
    expect(denied.locator(".odds")).to_contain_text("No odds")
    letter = denied.locator("#letter").inner_text()
    assert "We ask you to review your decision of 29 March 2026" in letter
    assert violations() == []
    denied.context.grant_permissions(["clipboard-read", "clipboard-write"])
    denied.keyboard.press("c")
    expect(denied.locator("#said")).to_have_text("The letter is copied.")
    assert denied.evaluate("navigator.clipboard.readText()") == denied.locator("#letter").text_content()
    denied.keyboard.press("a")
    denied.keyboard.type("By post")
    denied.keyboard.press("Control+Enter")
    expect(denied.locator(".facts")).to_contain_text("Appealed")
    with site.services.store.reading() as session:
        (kept,) = get_claim(session, "demo-visit").decisions
    assert (kept.decision.outcome, kept.decision.reason) == (ClaimOutcome.APPEALED, "By post")
    denied.keyboard.press("Escape")
    denied.wait_for_url(f"**{PATH}")
    expect(denied.locator(".history")).to_contain_text("Appealed by Dana Reyes")


def test_the_letter_alone_is_printed(denied: Page) -> None:
    denied.goto(f"{denied.url}/appeal")
    for width in (1000, 1280, 1920):
        denied.set_viewport_size({"width": width, "height": 800})
        assert denied.evaluate("document.documentElement.scrollWidth") <= width
    denied.emulate_media(media="print")
    expect(denied.locator("#letter")).to_be_visible()
    for hidden in (".top", ".bar", ".edits", ".pane-head >> nth=1"):
        expect(denied.locator(hidden)).to_be_hidden()
    denied.emulate_media(media="screen")


def test_a_claim_without_a_denial_leads_nowhere(visit: Any, site: Any) -> None:
    page = visit(PATH)
    expect(page.locator("[data-appeal]")).to_have_count(0)
    page.goto(f"{site.url}{PATH}/appeal")
    expect(page.get_by_role("heading", name="This claim does not stand denied")).to_be_visible()
