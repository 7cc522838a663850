"""The draft letter: documented facts word for word, blanks for all else."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.appeal_asks import Ask, Recourse
from data.claims import Claim
from data.deadlines import Deadline
from data.decisions import Decision, RecordedDecision
from data.denials import find_refusals
from data.notes import Encounter
from data.remittances import Remittance
from data.suggestions import Suggestion, SuggestionSet
from data.synthetic.demo_claims import draft_claim
from models.appeal.denied_lines import describe_refusal
from models.appeal.letter import Facts, write_letter
from models.appeal.support import Chart

NOTE = "Sugar 14. Diabetes with kidney disease.\r\nPlan: visit in a week. Café ☕."
QUOTES = ("Diabetes", "kidney disease.\r\nPlan", "visit", "Café ☕")


def suggestion(number: int, system: str, code: str, quote: str) -> Suggestion:
    start = NOTE.index(quote)
    return Suggestion.model_validate(
        {
            "suggestion_id": f"s{number}",
            "system": system,
            "code": code,
            "term": "a term",
            "probability": 0.9,
            "tier": "suggested",
            "rank": number,
            "role": "procedure" if system == "cpt" else "secondary",
            "evidence": [{"document_id": "d1", "start": start, "end": start + len(quote), "quote": quote}],
            "rationale": [{"rule_id": f"r{number}", "text": f"Rule {number}.", "source": f"section {number}"}],
        }
    )


SUGGESTED = (
    suggestion(1, "icd10cm", "E11.9", "Diabetes"),
    suggestion(2, "icd10cm", "I10", "kidney disease.\r\nPlan"),
    suggestion(3, "cpt", "99213", "visit"),
)


def decide(number: int, outcome: str, **changes: Any) -> RecordedDecision:
    of = SUGGESTED[number - 1]
    written = {"suggestion_id": of.suggestion_id, "outcome": outcome, "system": of.system, "code": of.code, **changes}
    return RecordedDecision(
        decision_id=f"x{number}",
        decision=Decision.model_validate(written),
        decided_by="ada",
        decided_at="2026-03-16T12:00:00Z",
    )


def chart(*standing: RecordedDecision) -> Chart:
    documents = [{"document_id": "d1", "kind": "progress_note", "text": NOTE}]
    encounter = Encounter.model_validate(
        {"encounter_id": "e1", "date_of_service": "2026-03-16", "documents": documents}
    )
    suggestions = SuggestionSet(
        encounter_id="e1", suggestion_set_id="set", model_version="1", code_set_releases={}, suggestions=SUGGESTED
    )
    return Chart(encounter, suggestions, standing)


def deny(claim: Claim, carc: str, remarks: tuple[str, ...] = ()) -> tuple[Any, ...]:
    lines = [
        {
            "line_number": line.line_number,
            "charge_cents": line.charge_cents,
            "paid_cents": 0,
            "adjustments": [{"group": "CO", "carc": carc, "amount_cents": line.charge_cents}],
            "remarks": remarks,
        }
        for line in claim.lines
    ]
    answer = Remittance.model_validate({"claim_id": claim.claim_id, "adjudicated_on": "2026-04-02", "lines": lines})
    return tuple(describe_refusal(claim, one) for one in find_refusals(claim, [answer]))


def facts(carc: str = "50", claim: Claim | None = None, *standing: RecordedDecision, **known: Any) -> Facts:
    claim = claim or draft_claim("c1")
    supports = {line.line_number: chart(*standing).support(claim, line) for line in claim.lines}
    return Facts(claim, deny(claim, carc), supports=supports, documents={"d1": "progress_note"}, **known)


def test_the_whole_letter() -> None:
    known = facts("50", None, decide(1, "accepted"), decide(3, "accepted"), payer_number="8841")
    letter = write_letter(known)
    assert letter.text == "\n".join(
        (
            "[Name, address and telephone of the practice]",
            "",
            "[Date of the letter]",
            "",
            "[Address of the payer's department for appeals]",
            "",
            "Claim: c1",
            "Payer: demo-commercial",
            "Payer's claim number: 8841",
            "Patient: [Name of the patient], member number [Member number]",
            "Billing provider: NPI 1730000001",
            "Date of service: 16 March 2026",
            "Denied: $150.00",
            "",
            "We ask you to review your decision of 2 April 2026, and to pay for these services:",
            "",
            "Line 1: 99213, 1 unit, 16 March 2026, charged $150.00.",
            "  For E11.9.",
            "  Denied on 2 April 2026: CO-50 (not deemed medically necessary), $150.00.",
            "  [Why the patient needed the service, measured by the payer's criteria]",
            "  The record says:",
            '  - "Diabetes" (progress note d1)',
            '  - "visit" (progress note d1)',
            "",
            "Enclosures:",
            "- Record: progress note d1",
            "- Remittance advice of 2 April 2026",
            "- Claim c1 as filed",
            "",
            "Sincerely,",
            "",
            "[Name, title and signature]",
            "",
        )
    )


# What is known; words that must stand in the letter, words that must not.
AUTHORIZED = {"prior_authorization": "A-77"}
LIMIT = Deadline(day=date(2026, 6, 14), source="Contract, section 4")
SAYS: list[tuple[str, str, dict[str, Any], dict[str, Any], str, str]] = [
    ("a number", "197", AUTHORIZED, {}, "Authorization on the claim: A-77.", "[Authorization number and its dates]"),
    ("no number", "197", {}, {}, "[Authorization number and its dates]", "Authorization on the claim"),
    ("sent", "29", {}, {"submitted_on": date(2026, 3, 20)}, "submitted on 20 March 2026.", "The limit was"),
    ("not known when sent", "29", {}, {"file_by": LIMIT}, "[Proof that the payer", "submitted on"),
    (
        "in time",
        "29",
        {},
        {"submitted_on": date(2026, 6, 14), "file_by": LIMIT},
        "The limit was 14 June 2026 (Contract, section 4).",
        "[Why the claim could not be filed earlier]",
    ),
    (
        "late",
        "29",
        {},
        {"submitted_on": date(2026, 6, 15), "file_by": LIMIT},
        "[Why the claim could not be filed earlier]",
        "The limit was",
    ),
    ("a name", "50", {}, {"services": {"99213": "Middle visit"}}, "99213 Middle visit, 1 unit", "None"),
    ("a title", "50", {}, {"titles": {"E11.9": "Sugar"}}, "For E11.9 Sugar.", "None"),
    ("no NPI", "50", {"billing_npi": ""}, {}, "[Billing NPI]", "NPI ."),
    ("the claim's own number", "50", {}, {}, "[Claim number of the payer]", "None"),
    ("records alone", "252", {}, {}, "We send what you asked for in your decision", "We ask you to review"),
    ("modifiers", "97", {"lines": [{"code": "99213", "modifiers": ["25", "95"]}]}, {}, "modifier 25 95", "[]"),
    ("two units", "151", {"lines": [{"code": "J1885", "units": 2}]}, {}, "2 units", "2 unit,"),
]


@pytest.mark.parametrize(
    ("carc", "changes", "known", "must", "must_not"), [row[1:] for row in SAYS], ids=[row[0] for row in SAYS]
)
def test_the_letter_says_what_is_known_and_no_more(
    carc: str, changes: dict[str, Any], known: dict[str, Any], must: str, must_not: str
) -> None:
    text = write_letter(facts(carc, draft_claim("c1", **changes), **known)).text
    assert must in text
    assert must_not not in text


# What a coder did; which quotes support the claim's only line (99213, pointing to E11.9).
SUPPORT: list[tuple[list[RecordedDecision], list[str]]] = [
    ([], []),
    ([decide(1, "accepted")], ["Diabetes"]),
    ([decide(3, "accepted"), decide(1, "accepted")], ["Diabetes", "visit"]),
    ([decide(2, "accepted")], []),
    ([decide(1, "rejected", reason="historical"), decide(3, "deferred")], []),
    ([decide(1, "replaced", replaced_by="E11.22")], []),
    ([decide(3, "replaced", replaced_by="99214")], []),
]


@pytest.mark.parametrize(("standing", "quotes"), SUPPORT)
def test_only_accepted_evidence_of_the_line_is_quoted(standing: list[RecordedDecision], quotes: list[str]) -> None:
    letter = write_letter(facts("50", None, *standing))
    assert [one.quote for one in letter.quotes] == quotes
    assert ("The record says:" in letter.text) is bool(quotes)
    assert ("Words of the signed record that show the service" in letter.blanks) is not bool(quotes)


def test_a_coders_own_mark_is_quoted_and_a_changed_note_is_not() -> None:
    start = NOTE.index("Café")
    mark = {"document_id": "d1", "start": start, "end": start + 6, "quote": "Café ☕"}
    own = {"suggestion_id": None, "outcome": "added", "system": "cpt", "code": "99213"}
    elsewhere = [mark | {"quote": "Tea ☕☕"}, mark | {"document_id": "d2"}]
    added = RecordedDecision(
        decision_id="x",
        decision=Decision.model_validate(own | {"evidence": [mark, *elsewhere]}),
        decided_by="ada",
        decided_at="2026-03-16T12:00:00Z",
    )
    assert [one.quote for one in write_letter(facts("50", None, added)).quotes] == ["Café ☕"]


def test_rules_that_acted_are_told_where_the_coding_is_asked_about() -> None:
    accepted = (decide(1, "accepted"), decide(3, "accepted"))
    assert "Rule 3. (section 3)" in write_letter(facts("97", None, *accepted)).text
    assert "Rule 3." not in write_letter(facts("50", None, *accepted)).text


OUTCOMES = st.sampled_from(["accepted", "rejected", "deferred", None])


@given(
    st.tuples(OUTCOMES, OUTCOMES, OUTCOMES),
    st.sampled_from(["50", "55", "40", "197", "29", "97", "204", "116", "252"]),
    st.booleans(),
    st.booleans(),
    st.lists(st.sampled_from([1, 2, 7]), max_size=3, unique=True),
)
@settings(max_examples=80)
def test_quotes_are_verbatim_and_blanks_stay_blank(
    outcomes: tuple[str | None, ...], carc: str, has_npi: bool, has_number: bool, pointers: list[int]
) -> None:
    claim = draft_claim(
        "c1",
        billing_npi="1730000001" if has_npi else "",
        payer_control_number="8841" if has_number else None,
        lines=[{"code": "99213", "diagnosis_pointers": pointers}],
    )
    standing = [decide(number, outcome) for number, outcome in enumerate(outcomes, start=1) if outcome]
    known = facts(carc, claim, *standing, payer_number=claim.payer_control_number)
    letter = write_letter(known)
    assert letter == write_letter(known)
    for quote in letter.quotes:
        assert NOTE[quote.start : quote.end] == quote.quote
        assert f'"{quote.quote}"' in letter.text
    assert all(f"[{blank}]" in letter.text for blank in letter.blanks)
    assert letter.text.count("[") == sum(letter.text.count(f"[{blank}]") for blank in letter.blanks)
    assert ("Billing NPI" in letter.blanks) is not has_npi
    assert ("Claim number of the payer" in letter.blanks) is not has_number
    for never in ("None", "unknown", claim.patient.patient_id, str(claim.patient.age_years) + ",", "female"):
        assert never not in letter.text


def test_every_ask_of_a_letter_is_answered_or_left_blank() -> None:
    (line,) = facts("50").lines
    for ask in (Ask.RECORDS, Ask.NECESSITY, Ask.URGENCY, Ask.LITERATURE, Ask.AUTHORIZATION, Ask.TIMELY_FILING):
        asked = line.model_copy(update={"asks": (ask,), "recourse": Recourse.APPEAL})
        bare = write_letter(Facts(draft_claim("c1"), (line.model_copy(update={"asks": ()}),)))
        assert len(write_letter(Facts(draft_claim("c1"), (asked,))).blanks) > len(bare.blanks)
