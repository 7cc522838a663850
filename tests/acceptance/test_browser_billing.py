"""A biller at work in a real browser: correct, review again, decide."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from data.decisions import ClaimOutcome
from data.store.claims import ClaimState, StoredClaim, get_claim, replace_claim

pytestmark = pytest.mark.browser

KNEE = "demo-knee-injection"
PATH = f"/billing/{KNEE}"


@pytest.fixture
def stored(site: Any) -> Callable[[], StoredClaim]:
    def read() -> StoredClaim:
        with site.services.store.reading() as session:
            return get_claim(session, KNEE)

    return read


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_text("Saved")


def test_the_worklist_opens_by_key(visit: Any) -> None:
    page = visit("/billing", user="biller")
    expect(page.locator("tbody tr").first).to_contain_text("62%")
    expect(page.locator("tbody tr").first).to_contain_text("Bundling")
    press(page, "j", "Enter")
    page.wait_for_url("**/billing/demo-*")


def test_numbers_of_the_synthetic_prior_are_called_so(visit: Any, site: Any) -> None:
    page = visit(PATH)
    expect(page.locator(".risk")).to_contain_text("Synthetic model")
    page.goto(f"{site.url}/billing")
    expect(page.locator(".sheet-head")).to_contain_text("Synthetic model")


def test_a_finding_points_at_its_field(visit: Any) -> None:
    page = visit(PATH)
    press(page, "j")
    expect(page.locator('[name="/lines/0/modifiers"]')).to_have_attribute("data-lit", "")
    press(page, "e")
    expect(page.locator('[name="/lines/0/modifiers"]')).to_be_focused()


def test_a_correction_is_reviewed_again(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    press(page, "j", "e")
    page.keyboard.type("25")
    press(page, "Control+Enter")
    expect(page.locator(".estimate .number")).to_have_text("11%")
    expect(page.locator("#said")).to_have_text("Reviewed: risk 62% before, 11% now.")
    assert stored().claim.lines[0].modifiers == ("25",)
    assert stored().revision == 2


def test_release_by_key(visit: Any, site: Any) -> None:
    page = visit("/billing/demo-visit")
    press(page, "l")
    expect(page.get_by_role("button", name="Release")).to_have_attribute("aria-pressed", "true")
    saved(page)
    expect(page.locator(".history")).to_contain_text("Released by Dana Reyes")
    with site.services.store.reading() as session:
        decisions = get_claim(session, "demo-visit").decisions
    assert [one.decision.outcome for one in decisions] == [ClaimOutcome.RELEASED]
    press(page, "Enter")
    page.wait_for_url(lambda url: "demo-visit" not in url)


def test_release_against_the_advice_is_an_override(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    press(page, "l")
    expect(page.get_by_role("dialog", name="Override the advice")).to_be_visible()
    page.keyboard.type("Documented apart, see the note.")
    press(page, "Control+Enter")
    saved(page)
    expect(page.locator(".history")).to_contain_text("Overridden by Dana Reyes")
    assert [one.decision.outcome for one in stored().decisions] == [ClaimOutcome.OVERRIDDEN]


def test_override_by_mouse_needs_a_reason(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    page.get_by_role("button", name="Override").click()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("The advice is to hold").fill("The payer confirmed by phone.")
    page.get_by_role("button", name="Record").click()
    expect(page.locator(".history")).to_contain_text("The payer confirmed by phone.")
    assert stored().state is ClaimState.RELEASED


def test_a_billers_fix_is_applied_and_a_coders_fix_holds(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    page.locator(".fix", has_text="Remove M85.80").get_by_role("button", name="Apply").click()
    expect(page.locator(".fix")).to_have_count(1)
    assert [code.dotted for code in stored().claim.diagnoses] == ["M17.12", "M75.41"]
    page.locator(".fix", has_text="modifier 25").get_by_role("button", name="Hold for it").click()
    expect(page.get_by_role("dialog").locator("textarea")).to_have_value(
        "Needs coder: Add modifier 25 to line 1, if the note documents an evaluation of its own."
    )
    page.get_by_role("button", name="Record").click()
    expect(page.locator(".history")).to_contain_text("Held by Dana Reyes")
    assert stored().state is ClaimState.HELD


def test_a_removed_diagnosis_takes_its_letter_from_the_pointers(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    page.locator("#dx-A").fill("")
    press(page, "Control+Enter")
    saved(page)
    expect(page.locator("#dx-A")).to_have_value("M75.41")
    claim = stored().claim
    assert [code.dotted for code in claim.diagnoses] == ["M75.41", "M85.80"]
    assert [line.diagnosis_pointers for line in claim.lines] == [(1,), (), (), ()]


def test_money_is_read_exactly(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    page.locator('[name="/lines/0/charge_cents"]').fill("1,234.5")
    press(page, "Control+Enter")
    expect(page.locator('[name="/lines/0/charge_cents"]')).to_have_value("1234.50")
    assert stored().claim.lines[0].charge_cents == 123450


def test_an_unreadable_field_is_marked_and_kept(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    page.locator('[name="/lines/1/units"]').fill("two")
    press(page, "Control+Enter")
    expect(page.locator('[name="/lines/1/units"]')).to_have_attribute("aria-invalid", "true")
    expect(page.locator('[name="/lines/1/units"]')).to_have_value("two")
    assert stored().revision == 1


def test_undecided_changes_are_not_passed_over(visit: Any, stored: Any) -> None:
    page = visit(PATH)
    page.locator('[name="/lines/1/units"]').fill("2")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#notice")).to_contain_text("Save and review the changes first")
    page.get_by_role("button", name="Discard changes").click()
    expect(page.locator('[name="/lines/1/units"]')).to_have_value("1")
    assert stored().decisions == ()


def test_a_faster_colleague_costs_no_input(visit: Any, site: Any, stored: Any) -> None:
    page = visit(PATH)
    page.locator('[name="/lines/0/modifiers"]').fill("25")
    with site.services.store.transaction() as session:
        seen = get_claim(session, KNEE)
        changed = seen.claim.model_copy(update={"prior_authorization": "A-77"})
        replace_claim(
            session, changed, seen.review, by="biller", at=site.services.clock(), expected_version=seen.version
        )
    press(page, "Control+Enter")
    expect(page.locator("#notice")).to_contain_text("Yours is still in the form")
    expect(page.locator('[name="/lines/0/modifiers"]')).to_have_value("25")
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.locator(".estimate .number")).to_have_text("11%")
    assert stored().claim.lines[0].modifiers == ("25",)
    assert stored().revision == 3


def test_submitting_is_asked_once_more_and_closes_the_claim(visit: Any, site: Any) -> None:
    page = visit("/billing/demo-visit")
    press(page, "s")
    expect(page.get_by_role("dialog", name="Submit this claim")).to_be_visible()
    press(page, "Escape", "s", "Enter")
    saved(page)
    expect(page.locator(".history")).to_contain_text("Submitted by Dana Reyes")
    expect(page.locator('[name="/lines/0/modifiers"]')).to_have_attribute("readonly", "")
    with site.services.store.reading() as session:
        assert get_claim(session, "demo-visit").state is ClaimState.SUBMITTED
