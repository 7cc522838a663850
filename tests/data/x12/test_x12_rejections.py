"""What a payer did not take in (277CA) waits for a biller again, with the reason in its history."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from data.claims import Claim
from data.decisions import ClaimDecision, ClaimOutcome
from data.store.audit import verify_chain
from data.store.billing_worklist import list_billing_worklist
from data.store.claims import ClaimState, StoredClaim, append_claim_decision, get_claim, iter_submitted
from data.store.errors import MismatchError
from data.store.session import Store
from data.store.timelines import read_claim_timeline
from data.x12_imports import X12Report, import_x12

Write = Callable[..., str]
Wrap = Callable[..., str]
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def take_in(store: Store, *texts: str) -> X12Report:
    return import_x12((BytesIO(text.encode()) for text in texts), store.transaction, by="ada", at=NOW)


def answer(wrap: Wrap, status: str = "A7:562:85", day: str = "20260321", claim_id: str = "c1") -> str:
    body = ["BHT*0085*08*1*20260401*1200*TH", "HL*1**20*1", "HL*2*1*PT", f"TRN*2*{claim_id}"]
    return wrap("277", "HN", "005010X214", [*body, f"STC*{status}*{day}*U*197.5"])


def stored(store: Store) -> StoredClaim:
    with store.reading() as session:
        return get_claim(session, "c1")


def test_a_rejected_claim_is_on_the_worklist_with_its_reason(
    store: Store, write: Write, wrap: Wrap, professional: Claim
) -> None:
    report = take_in(store, write(professional), answer(wrap))
    assert (report.rejected.new, report.unmatched_rejections, len(report.rejections)) == (1, 0, 1)
    claim = stored(store)
    assert (claim.state, claim.revision, claim.version) == (ClaimState.REJECTED, 1, 2)
    rejection = claim.decisions[-1]
    assert rejection.decision.reason == (
        "The payer did not take the claim in (277CA of 2026-03-21): information is invalid (A7, status 562)."
    )
    assert rejection.decided_at.date() == date(2026, 3, 21)
    with store.reading() as session:
        (task,) = list_billing_worklist(session).items
        steps = read_claim_timeline(session, "c1").steps
        assert [one.claim.claim_id for one in iter_submitted(session, NOW)] == ["c1"]
        assert verify_chain(session).is_intact
    assert (task.claim_id, task.state) == ("c1", ClaimState.REJECTED)
    assert [step.decision.outcome for step in steps if step.decision] == ["submitted", "rejected"]


def test_the_same_files_again_change_nothing(store: Store, write: Write, wrap: Wrap, professional: Claim) -> None:
    files = write(professional), answer(wrap)
    take_in(store, *files)
    before = stored(store)
    report = take_in(store, *files, answer(wrap))
    assert (report.claims.known, report.rejected.known, report.rejected.new) == (1, 2, 0)
    assert stored(store) == before


def test_an_accepted_claim_stays_submitted(sqlite_store: Store, write: Write, wrap: Wrap, professional: Claim) -> None:
    report = take_in(sqlite_store, write(professional), answer(wrap, "A2:20:PR"))
    assert (report.rejected.new, report.rejections) == (0, ())
    assert stored(sqlite_store).state is ClaimState.SUBMITTED


@pytest.mark.parametrize(
    ("day", "state"), [("20260321", ClaimState.SUBMITTED), ("20260326", ClaimState.REJECTED)], ids=["before", "after"]
)
def test_a_rejection_is_of_what_had_been_sent_by_its_day(
    sqlite_store: Store, write: Write, wrap: Wrap, professional: Claim, day: str, state: ClaimState
) -> None:
    again = professional.model_copy(update={"prepared_on": date(2026, 3, 25)})
    take_in(sqlite_store, write(professional, again), answer(wrap, day=day))
    claim = stored(sqlite_store)
    assert (claim.state, len(claim.decisions)) == (state, 3)


def test_a_claim_sent_again_after_its_rejection_is_submitted(
    sqlite_store: Store, write: Write, wrap: Wrap, professional: Claim
) -> None:
    again = professional.model_copy(update={"prepared_on": date(2026, 3, 25)})
    files = write(professional), answer(wrap), write(again)
    take_in(sqlite_store, *files)
    before = stored(sqlite_store)
    assert before.state is ClaimState.SUBMITTED
    assert take_in(sqlite_store, *files).rejected.known == 1
    assert stored(sqlite_store) == before


def test_a_rejection_of_a_claim_that_is_not_here_is_told(sqlite_store: Store, wrap: Wrap) -> None:
    report = take_in(sqlite_store, answer(wrap))
    assert (report.rejected.new, report.unmatched_rejections, report.rejections[0].claim_id) == (0, 1, "c1")


def test_a_biller_may_record_a_rejection_of_what_went_out_only(
    sqlite_store: Store, write: Write, professional: Claim
) -> None:
    take_in(sqlite_store, write(professional))
    rejection = ClaimDecision(outcome=ClaimOutcome.REJECTED, reason="by telephone: member unknown")
    with sqlite_store.transaction() as session:
        rejected = append_claim_decision(session, "c1", rejection, by="ada", at=NOW)
    assert rejected.state is ClaimState.REJECTED
    with sqlite_store.transaction() as session, pytest.raises(MismatchError):
        append_claim_decision(session, "c1", rejection, by="ada", at=NOW)
    with pytest.raises(ValueError, match="needs a reason"):
        ClaimDecision(outcome=ClaimOutcome.REJECTED)
