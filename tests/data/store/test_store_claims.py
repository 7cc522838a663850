"""Claims, their revisions, billers' decisions and payers' answers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.decisions import ClaimDecision, ClaimOutcome
from data.remittances import Remittance
from data.store.billing_worklist import list_billing_worklist
from data.store.claims import (
    ClaimState,
    StoredClaim,
    add_claim,
    append_claim_decision,
    get_claim,
    iter_submitted,
    replace_claim,
)
from data.store.errors import (
    AlreadyExistsError,
    InvalidCursorError,
    MismatchError,
    NotFoundError,
    StaleVersionError,
    SubmittedError,
)
from data.store.remittances import add_remittance, find_remittances, iter_remittances
from data.store.session import Store

MakeClaim = Callable[..., Any]


def _add(store: Store, made: Any, at: datetime) -> StoredClaim:
    with store.transaction() as session:
        return add_claim(session, *made, by="bob", at=at)


def _decide(store: Store, outcome: str, at: datetime, claim_id: str = "c1", **more: Any) -> StoredClaim:
    decision = ClaimDecision(outcome=outcome, reason="because")
    with store.transaction() as session:
        return append_claim_decision(session, claim_id, decision, by="bob", at=at, **more)


def test_what_is_stored_comes_back(store: Store, make_claim: MakeClaim, now: datetime) -> None:
    claim, review = make_claim()
    stored = _add(store, (claim, review), now)
    assert (stored.claim, stored.review) == (claim, review)
    assert (stored.version, stored.revision, stored.decisions, stored.state) == (1, 1, (), ClaimState.READY)
    with store.reading() as session:
        assert get_claim(session, "c1") == stored
        with pytest.raises(NotFoundError):
            get_claim(session, "c2")
    with pytest.raises(AlreadyExistsError):
        _add(store, (claim, review), now)
    with pytest.raises(MismatchError):
        _add(store, (claim, make_claim("c2")[1]), now)


def test_a_replaced_claim_starts_undecided_and_keeps_its_log(
    store: Store, make_claim: MakeClaim, now: datetime
) -> None:
    _add(store, make_claim(disposition="hold"), now)
    held = _decide(store, "overridden", now)
    claim, review = make_claim(charge_cents=9900)
    with store.transaction() as session:
        stored = replace_claim(session, claim, review, by="bob", at=now, expected_version=held.version)
    assert (held.state, stored.state) == (ClaimState.RELEASED, ClaimState.READY)
    assert (stored.revision, stored.version, stored.claim) == (2, 3, claim)
    assert [(one.decision.outcome, one.revision) for one in stored.decisions] == [(ClaimOutcome.OVERRIDDEN, 1)]


def test_stale_and_late_replacements_are_refused(store: Store, make_claim: MakeClaim, now: datetime) -> None:
    _add(store, make_claim(), now)
    _decide(store, "held", now)
    for version, error in ((1, StaleVersionError), (3, StaleVersionError)):
        with pytest.raises(error), store.transaction() as session:
            replace_claim(session, *make_claim(), by="bob", at=now, expected_version=version)
    with pytest.raises(StaleVersionError):
        _decide(store, "submitted", now, expected_version=1)
    sent = _decide(store, "submitted", now, expected_version=2)
    with pytest.raises(SubmittedError), store.transaction() as session:
        replace_claim(session, *make_claim(), by="bob", at=now, expected_version=sent.version)
    with pytest.raises(SubmittedError):
        _decide(store, "fixed", now)
    with pytest.raises(NotFoundError):
        _decide(store, "held", now, claim_id="c9")


@pytest.mark.parametrize(
    ("disposition", "outcome", "state"),
    [
        ("release", None, "ready"),
        ("hold", None, "held"),
        ("release", "fixed", "ready"),
        ("hold", "fixed", "held"),
        ("release", "held", "held"),
        ("hold", "overridden", "released"),
        ("hold", "released", "released"),
        ("release", "submitted", "submitted"),
    ],
)
def test_states(
    store: Store, make_claim: MakeClaim, now: datetime, disposition: str, outcome: str | None, state: str
) -> None:
    stored = _add(store, make_claim(disposition=disposition), now)
    if outcome:
        stored = _decide(store, outcome, now)
    assert stored.state == state
    with store.reading() as session:
        assert len(list_billing_worklist(session).items) == (state in ("held", "ready"))


def test_concurrent_billers_lose_no_decision(store: Store, make_claim: MakeClaim, now: datetime) -> None:
    _add(store, make_claim(), now)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: _decide(store, "held", now), range(18)))
    with store.reading() as session:
        stored = get_claim(session, "c1")
    assert (len(stored.decisions), stored.version) == (18, 19)


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_the_worklist_puts_held_claims_first_then_money_at_risk(
    store: Store, make_claim: MakeClaim, now: datetime, limit: int
) -> None:
    for name, loss, disposition in (
        ("cheap", 100, "release"),
        ("held-cheap", 50, "hold"),
        ("dear", 90_000_000_000, "release"),
        ("held-dear", 7000, "hold"),
        ("also-cheap", 100, "release"),
    ):
        _add(store, make_claim(name, loss_cents=loss, disposition=disposition), now)
    seen: list[str] = []
    cursor = None
    while not seen or cursor:
        with store.reading() as session:
            page = list_billing_worklist(session, cursor=cursor, limit=limit)
        seen += [task.claim_id for task in page.items]
        cursor = page.next_cursor
    assert seen == ["held-dear", "held-cheap", "dear", "cheap", "also-cheap"]


def test_made_up_cursors_are_refused(store: Store) -> None:
    for cursor in ("", "x", "W10", "bnVsbA", "é", "WyJiaWxsaW5nIiwxLDEwMDAwMDAwMDAwMDAwMDAwMDAwMDAsImMiXQ"):
        with pytest.raises(InvalidCursorError), store.reading() as session:
            list_billing_worklist(session, cursor=cursor)


def _remittance(claim_id: str, day: int, paid_cents: int = 0) -> Remittance:
    line = {"line_number": 1, "charge_cents": 18500, "paid_cents": paid_cents}
    return Remittance(claim_id=claim_id, adjudicated_on=date(2026, 4, day), lines=(line,))


def test_the_same_answer_read_twice_is_kept_once(store: Store, now: datetime) -> None:
    with store.transaction() as session:
        kept = [add_remittance(session, _remittance("c1", day), by="bob", at=now) for day in (2, 1, 2)]
    assert kept == [True, True, False]
    with store.reading() as session:
        assert [one.adjudicated_on.day for one in find_remittances(session, "c1")] == [1, 2]


def test_only_what_had_arrived_is_known(store: Store, now: datetime) -> None:
    arrived = now.replace(month=4, day=10)
    with store.transaction() as session:
        add_remittance(session, _remittance("c1", 5), by="bob", at=arrived)
        add_remittance(session, _remittance("c2", 11), by="bob", at=arrived)

    def known(as_of: datetime) -> list[str]:
        with store.reading() as session:
            return [one.claim_id for one in iter_remittances(session, as_of)]

    assert known(arrived) == []
    assert known(arrived + timedelta(hours=1)) == ["c1"]
    assert known(arrived + timedelta(days=2)) == ["c1", "c2"]


def test_submitted_claims_are_as_they_first_went_out(store: Store, make_claim: MakeClaim, now: datetime) -> None:
    for name in ("b", "a", "waiting"):
        _add(store, make_claim(name), now)
    _decide(store, "held", now, "a")
    released = _decide(store, "released", now + timedelta(hours=1), "a")
    with store.transaction() as session:
        changed = make_claim("a", charge_cents=1)
        replace_claim(session, *changed, by="bob", at=now + timedelta(hours=2), expected_version=released.version)
    _decide(store, "submitted", now + timedelta(hours=3), "a")
    _decide(store, "submitted", now + timedelta(hours=3), "b")

    def known(hours: int) -> list[tuple[str, int, datetime]]:
        with store.reading() as session:
            found = list(iter_submitted(session, now + timedelta(hours=hours)))
        return [(one.claim.claim_id, one.claim.charge_cents, one.submitted_at) for one in found]

    assert known(1) == []
    assert known(2) == [("a", 18500, now + timedelta(hours=1))]
    assert known(4) == [("a", 18500, now + timedelta(hours=1)), ("b", 18500, now + timedelta(hours=3))]
