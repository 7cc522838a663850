"""Encounters, suggestions and decisions in the store."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.canonical import sha256_hex
from data.decisions import Decision
from data.notes import Profile
from data.store.encounters import (
    CodingOrder,
    StoredEncounter,
    add_encounter,
    append_decisions,
    get_encounter,
    iter_decided,
    list_coding_worklist,
)
from data.store.errors import (
    AlreadyExistsError,
    InvalidCursorError,
    MismatchError,
    NotFoundError,
    StaleVersionError,
)
from data.store.session import Store
from data.suggestions import Evidence

MakeEncounter = Callable[..., Any]
ACCEPT = Decision(suggestion_id="s1", outcome="accepted", system="icd10cm", code="E11.22")
REJECT = Decision(suggestion_id="s2", outcome="rejected", system="icd10cm", code="N18.32", reason="not_documented")
DEFER = Decision(suggestion_id="s2", outcome="deferred", system="icd10cm", code="N18.32")
ADD = Decision(outcome="added", system="icd10cm", code="i10")


def _add(store: Store, made: Any, at: datetime) -> StoredEncounter:
    with store.transaction() as session:
        return add_encounter(session, *made, Profile.OUTPATIENT, by="ada", at=at)


def _decide(
    store: Store, at: datetime, *decisions: Decision, version: int, encounter_id: str = "e1"
) -> StoredEncounter:
    with store.transaction() as session:
        return append_decisions(session, encounter_id, decisions, by="ada", at=at, expected_version=version)


def test_what_is_stored_comes_back(store: Store, make_encounter: MakeEncounter, now: datetime) -> None:
    encounter, answer = make_encounter()
    stored = _add(store, (encounter, answer), now)
    assert (stored.encounter, stored.suggestion_set, stored.profile) == (encounter, answer, Profile.OUTPATIENT)
    assert (stored.version, stored.decisions, stored.created_by, stored.created_at) == (1, (), "ada", now)
    with store.reading() as session:
        assert get_encounter(session, "e1") == stored


@given(text=st.text(min_size=4).filter(lambda text: text.strip() and "\x00" not in text))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_comes_back_exactly(store: Store, make_encounter: MakeEncounter, now: datetime, text: str) -> None:
    encounter, answer = make_encounter(sha256_hex(text), text=text)
    with store.transaction() as session:
        try:
            stored = add_encounter(session, encounter, answer, Profile.MENTIONS, by="ada", at=now)
        except AlreadyExistsError:
            return
    assert stored.encounter.documents[0].text == text
    assert stored.suggestion_set == answer


def test_an_encounter_is_stored_once(store: Store, make_encounter: MakeEncounter, now: datetime) -> None:
    _add(store, make_encounter(), now)
    with pytest.raises(AlreadyExistsError):
        _add(store, make_encounter(text="Another note."), now)


def test_an_unknown_encounter_is_not_found(store: Store, now: datetime) -> None:
    with pytest.raises(NotFoundError), store.reading() as session:
        get_encounter(session, "e1")
    with pytest.raises(NotFoundError):
        _decide(store, now, ACCEPT, version=1)


def test_a_quote_that_is_not_in_the_note_is_refused(store: Store, make_encounter: MakeEncounter, now: datetime) -> None:
    encounter, answer = make_encounter()
    moved = Evidence(document_id="d1", start=1, end=5, quote=encounter.documents[0].text[:4])
    suggestion = answer.suggestions[0].model_copy(update={"evidence": (moved,)})
    with pytest.raises(MismatchError):
        _add(store, (encounter, answer.model_copy(update={"suggestions": (suggestion,)})), now)
    with pytest.raises(MismatchError):
        _add(store, (encounter, make_encounter("e2")[1]), now)


def test_decisions_are_appended_in_order(store: Store, make_encounter: MakeEncounter, now: datetime) -> None:
    _add(store, make_encounter(), now)
    first = _decide(store, now, ACCEPT, DEFER, version=1)
    second = _decide(store, now + timedelta(minutes=1), REJECT, ADD, version=2)
    assert [one.decision for one in second.decisions] == [ACCEPT, DEFER, REJECT, ADD]
    assert second.decisions[:2] == first.decisions
    assert [one.decision for one in second.standing] == [ACCEPT, REJECT, ADD]
    assert (first.version, second.version) == (2, 3)
    assert {one.decided_by for one in second.decisions} == {"ada"}


def test_a_stale_version_is_refused_and_nothing_changes(
    store: Store, make_encounter: MakeEncounter, now: datetime
) -> None:
    _add(store, make_encounter(), now)
    after = _decide(store, now, ACCEPT, version=1)
    for version in (1, 3):
        with pytest.raises(StaleVersionError) as raised:
            _decide(store, now, REJECT, version=version)
        assert raised.value.current == 2
    with store.reading() as session:
        assert get_encounter(session, "e1") == after


@pytest.mark.parametrize(
    "wrong",
    [
        {"suggestion_id": "s9"},
        {"code": "E11.9"},
        {"system": "hcpcs", "code": "J1885"},
        {"evidence": (Evidence(document_id="d1", start=5, end=9, quote="Type"),)},
        {"evidence": (Evidence(document_id="d9", start=0, end=4, quote="Type"),)},
    ],
)
def test_a_wrong_decision_takes_the_whole_batch_with_it(
    store: Store, make_encounter: MakeEncounter, now: datetime, wrong: dict[str, Any]
) -> None:
    _add(store, make_encounter(), now)
    bad = ACCEPT.model_copy(update=wrong)
    with pytest.raises(MismatchError):
        _decide(store, now, ADD, bad, version=1)
    with store.reading() as session:
        assert get_encounter(session, "e1").version == 1
    with pytest.raises(MismatchError):
        _decide(store, now, version=1)


def test_decision_ids_say_what_was_decided_where_by_whom_and_when(
    store: Store, make_encounter: MakeEncounter, now: datetime
) -> None:
    """So two stores that saw the same agree, and the audit log, which holds the ids, covers what was decided."""
    _add(store, make_encounter(), now)
    stored = _decide(store, now, ACCEPT, ACCEPT, version=1)
    assert [one.decision_id for one in stored.decisions] == [
        "46baec0887659fd1c54d0355d90607e9",
        "07fd3e74534a07aca04365bff85fbe3c",
    ]


def test_concurrent_coders_lose_no_decision(store: Store, make_encounter: MakeEncounter, now: datetime) -> None:
    _add(store, make_encounter(), now)

    def insist(number: int) -> str:
        """Decides until the version that it saw is still the current one."""
        decision = ACCEPT.model_copy(update={"comment": f"coder {number}"})
        for _ in range(200):
            with store.reading() as session:
                version = get_encounter(session, "e1").version
            try:
                _decide(store, now, decision, version=version)
            except StaleVersionError:
                continue
            return decision.comment
        raise AssertionError("never got through")

    with ThreadPoolExecutor(6) as pool:
        acknowledged = list(pool.map(insist, range(18)))
    with store.reading() as session:
        stored = get_encounter(session, "e1")
    assert sorted(one.decision.comment for one in stored.decisions) == sorted(acknowledged)
    assert stored.version == 19


def test_of_coders_that_saw_the_same_version_one_gets_through(
    store: Store, make_encounter: MakeEncounter, now: datetime
) -> None:
    _add(store, make_encounter(), now)

    def attempt(number: int) -> bool:
        try:
            _decide(store, now, ACCEPT, version=1)
        except StaleVersionError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(12))) == 1
    with store.reading() as session:
        assert len(get_encounter(session, "e1").decisions) == 1


def _walk(store: Store, order: CodingOrder, limit: int) -> list[str]:
    seen: list[str] = []
    cursor = None
    while True:
        with store.reading() as session:
            page = list_coding_worklist(session, cursor=cursor, limit=limit, order=order)
        seen += [task.encounter_id for task in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_hold_each_task_once_in_order(
    store: Store, make_encounter: MakeEncounter, now: datetime, limit: int
) -> None:
    lowest = {"b": 0.5, "a": 0.5, "C": 0.25, "é": 0.75, "z": 0.1}
    for position, (name, probability) in enumerate(lowest.items()):
        at = now + timedelta(seconds=position // 2)
        _add(store, make_encounter(name, probabilities=(0.9, probability)), at)
    assert _walk(store, CodingOrder.OLDEST, limit) == ["a", "b", "C", "é", "z"]
    assert _walk(store, CodingOrder.LOWEST_PROBABILITY, limit) == ["z", "C", "a", "b", "é"]


def test_what_arrives_or_is_decided_meanwhile_shifts_no_page(
    store: Store, make_encounter: MakeEncounter, now: datetime
) -> None:
    for number in range(4):
        _add(store, make_encounter(f"e{number}"), now + timedelta(minutes=number))
    with store.reading() as session:
        first = list_coding_worklist(session, cursor=None, limit=2)
    _decide(store, now, ACCEPT, REJECT, version=1, encounter_id="e0")
    _add(store, make_encounter("earlier"), now - timedelta(days=1))
    with store.reading() as session:
        second = list_coding_worklist(session, cursor=first.next_cursor, limit=2)
    assert [task.encounter_id for task in (*first.items, *second.items)] == ["e0", "e1", "e2", "e3"]


def test_an_encounter_leaves_the_worklist_when_all_suggestions_are_decided(
    store: Store, make_encounter: MakeEncounter, now: datetime
) -> None:
    _add(store, make_encounter(), now)
    seen = []
    for version, decision in enumerate((ACCEPT, DEFER, REJECT, DEFER), start=1):
        _decide(store, now, decision, version=version)
        with store.reading() as session:
            seen.append([(task.undecided, task.lowest_probability) for task in list_coding_worklist(session).items])
    assert seen == [[(1, 0.6)], [(1, 0.6)], [], [(1, 0.6)]]


def test_an_encounter_without_suggestions_waits_for_a_first_decision(
    store: Store, make_encounter: MakeEncounter, now: datetime
) -> None:
    _add(store, make_encounter(probabilities=()), now)
    with store.reading() as session:
        (task,) = list_coding_worklist(session).items
    assert (task.undecided, task.lowest_probability) == (0, 0.0)
    _decide(store, now, ADD, version=1)
    with store.reading() as session:
        assert list_coding_worklist(session).items == ()


@given(cursor=st.text(max_size=60))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.parametrize("order", list(CodingOrder))
def test_made_up_cursors_are_refused(store: Store, order: CodingOrder, cursor: str) -> None:
    with pytest.raises(InvalidCursorError), store.reading() as session:
        list_coding_worklist(session, cursor=cursor, order=order)


def test_a_cursor_of_another_order_is_refused(store: Store, make_encounter: MakeEncounter, now: datetime) -> None:
    for name in ("a", "b"):
        _add(store, make_encounter(name), now)
    with store.reading() as session:
        cursor = list_coding_worklist(session, limit=1).next_cursor
        with pytest.raises(InvalidCursorError):
            list_coding_worklist(session, cursor=cursor, order=CodingOrder.LOWEST_PROBABILITY)
        for limit in (0, 201):
            with pytest.raises(ValueError, match="1 to 200"):
                list_coding_worklist(session, limit=limit)


def test_decided_encounters_show_what_was_known(store: Store, make_encounter: MakeEncounter, now: datetime) -> None:
    for name in ("b", "a", "untouched"):
        _add(store, make_encounter(name), now)
    later = now + timedelta(days=1)
    _decide(store, now, ACCEPT, version=1, encounter_id="a")
    _decide(store, later, REJECT, version=2, encounter_id="a")
    _decide(store, later, ACCEPT, version=1, encounter_id="b")

    def known(as_of: datetime) -> list[tuple[str, int]]:
        with store.reading() as session:
            return [(one.encounter.encounter_id, len(one.decisions)) for one in iter_decided(session, as_of)]

    assert known(now) == []
    assert known(later) == [("a", 1)]
    assert known(later + timedelta(microseconds=1)) == [("a", 2), ("b", 1)]
