"""Files go into the store whole, once, and in the order in which they were made."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import func, select

from data.claims import Claim
from data.reviews import ClaimReview, DenialRisk, Disposition, Support
from data.store.audit import verify_chain
from data.store.claims import ClaimState, add_claim, get_claim, iter_submitted
from data.store.imported_answers import find_payments
from data.store.remittances import find_remittances
from data.store.session import Store
from data.store.tables import Base
from data.x12.reader import Item
from data.x12_imports import X12Report, find_files, import_x12
from training.datasets import iter_denial_examples

Read = Callable[..., list[Item]]
Write = Callable[..., str]
Wrap = Callable[..., str]
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def take_in(store: Store, *texts: str) -> X12Report:
    return import_x12((BytesIO(text.encode()) for text in texts), store.transaction, by="ada", at=NOW)


def count_rows(store: Store) -> dict[str, int]:
    with store.reading() as session:
        tables = Base.metadata.sorted_tables
        return {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def denial(wrap: Wrap, claim_id: str = "c1", day: str = "20260401") -> str:
    body = [f"BPR*I*0*C*NON************{day}", "TRN*1*T1*1999999999", "N1*PR*PLAN*XV*P1", "LX*1"]
    body += [f"CLP*{claim_id}*4*197.5*0**12*PCN", "SVC*HC:99214:25*185.5*0", "CAS*CO*197*185.5", "REF*6R*1"]
    return wrap("835", "HP", "005010X221A1", [*body, "SVC*HC:J1885*12*0", "CAS*CO*97*12", "REF*6R*LINE-B"])


def test_claims_and_answers_become_labelled_examples(
    store: Store, write: Write, wrap: Wrap, professional: Claim
) -> None:
    report = take_in(store, denial(wrap), write(professional))
    assert (report.claims.new, report.remittances.new, report.payments.new, report.problems) == (1, 1, 1, ())
    with store.reading() as session:
        (example,) = iter_denial_examples(session, NOW)
        assert get_claim(session, "c1").state is ClaimState.SUBMITTED
        assert verify_chain(session).is_intact
        assert len(find_payments(session, "T1")) == len(find_remittances(session, "c1")) == 1
    assert example.labelled.claim == professional
    assert [(line.line_number, line.is_denied, line.carc) for line in example.labelled.lines] == [
        (1, True, "197"),
        (2, True, "97"),
    ]


def test_what_was_known_on_a_past_day_is_what_files_said_by_then(
    sqlite_store: Store, write: Write, wrap: Wrap, professional: Claim
) -> None:
    take_in(sqlite_store, write(professional), denial(wrap))
    with sqlite_store.reading() as session:
        assert len(list(iter_submitted(session, datetime(2026, 3, 20, tzinfo=UTC)))) == 0
        assert len(list(iter_submitted(session, datetime(2026, 3, 21, tzinfo=UTC)))) == 1
        assert len(list(iter_denial_examples(session, datetime(2026, 4, 1, tzinfo=UTC)))) == 0
        assert len(list(iter_denial_examples(session, datetime(2026, 4, 2, tzinfo=UTC)))) == 1


def test_the_same_files_again_change_nothing(store: Store, write: Write, wrap: Wrap, professional: Claim) -> None:
    files = write(professional), denial(wrap)
    take_in(store, *files)
    before = count_rows(store)
    report = take_in(store, *files, *files)
    assert (report.claims.known, report.remittances.known, report.payments.known) == (2, 2, 2)
    assert count_rows(store) == before


def test_a_claim_sent_twice_in_one_file_keeps_both(
    sqlite_store: Store, write: Write, wrap: Wrap, professional: Claim
) -> None:
    changes = {"frequency_code": "7", "payer_control_number": "PCN", "diagnoses": professional.diagnoses[::-1]}
    second = professional.model_copy(update=changes)
    report = take_in(sqlite_store, write(professional, second), denial(wrap))
    assert (report.claims.new, report.claims.changed) == (1, 1)
    with sqlite_store.reading() as session:
        stored = get_claim(session, "c1")
        (example,) = iter_denial_examples(session, NOW)
    assert (stored.claim, stored.revision, len(stored.decisions)) == (second, 2, 2)
    assert example.labelled.claim == professional


def test_a_draft_of_ours_is_sent_by_its_file(sqlite_store: Store, write: Write, professional: Claim) -> None:
    draft = professional.model_copy(update={"encounter_id": "e1"})
    risk = DenialRisk(
        probability=0.3,
        expected_loss_cents=1,
        support=Support(similar_claims=9, is_low=False),
        operating_point="balanced",
    )
    review = ClaimReview(claim_id="c1", model_version="denial-1", risk=risk, disposition=Disposition.HOLD)
    with sqlite_store.transaction() as session:
        add_claim(session, draft, review, by="ada", at=NOW)
    assert take_in(sqlite_store, write(professional)).claims.changed == 1
    with sqlite_store.reading() as session:
        stored = get_claim(session, "c1")
    assert (stored.claim, stored.state, stored.revision) == (draft, ClaimState.SUBMITTED, 1)


def test_a_cut_off_file_is_told_and_completed_later(
    sqlite_store: Store, write: Write, wrap: Wrap, professional: Claim
) -> None:
    others = [professional.model_copy(update={"claim_id": f"c{number}"}) for number in range(2, 5)]
    whole = write(professional, *others)
    report = take_in(sqlite_store, whole[: whole.index("CLM*c3") + 30])
    assert report.claims.new == 2
    assert report.problem_counts["truncated"] >= 2
    assert report.lost["claim"] == 1
    assert take_in(sqlite_store, whole).claims.new == 2


def test_files_come_in_the_order_in_which_they_were_made(tmp_path: Path, wrap: Wrap) -> None:
    for name, made in (("a", "260901"), ("b", "260101")):
        (tmp_path / name).write_text(wrap("835", "HP", "005010X221A1", []).replace("*260401*", f"*{made}*"))
    (tmp_path / "c").write_text("no X12")
    os.mkfifo(tmp_path / "pipe")
    assert [path.name for path in find_files([tmp_path])] == ["c", "b", "a"]
