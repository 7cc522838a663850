"""Levels of autonomy change by people, as their audits allow, and fall by themselves."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from data.autonomy import AUTONOMY, LEAST_CASES, CodeFamily, Level, LevelChange, Terms
from data.decisions import Decision
from data.notes import Profile
from data.store.audit import iter_events
from data.store.autonomy import audit, find_standing, list_changes, release, start_test, withdraw
from data.store.drawn_reviews import find_last_draw, iter_random_draws, record_draw
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import add_encounter, append_decisions
from data.store.errors import AlreadyExistsError, DatabaseError, LevelError
from data.store.released_codes import accept_released, report_family
from data.store.session import Store
from data.store.users import Role, add_user

E11 = CodeFamily(system="icd10cm", prefix="E11")
DAY = timedelta(days=1)
REFUSE = {"outcome": "rejected"}
ADMIN = {"reason": "a test", "by": "admin"}


@pytest.fixture
def visit(make_encounter: Callable[..., Any], now: datetime) -> Callable[..., StoredEncounter]:
    def add(store: Store, *names: str, at: datetime = now) -> StoredEncounter:
        with store.transaction() as session:
            for name in names:
                stored = add_encounter(session, *make_encounter(name), Profile.OUTPATIENT, by="clinic", at=at)
        return stored

    return add


def _decide(store: Store, names: Iterable[str], by: str, at: datetime, version: int = 1, **changes: object) -> None:
    facts = {"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"}
    decision = Decision.model_validate(facts | changes)
    with store.transaction() as session:
        for name in names:
            append_decisions(session, name, [decision], by=by, at=at, expected_version=version)


def _test(store: Store, at: datetime, family: CodeFamily = E11, target: float = 0.9) -> LevelChange:
    terms = Terms(target=target, least_probability=0.9, model_version="coding-1", tested_since=at)
    with store.transaction() as session:
        return start_test(session, family, terms, **ADMIN)


def _release(store: Store, at: datetime, version: str = "coding-1") -> LevelChange:
    with store.transaction() as session:
        return release(session, E11, model_version=version, at=at, **ADMIN)


def _standing(store: Store) -> dict[CodeFamily, LevelChange]:
    with store.reading() as session:
        return find_standing(session)


@pytest.fixture
def audited(store: Store, visit: Callable[..., StoredEncounter], now: datetime) -> Store:
    """In the test, with as many audited encounters as are needed, none of them changed."""
    _test(store, now)
    names = [f"e{number:03d}" for number in range(LEAST_CASES)]
    visit(store, *names)
    _decide(store, names, "ada", now)
    with store.transaction() as session:
        record_draw(session, by_chance=names, by_risk=(), seed="s", by="admin", at=now + DAY)
    _decide(store, names, "ben", now + 2 * DAY, version=2)
    return store


def test_nothing_is_released_unless_somebody_did(
    store: Store, visit: Callable[..., StoredEncounter], now: datetime
) -> None:
    fresh = visit(store, "e1")
    _test(store, now)
    with store.transaction() as session:
        assert accept_released(session, fresh, now) == fresh
    with pytest.raises(LevelError, match="too few"):
        _release(store, now + DAY)


def test_a_release_accepts_and_says_so(audited: Store, visit: Callable[..., StoredEncounter], now: datetime) -> None:
    at = now + 3 * DAY
    assert _release(audited, at).level is Level.RELEASED
    fresh = visit(audited, "fresh", at=at)
    with audited.transaction() as session:
        after = accept_released(session, fresh, at)
    (made,) = after.decisions
    assert (made.decided_by, made.decision.code, made.decision.viewed) == (AUTONOMY, "E11.22", False)
    assert after.version == 2
    with audited.reading() as session:
        kinds = [(event.kind, event.actor) for event in iter_events(session)]
        (change,) = find_standing(session).values()
        effect = report_family(session, change, at + DAY).effect
    assert kinds[-1] == ("encounter.decided", AUTONOMY)
    assert kinds.count(("autonomy.changed", "admin")) == 2
    assert (effect.codes, effect.changed.cases) == (LEAST_CASES + 1, LEAST_CASES)


def test_the_test_tells_what_people_would_have_changed(audited: Store, now: datetime) -> None:
    _decide(audited, ["e000"], "cleo", now + 3 * DAY, version=3, **REFUSE)
    with audited.reading() as session:
        (change,) = find_standing(session).values()
        report = report_family(session, change, now + 4 * DAY)
    assert (report.effect.changed.cases, report.effect.changed.value) == (LEAST_CASES, 1 / LEAST_CASES)
    assert report.audited.precision.value == 1 - 1 / LEAST_CASES
    assert report.standing.level is Level.TEST


@pytest.mark.parametrize("what", ["changed", "not reviewed", "not drawn again"])
def test_a_release_falls_by_itself(
    audited: Store, visit: Callable[..., StoredEncounter], now: datetime, what: str
) -> None:
    at = now + 3 * DAY
    _release(audited, at)
    if what == "not drawn again":
        at += timedelta(days=100)
    else:
        names = [f"f{number}" for number in range(3)]
        visit(audited, *names, at=at)
        _decide(audited, names, "ada", at - DAY)
        with audited.transaction() as session:
            record_draw(session, by_chance=names, by_risk=(), seed="s", by="admin", at=at)
        at += 15 * DAY
        if what == "changed":
            _decide(audited, names, "ben", at, version=2, **REFUSE)
    fresh = visit(audited, "fresh", at=at)
    with audited.transaction() as session:
        assert accept_released(session, fresh, at) == fresh
        (*_, last) = list_changes(session)
    assert (last.level, last.changed_by) == (Level.MANUAL, AUTONOMY)
    assert _standing(audited) == {}
    with pytest.raises(LevelError, match="not in the test"):
        _release(audited, at)


def test_another_model_is_not_released(audited: Store, now: datetime) -> None:
    with pytest.raises(LevelError, match="coding-2 is in service"):
        _release(audited, now + 3 * DAY, version="coding-2")


def test_reviews_before_the_test_and_of_other_reasons_do_not_count(
    store: Store, visit: Callable[..., StoredEncounter], now: datetime
) -> None:
    visit(store, "early", "risky", "chance")
    with store.transaction() as session:
        record_draw(session, by_chance=["early"], by_risk=(), seed="s", by="admin", at=now)
    change = _test(store, now + DAY)
    with store.transaction() as session:
        record_draw(session, by_chance=["chance"], by_risk=["risky"], seed="s", by="admin", at=now + 2 * DAY)
        drawn = [one.encounter.encounter_id for _, one in iter_random_draws(session, now)]
        assert drawn == ["early", "chance"]
        assert audit(session, change, now + 2 * DAY).waiting == 1
        assert find_last_draw(session) == now + 2 * DAY


def test_families_in_the_test_share_no_code(store: Store, now: datetime) -> None:
    _test(store, now)
    for prefix in ("E", "E11", "E112"):
        with pytest.raises(LevelError, match="shares codes"):
            _test(store, now, CodeFamily(system="icd10cm", prefix=prefix))
    _test(store, now, CodeFamily(system="icd10cm", prefix="I10"))
    with store.transaction() as session:
        withdraw(session, E11, at=now, **ADMIN)
    _test(store, now, CodeFamily(system="icd10cm", prefix="E"))
    with pytest.raises(LevelError, match="is manual"), store.transaction() as session:
        withdraw(session, E11, at=now, **ADMIN)


def test_an_encounter_is_drawn_once_and_nobody_is_called_autonomy(
    store: Store, visit: Callable[..., StoredEncounter], now: datetime
) -> None:
    visit(store, "e1")
    with store.transaction() as session:
        record_draw(session, by_chance=["e1"], by_risk=(), seed="s", by="admin", at=now)
    with pytest.raises(DatabaseError), store.transaction() as session:
        record_draw(session, by_chance=["e1"], by_risk=(), seed="s", by="admin", at=now)
    with pytest.raises(AlreadyExistsError), store.transaction() as session:
        add_user(session, AUTONOMY, [Role.ADMIN])
