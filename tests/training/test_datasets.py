"""Labels follow from decisions and remittances alone, and the future moves nothing."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.claims import Claim
from data.codes import CodeSystem
from data.decisions import ClaimDecision, Decision, Outcome, RecordedDecision
from data.notes import Encounter, Note, Profile
from data.remittances import Remittance
from data.reviews import ClaimReview
from data.store.claims import add_claim, append_claim_decision
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import append_decisions, get_encounter, iter_decided
from data.store.remittances import add_remittance
from data.store.session import Store
from data.suggestions import Evidence, Suggestion, SuggestionSet
from data.synthetic.coder_sheet import load_sheet
from data.synthetic.coders import FLAWLESS, record_visits, simulate_visits
from training.datasets import (
    UNVIEWED_WEIGHT,
    VIEWED_WEIGHT,
    CodingExample,
    DenialExample,
    iter_coding_examples,
    iter_denial_examples,
    label_encounter,
)

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
TEXT = "Diabetes with kidney disease."
CODES = {"s1": "E11.9", "s2": "N18.32", "s3": "E11.22"}


def _stored(*decisions: Decision) -> StoredEncounter:
    note = Note(document_id="d1", text=TEXT)
    suggestions = tuple(
        Suggestion(
            suggestion_id=name,
            system="icd10cm",
            code=code,
            term="a term",
            probability=0.5,
            tier="suggested",
            rank=rank,
            role="secondary",
            evidence=(Evidence(document_id="d1", start=0, end=8, quote="Diabetes"),),
        )
        for rank, (name, code) in enumerate(CODES.items(), start=1)
    )
    return StoredEncounter(
        encounter=Encounter(encounter_id="e1", date_of_service=date(2026, 3, 13), documents=(note,)),
        profile=Profile.OUTPATIENT,
        suggestion_set=SuggestionSet(
            encounter_id="e1",
            suggestion_set_id="set",
            model_version="coding-1",
            code_set_releases={"icd10cm": "FY2026"},
            suggestions=suggestions,
        ),
        decisions=tuple(
            RecordedDecision(
                decision_id=f"d{number}",
                decision=decision,
                decided_by="ada",
                decided_at=NOW + timedelta(minutes=number),
            )
            for number, decision in enumerate(decisions)
        ),
        version=1,
        created_by="ada",
        created_at=NOW,
    )


def _decide(suggestion_id: str | None, outcome: str, code: str | None = None, **more: Any) -> Decision:
    return Decision(
        suggestion_id=suggestion_id,
        outcome=outcome,
        system=CodeSystem.ICD10CM,
        code=code or CODES[suggestion_id or ""],
        **more,
    )


ACCEPT, REJECT, DEFER = (_decide("s1", outcome) for outcome in ("accepted", "rejected", "deferred"))
UNSEEN = _decide("s1", "accepted", viewed=False)
REPLACE = _decide("s1", "replaced", replaced_by="E11.22", reason="wrong_specificity")
ADD = _decide(None, "added", "I10")
TAKE_BACK = _decide(None, "rejected", "I10")

SPECIFICATION = [
    ((), {}),
    ((ACCEPT,), {"E11.9": (True, 1.0)}),
    ((REJECT,), {"E11.9": (False, 1.0)}),
    ((DEFER,), {}),
    ((REPLACE,), {"E11.9": (False, 1.0), "E11.22": (True, 1.0)}),
    ((ADD,), {"I10": (True, 1.0)}),
    ((UNSEEN,), {"E11.9": (True, 0.0)}),
    # A correction supersedes, whichever way it goes.
    ((ACCEPT, REJECT), {"E11.9": (False, 1.0)}),
    ((REJECT, ACCEPT), {"E11.9": (True, 1.0)}),
    ((ACCEPT, DEFER), {}),
    ((UNSEEN, ACCEPT), {"E11.9": (True, 1.0)}),
    ((REPLACE, ACCEPT), {"E11.9": (True, 1.0)}),
    ((ADD, TAKE_BACK), {}),
    ((ADD, TAKE_BACK, ADD), {"I10": (True, 1.0)}),
    # A code that stands for one reason is not refused for another.
    ((REPLACE, _decide("s3", "accepted")), {"E11.9": (False, 1.0), "E11.22": (True, 1.0)}),
    ((REPLACE, _decide("s3", "rejected", reason="other")), {"E11.9": (False, 1.0), "E11.22": (True, 1.0)}),
]


@pytest.mark.parametrize(("decisions", "expected"), SPECIFICATION)
def test_labels(decisions: tuple[Decision, ...], expected: dict[str, tuple[bool, float]]) -> None:
    examples = label_encounter(_stored(*decisions))
    assert {one.code: (one.is_positive, one.weight) for one in examples} == expected


def test_an_example_says_where_it_comes_from() -> None:
    (refused, kept) = sorted(label_encounter(_stored(ACCEPT, REPLACE)), key=lambda one: one.is_positive)
    assert (refused.decision_ids, kept.decision_ids) == (("d0", "d1"), ("d0", "d1"))
    assert (refused.suggestion_id, refused.probability, refused.rank) == ("s1", 0.5, 1)
    assert (kept.suggestion_id, kept.code) == (None, "E11.22")
    assert refused.reason == "wrong_specificity"
    assert [(piece.start, piece.end) for piece in kept.evidence] == [(0, 8)]
    assert (kept.model_version, kept.releases) == ("coding-1", {"icd10cm": "FY2026"})
    assert (kept.decided_by, kept.decided_at) == ("ada", NOW + timedelta(minutes=1))


_DECISIONS = st.lists(
    st.sampled_from([ACCEPT, REJECT, DEFER, UNSEEN, REPLACE, ADD, TAKE_BACK, _decide("s2", "accepted")]), max_size=8
)


@given(decisions=_DECISIONS)
@settings(deadline=None)
def test_nothing_becomes_an_example_without_a_decision(decisions: list[Decision]) -> None:
    examples = label_encounter(_stored(*decisions))
    named = {decision.code for decision in decisions} | {decision.replaced_by for decision in decisions}
    assert {one.code for one in examples} <= named
    assert len({one.code for one in examples}) == len(examples)
    assert all(one.decision_ids for one in examples)
    assert {one.weight for one in examples} <= {VIEWED_WEIGHT, UNVIEWED_WEIGHT}


@given(decisions=_DECISIONS, repeated=st.integers(0, 7))
@settings(deadline=None)
def test_saying_it_again_changes_no_label(decisions: list[Decision], repeated: int) -> None:
    if not decisions:
        return
    last = {decision.topic: decision for decision in decisions}
    again = list(last.values())[repeated % len(last)]

    def labels(log: list[Decision]) -> set[tuple[str, bool, float]]:
        return {(one.code, one.is_positive, one.weight) for one in label_encounter(_stored(*log))}

    assert labels([*decisions, again]) == labels(decisions)


def test_flawless_coders_give_the_sheet_back(sqlite_store: Store) -> None:
    record_visits(sqlite_store, simulate_visits(40, seed=1, habits=FLAWLESS))
    sheet = {encounter.documents[0].document_id: findings for encounter, findings in load_sheet()}
    examples = _examples(sqlite_store, NOW.replace(year=2027))
    with sqlite_store.reading() as session:
        notes = {
            one.encounter.encounter_id: one.encounter.documents[0].document_id
            for one in iter_decided(session, NOW.replace(year=2027))
        }
    for example in examples:
        findings = sheet[notes[example.encounter_id]]
        right = {one.better if one.reason else one.code for one in findings}
        assert example.is_positive == (example.code in right)
    assert Counter(one.is_positive for one in examples)[False] > 50


def _examples(store: Store, as_of: datetime) -> list[CodingExample]:
    with store.reading() as session:
        return [example for labelled in iter_coding_examples(session, as_of) for example in labelled.examples]


def test_changing_the_future_moves_no_row(sqlite_store: Store) -> None:
    record_visits(sqlite_store, simulate_visits(40))
    as_of = datetime(2026, 4, 1, tzinfo=UTC)
    before = _examples(sqlite_store, as_of)
    assert before
    assert len(_examples(sqlite_store, as_of + timedelta(days=60))) > len(before)
    with sqlite_store.transaction() as session:
        for number in range(40):
            stored = get_encounter(session, f"sim-{number:05d}")
            flipped = [
                one.decision.model_copy(update={"outcome": Outcome.REJECTED, "replaced_by": None})
                for one in stored.decisions
                if one.decision.suggestion_id
            ]
            if flipped:
                append_decisions(
                    session,
                    f"sim-{number:05d}",
                    [Decision.model_validate(one.model_dump()) for one in flipped],
                    by="mallory",
                    at=as_of,
                    expected_version=stored.version,
                )
    assert _examples(sqlite_store, as_of) == before
    assert _examples(sqlite_store, as_of + timedelta(microseconds=1)) != before


def _claim(claim_id: str = "c1", lines: int = 2) -> tuple[Claim, ClaimReview]:
    line = {"procedure": {"system": "cpt", "code": "99214"}, "charge_cents": 100, "service_date": "2026-03-14"}
    claim = Claim.model_validate(
        {
            "claim_id": claim_id,
            "payer": {"payer_id": "P1", "kind": "commercial"},
            "patient": {"patient_id": "p1"},
            "prepared_on": "2026-03-14",
            "lines": [line | {"line_number": number} for number in range(1, lines + 1)],
        }
    )
    risk = {
        "probability": 0.25,
        "expected_loss_cents": 50,
        "support": {"similar_claims": 0, "is_low": True},
        "operating_point": "balanced",
    }
    review = {"claim_id": claim_id, "model_version": "denial-1", "risk": risk, "disposition": "release"}
    return claim, ClaimReview.model_validate(review)


def _answer(day: int, *lines: tuple[int, int, str | None], claim_id: str = "c1") -> Remittance:
    """Lines are (number, paid cents, group-CARC or None)."""
    return Remittance.model_validate(
        {
            "claim_id": claim_id,
            "adjudicated_on": f"2026-04-{day:02d}",
            "lines": [
                {
                    "line_number": number,
                    "charge_cents": 100,
                    "paid_cents": paid,
                    "adjustments": [{"group": carc[:2], "carc": carc[3:], "amount_cents": 100 - paid}] if carc else [],
                }
                for number, paid, carc in lines
            ],
        }
    )


def _submit(store: Store, claim_id: str = "c1", at: datetime = NOW) -> None:
    with store.transaction() as session:
        add_claim(session, *_claim(claim_id), by="bob", at=at)
        append_claim_decision(session, claim_id, ClaimDecision(outcome="submitted"), by="bob", at=at)


def _receive(store: Store, *answers: Remittance, at: datetime | None = None) -> None:
    with store.transaction() as session:
        for answer in answers:
            add_remittance(session, answer, by="bob", at=at or datetime(2026, 5, 1, tzinfo=UTC))


def _labelled(store: Store, as_of: datetime = datetime(2026, 6, 1, tzinfo=UTC)) -> list[DenialExample]:
    with store.reading() as session:
        return list(iter_denial_examples(session, as_of))


@pytest.mark.parametrize(
    ("answers", "denied"),
    [
        ((_answer(1, (1, 80, "CO-45"), (2, 80, "CO-45")),), {1: False, 2: False}),
        ((_answer(1, (1, 0, "CO-97"), (2, 80, "CO-45")),), {1: True, 2: False}),
        # A patient's share and a contractual write-off are no denials, even when nothing is paid.
        ((_answer(1, (1, 0, "PR-1"), (2, 0, "CO-45")),), {1: False, 2: False}),
        # The first adjudication counts: what was overturned later was denied.
        ((_answer(1, (1, 0, "CO-97"), (2, 80, None)), _answer(9, (1, 80, "CO-45"))), {1: True, 2: False}),
        ((_answer(1, (1, 80, "CO-45"), (2, 80, None)), _answer(9, (1, 0, "CO-97"))), {1: False, 2: False}),
        # An answer split over two remittances makes one history; a line without an answer is censored.
        ((_answer(1, (2, 0, "CO-50")), _answer(2, (1, 80, None))), {1: False, 2: True}),
        ((_answer(1, (2, 0, "CO-50")),), {2: True}),
        # A line that the claim does not have labels nothing.
        ((_answer(1, (9, 0, "CO-50")),), None),
        ((), None),
    ],
)
def test_denial_labels(sqlite_store: Store, answers: tuple[Remittance, ...], denied: dict[int, bool] | None) -> None:
    _submit(sqlite_store)
    _receive(sqlite_store, *reversed(answers))
    found = [{line.line_number: line.is_denied for line in one.labelled.lines} for one in _labelled(sqlite_store)]
    assert found == ([denied] if denied is not None else [])


def test_claims_and_answers_are_joined_by_claim(sqlite_store: Store) -> None:
    for name in ("a", "b", "c"):
        _submit(sqlite_store, name)
    answers = [_answer(1, (1, 0, "CO-97"), claim_id=name) for name in ("0-unknown", "b", "bb", "c", "d")]
    _receive(sqlite_store, *answers)
    assert [one.submitted.claim.claim_id for one in _labelled(sqlite_store)] == ["b", "c"]


def test_a_claim_that_waits_is_no_example(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        add_claim(session, *_claim(), by="bob", at=NOW)
        append_claim_decision(session, "c1", ClaimDecision(outcome="held"), by="bob", at=NOW)
    _receive(sqlite_store, _answer(1, (1, 0, "CO-97")))
    assert _labelled(sqlite_store) == []


def test_the_future_of_a_claim_moves_no_row(sqlite_store: Store) -> None:
    as_of = datetime(2026, 5, 2, tzinfo=UTC)
    _submit(sqlite_store)
    _receive(sqlite_store, _answer(5, (1, 80, "CO-45")))
    before = _labelled(sqlite_store, as_of)
    assert [one.labelled.is_denied for one in before] == [False]
    # Backdated by the payer, but not known at the time.
    _receive(sqlite_store, _answer(4, (1, 0, "CO-97")), at=as_of)
    _submit(sqlite_store, "c2", at=as_of)
    assert _labelled(sqlite_store, as_of) == before
    assert [one.labelled.is_denied for one in _labelled(sqlite_store, as_of + timedelta(hours=1))] == [True]
