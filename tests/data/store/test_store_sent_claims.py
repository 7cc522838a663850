"""What the reports read from the store: sent claims with their answers, and which of them changed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from data.claims import Claim
from data.decisions import ClaimDecision, ClaimOutcome
from data.remittances import Remittance
from data.store.claims import add_claim, append_claim_decision
from data.store.imported_claims import keep_submitted_claims
from data.store.remittances import add_remittance
from data.store.sent_claims import iter_sent_claims, read_stamps
from data.store.session import Store

Make = Callable[..., tuple[Claim, Any]]


def answer(claim_id: str, day: date, **values: Any) -> Remittance:
    return Remittance.model_validate({"claim_id": claim_id, "adjudicated_on": day.isoformat(), **values})


def test_only_what_went_out_is_read_with_its_answers_in_order(store: Store, make_claim: Make, now: datetime) -> None:
    later = date(2026, 5, 1)
    with store.transaction() as session:
        for name in ("draft", "held", "sent"):
            add_claim(session, *make_claim(name), by="ada", at=now)
        append_claim_decision(session, "held", ClaimDecision(outcome=ClaimOutcome.HELD), by="ada", at=now)
        append_claim_decision(session, "sent", ClaimDecision(outcome=ClaimOutcome.SUBMITTED), by="ada", at=now)
        for one in (
            answer("sent", later, paid_cents=100),
            answer("sent", later, status_code="22", paid_cents=-1),
            answer("sent", date(2026, 4, 1), paid_cents=1),
            answer("elsewhere", later),
        ):
            add_remittance(session, one, by="ada", at=now)
    with store.reading() as session:
        assert {name: tuple(stamp) for name, stamp in read_stamps(session).items()} == {"held": (1, 0), "sent": (1, 3)}
        (found,) = iter_sent_claims(session, ["draft", "held", "sent"])
    assert found.first == found.last == make_claim("sent")[0]
    assert found.sent_on == now.date()
    assert [one.paid_cents for one in found.answers] == [1, -1, 100]


def test_a_claim_sent_again_keeps_what_went_out_first(store: Store, make_claim: Make, now: datetime) -> None:
    claim, _ = make_claim("c1")
    again = claim.model_copy(update={"frequency_code": "7"})
    with store.transaction() as session:
        keep_submitted_claims(session, [claim], by="ada", at=now)
        keep_submitted_claims(session, [again], by="ada", at=now)
    with store.reading() as session:
        (found,) = iter_sent_claims(session, ["c1"])
    assert (found.first.frequency_code, found.last.frequency_code) == ("1", "7")


def test_many_are_read_in_parts(store: Store, make_claim: Make, now: datetime) -> None:
    names = [f"c{number:04d}" for number in range(700)]
    claim, _ = make_claim("c")
    with store.transaction() as session:
        many = [claim.model_copy(update={"claim_id": name}) for name in names]
        keep_submitted_claims(session, many, by="ada", at=now)
    with store.reading() as session:
        assert [one.first.claim_id for one in iter_sent_claims(session, names)] == names
