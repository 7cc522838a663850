"""A coder at work in a real browser: every decision by key and by mouse, saved as it was made."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from data.decisions import Decision, Outcome
from data.store.encounters import append_decisions, get_encounter

pytestmark = pytest.mark.browser

DIABETES = "demo-office-diabetes-ckd"
PATH = f"/coding/{DIABETES}"


@pytest.fixture
def decided(site: Any) -> Callable[[], list[Decision]]:
    """What the server has kept."""

    def read() -> list[Decision]:
        with site.services.store.reading() as session:
            return [recorded.decision for recorded in get_encounter(session, DIABETES).decisions]

    return read


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_text("Saved")


def row(page: Page, code: str) -> Any:
    return page.locator(f'.row[data-code="{code}"]')


def test_keys_decide_and_move_on(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    expect(row(page, "E11.22")).to_have_attribute("data-active", "")
    press(page, "a")
    expect(row(page, "N18.32")).to_have_attribute("data-active", "")
    press(page, "r", "4", "d")
    saved(page)
    assert [(one.code, one.outcome, one.reason) for one in decided()] == [
        ("E11.22", Outcome.ACCEPTED, None),
        ("N18.32", Outcome.REJECTED, "wrong_specificity"),
        ("I12.9", Outcome.DEFERRED, None),
    ]
    expect(page.locator("#decided")).to_have_text("2")


def test_the_mouse_does_the_same(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    row(page, "E78.2").hover()
    row(page, "E78.2").get_by_role("button", name="Accept E78.2").click()
    row(page, "Z79.84").locator(".row-main").click()
    page.locator(".choice.reject:visible").click()
    page.get_by_role("button", name="Historical").click()
    saved(page)
    assert [(one.code, one.outcome, one.reason) for one in decided()] == [
        ("E78.2", Outcome.ACCEPTED, None),
        ("Z79.84", Outcome.REJECTED, "historical"),
    ]


def test_replace_offers_alternatives_then_searches(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    press(page, "p")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("option").first).to_contain_text("E11.9")
    page.keyboard.type("polyneuropathy")
    expect(page.get_by_role("option").first).to_contain_text("E11.42")
    press(page, "Enter")
    saved(page)
    assert [(one.code, one.replaced_by) for one in decided()] == [("E11.22", "E11.42")]
    expect(row(page, "E11.22")).to_contain_text("Replaced by E11.42")


def test_a_category_is_no_answer(visit: Any) -> None:
    page = visit(PATH)
    press(page, "n")
    page.keyboard.type("type 2 diabetes mellitus")
    expect(page.locator('.hits [data-code="E11"]')).to_have_attribute("aria-disabled", "true")
    press(page, "Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(row(page, "E11.22").locator(".row-main")).to_be_focused()


def test_selected_words_become_the_evidence_of_an_added_code(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    select(page, "BMI 31.4")
    press(page, "n")
    expect(page.locator("#finder")).to_contain_text("“BMI 31.4”")
    page.keyboard.type("body mass")
    expect(page.get_by_role("option").first).to_contain_text("Z68.31")
    press(page, "Enter")
    saved(page)
    (decision,) = decided()
    assert (decision.outcome, decision.code) == (Outcome.ADDED, "Z68.31")
    assert [piece.quote for piece in decision.evidence] == ["BMI 31.4"]
    page.reload()
    expect(row(page, "Z68.31")).to_contain_text("BMI 31.4")


def test_undo_is_a_new_decision(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    press(page, "a", "u")
    saved(page)
    expect(row(page, "E11.22")).to_have_attribute("data-active", "")
    press(page, "r", "Enter", "u")
    saved(page)
    assert [one.outcome for one in decided()] == [
        Outcome.ACCEPTED,
        Outcome.DEFERRED,
        Outcome.REJECTED,
        Outcome.DEFERRED,
    ]


def test_an_added_code_can_be_taken_back(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    press(page, "n")
    page.keyboard.type("body mass")
    expect(page.get_by_role("option").first).to_contain_text("Z68.31")
    press(page, "Enter", "u")
    saved(page)
    assert [(one.outcome, one.suggestion_id) for one in decided()] == [
        (Outcome.ADDED, None),
        (Outcome.REJECTED, None),
    ]
    expect(row(page, "Z68.31")).to_contain_text("Taken back")


def test_modifiers_go_with_the_decision(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    row(page, "99214").locator(".row-main").click()
    press(page, "m")
    page.keyboard.type("2")
    press(page, "Enter")
    expect(page.locator("#notice")).to_contain_text("two characters")
    page.keyboard.type("5")
    press(page, "Enter")
    saved(page)
    assert [(one.code, one.modifiers, one.units) for one in decided()] == [("99214", ("25",), 1)]


def test_accepting_in_a_row_never_reaches_a_candidate(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    press(page, *"aaaaaaaaaa")
    saved(page)
    assert {one.code for one in decided()} == {"E11.22", "N18.32", "I12.9", "E11.42", "E78.2", "Z79.84", "99214"}
    expect(page.locator("#decided")).to_have_text("7")


def test_enter_drafts_the_claim_and_goes_on(visit: Any, site: Any) -> None:
    page = visit(PATH)
    press(page, "Enter")
    expect(page.locator("#notice")).to_contain_text("7 suggestions are still open")
    press(page, *"aaaaaaa", "Enter")
    expect(page.locator("#notice")).to_contain_text(f"Draft claim {DIABETES}-claim is with the biller")
    press(page, "Enter")
    page.wait_for_url(lambda url: url.endswith("/coding") or (DIABETES not in url))


def test_the_active_evidence_is_in_view_and_emphasised(visit: Any) -> None:
    page = visit(PATH)
    press(page, "j", "j", "j", "j", "j")
    lit = page.locator(".note .lit")
    expect(lit).to_have_text(["Takes metformin 500 mg BID", "Continue metformin 500 BID"])
    expect(lit.first).to_be_in_viewport()


def test_a_click_in_the_note_finds_its_code(visit: Any) -> None:
    page = visit(PATH)
    page.locator(".note").get_by_text("Hyperlipidemia, mixed").click()
    expect(row(page, "E78.2")).to_have_attribute("data-active", "")


def test_a_lost_answer_is_retried_and_kept_once(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    seen: list[str] = []

    def lose_the_first(route: Route, request: Request) -> None:
        seen.append(request.headers["idempotency-key"])
        if len(seen) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/decisions", lose_the_first)
    press(page, "a")
    expect(page.locator("#saving")).to_have_text("Not saved yet, trying again")
    expect(row(page, "N18.32")).to_have_attribute("data-active", "")
    saved(page)
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert len(decided()) == 1


def test_a_refusal_is_shown_and_can_be_discarded(visit: Any, decided: Any) -> None:
    page = visit(PATH)
    body = json.dumps({"title": "The request breaks a rule", "detail": "no such code"})
    page.route("**/decisions", lambda route: route.fulfill(status=422, body=body, content_type="application/json"))
    press(page, "a")
    expect(page.locator("#saving")).to_have_text("Not saved")
    expect(page.locator("#notice")).to_contain_text("no such code")
    page.get_by_role("button", name="Discard").click()
    expect(row(page, "E11.22")).to_have_attribute("data-state", "open")
    assert decided() == []


def test_a_faster_colleague_costs_no_input(visit: Any, site: Any, decided: Any) -> None:
    page = visit(PATH)
    colleague_decides(site, "N18.32", Outcome.REJECTED)
    press(page, "a")
    saved(page)
    expect(row(page, "N18.32")).to_have_attribute("data-state", "rejected")
    assert [(one.code, one.outcome) for one in decided()] == [
        ("N18.32", Outcome.REJECTED),
        ("E11.22", Outcome.ACCEPTED),
    ]


def test_two_decisions_on_one_code_are_put_to_the_coder(visit: Any, site: Any, decided: Any) -> None:
    page = visit(PATH)
    colleague_decides(site, "E11.22", Outcome.REJECTED)
    press(page, "a")
    expect(page.locator("#notice")).to_contain_text("Somebody else decided on E11.22 meanwhile")
    expect(row(page, "E11.22")).to_have_attribute("data-state", "rejected")
    page.get_by_role("button", name="Send mine").click()
    saved(page)
    assert [one.outcome for one in decided()] == [Outcome.REJECTED, Outcome.ACCEPTED]


def test_the_keys_are_shown(visit: Any) -> None:
    page = visit(PATH)
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Undo, as a new decision")
    press(page, "a", "Escape")
    expect(row(page, "E11.22")).to_have_attribute("data-state", "open")


def colleague_decides(site: Any, code: str, outcome: Outcome) -> None:
    with site.services.store.transaction() as session:
        stored = get_encounter(session, DIABETES)
        suggestion = next(one for one in stored.suggestion_set.suggestions if one.code == code)
        decision = Decision(
            suggestion_id=suggestion.suggestion_id, outcome=outcome, system=suggestion.system, code=suggestion.code
        )
        append_decisions(
            session,
            DIABETES,
            [decision],
            by="coder",
            at=site.services.clock(),
            expected_version=stored.version,
        )


def select(page: Page, words: str) -> None:
    """As a reader drags over the words: they may lie in several parts of the note."""
    page.evaluate(
        """(words) => {
          const text = document.querySelector(".note-text");
          const start = text.textContent.indexOf(words);
          const range = document.createRange();
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          let seen = 0;
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = (place) => place >= seen && place <= seen + node.length;
            if (at(start)) range.setStart(node, start - seen);
            if (at(start + words.length)) range.setEnd(node, start + words.length - seen);
            seen += node.length;
          }
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        words,
    )
