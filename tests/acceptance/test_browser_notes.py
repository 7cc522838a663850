"""Several notes, with every kind of character that shifts offsets: evidence stays where it is."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from data.codes import CodeSystem
from data.notes import Encounter, Note, Profile
from data.store.encounters import add_encounter, get_encounter
from data.suggestions import Evidence, Role, Suggestion, SuggestionSet, Tier

pytestmark = pytest.mark.browser

FIRST = "PLAN: see the letter."
# CRLF, an emoji outside the BMP, a combining accent, markup, leading and trailing white space.
SECOND = "\r\n  \U0001f9ea\U0001f9ea cafe\u0301 <b>&amp;\r\nIMPRESSION: acute cough, left.\r\n\r\n"


@pytest.fixture
def two_notes(site: Any) -> str:
    at = SECOND.index("acute cough")
    evidence = Evidence(document_id="letter", start=at, end=at + 11, quote="acute cough")
    suggestion = Suggestion(
        suggestion_id="s1",
        system=CodeSystem.ICD10CM,
        code="R05.1",
        term="Acute cough",
        probability=0.9,
        tier=Tier.SUGGESTED,
        rank=1,
        role=Role.FIRST_LISTED,
        evidence=(evidence,),
    )
    encounter = Encounter(
        encounter_id="two notes & more",
        date_of_service=date(2026, 3, 1),
        documents=(Note(document_id="visit", text=FIRST), Note(document_id="letter", kind="letter", text=SECOND)),
    )
    answer = SuggestionSet(
        encounter_id=encounter.encounter_id,
        suggestion_set_id="set",
        model_version="1",
        code_set_releases={},
        suggestions=(suggestion,),
    )
    with site.services.store.transaction() as session:
        add_encounter(session, encounter, answer, Profile.OUTPATIENT, by="test", at=site.services.clock())
    return "/coding/two%20notes%20%26%20more"


def test_the_document_with_the_evidence_comes_to_the_front(visit: Any, two_notes: str) -> None:
    page = visit(two_notes)
    expect(page.get_by_role("tab")).to_have_text(["Progress note", "Letter"])
    expect(page.get_by_role("tab", name="Letter")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".lit")).to_have_text("acute cough")
    assert read_note(page, "letter") == SECOND


def test_tabs_move_by_arrow(visit: Any, two_notes: str) -> None:
    page = visit(two_notes)
    page.get_by_role("tab", name="Letter").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Progress note")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Progress note")).to_contain_text("see the letter")
    assert read_note(page, "visit") == FIRST


@pytest.mark.parametrize("words", ["cafe\u0301", "\U0001f9ea cafe\u0301 <b>", "cough, left", "<b>&amp;\r\nIMPRESSION"])
def test_marked_words_are_sent_as_they_stand(visit: Any, site: Any, two_notes: str, words: str) -> None:
    page = visit(two_notes)
    select(page, words)
    page.keyboard.press("n")
    page.keyboard.type("mixed hyper")
    expect(page.get_by_role("option").first).to_contain_text("E78.2")
    page.keyboard.press("Enter")
    expect(page.locator("#saving")).to_have_text("Saved")
    with site.services.store.reading() as session:
        (recorded,) = get_encounter(session, "two notes & more").decisions
    (piece,) = recorded.decision.evidence
    assert (piece.quote, SECOND[piece.start : piece.end]) == (words, words)


def read_note(page: Page, document_id: str) -> Any:
    return str(
        page.evaluate("(id) => document.querySelector(`[data-document='${id}'] .note-text`).textContent", document_id)
    )


def select(page: Page, words: str) -> None:
    """As a reader drags over the words, with a blank too many at each end where there is one."""
    page.evaluate(
        """(words) => {
          const text = document.querySelector("[data-document=letter] .note-text");
          const nodes = [...text.querySelectorAll("span")].map((part) => part.firstChild);
          const find = (place) => {
            let seen = 0;
            for (const node of nodes) {
              if (place <= seen + node.length) return [node, place - seen];
              seen += node.length;
            }
          };
          const start = text.textContent.indexOf(words);
          const range = document.createRange();
          range.setStart(...find(start));
          range.setEnd(...find(start + words.length + (text.textContent[start + words.length] === " " ? 1 : 0)));
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        words,
    )
