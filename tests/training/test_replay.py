"""Any past answer can be given again by the version that gave it; a challenger in the shadow changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.claims import Claim
from data.code_library import CodeLibrary
from data.decisions import Decision
from data.home import Home
from data.notes import Encounter, Profile
from data.program import program_digest
from data.store.claims import add_claim, replace_claim
from data.store.encounters import add_encounter, append_decisions, get_encounter
from data.store.errors import NotFoundError
from data.store.session import Store
from data.suggestions import SuggestionSet
from data.synthetic.claim_world import build_world
from data.synthetic.demo_notes import demo_encounters
from models.coding.suggest import load_suggester
from models.denial.review import load_reviewer
from training.replay import ReplayError, describe_replay, find_differences, replay_claim, replay_encounter
from training.shadow import compare_answers, run_shadow

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def answers(built_home: Home, library: CodeLibrary) -> list[tuple[Encounter, SuggestionSet]]:
    encounters = demo_encounters()[:3]
    suggester = load_suggester(built_home, library)
    return list(zip(encounters, suggester.suggest(encounters, Profile.OUTPATIENT), strict=True))


def _store(store: Store, answers: Sequence[tuple[Encounter, SuggestionSet]]) -> None:
    with store.transaction() as session:
        for encounter, answer in answers:
            add_encounter(session, encounter, answer, Profile.OUTPATIENT, by="ada", at=NOW)


def test_suggestions_come_again_byte_by_byte(
    built_home: Home, sqlite_store: Store, answers: list[tuple[Encounter, SuggestionSet]]
) -> None:
    _store(sqlite_store, answers)
    for encounter, answer in answers[:1]:
        found = replay_encounter(built_home, sqlite_store, encounter.encounter_id)
        assert (found.is_same, found.differences, found.model_version) == (True, (), answer.model_version)
        assert found.program_then == found.program_now == program_digest()
        assert "the same answer" in describe_replay(found)


def test_another_answer_is_told_by_place_and_not_by_value(
    built_home: Home, sqlite_store: Store, answers: list[tuple[Encounter, SuggestionSet]]
) -> None:
    encounter, answer = answers[0]
    first = answer.suggestions[0].model_copy(update={"probability": 0.123456})
    forged = answer.model_copy(update={"suggestions": (first, *answer.suggestions[1:])})
    _store(sqlite_store, [(encounter, forged)])
    found = replay_encounter(built_home, sqlite_store, encounter.encounter_id)
    assert (found.is_same, found.differences) == (False, ("/suggestions/0/probability",))
    assert "0.123456" not in describe_replay(found)


def test_a_version_that_is_not_here_is_said(
    built_home: Home, sqlite_store: Store, answers: list[tuple[Encounter, SuggestionSet]]
) -> None:
    encounter, answer = answers[0]
    _store(sqlite_store, [(encounter, answer.model_copy(update={"model_version": "coding 1999-01-01-00000000"}))])
    with pytest.raises(ReplayError, match="1999"):
        replay_encounter(built_home, sqlite_store, encounter.encounter_id)
    with pytest.raises(NotFoundError):
        replay_encounter(built_home, sqlite_store, "unknown")


def test_reviews_come_again_revision_by_revision(built_home: Home, sqlite_store: Store, library: CodeLibrary) -> None:
    reviewer = load_reviewer(built_home, library)
    first = build_world(seed=7, size=1000).claims[5].claim
    second = Claim.model_validate(first.model_dump(mode="json") | {"prior_authorization": "A1"})
    reviews = reviewer.review([first, second])
    with sqlite_store.transaction() as session:
        add_claim(session, first, reviews[0], by="bob", at=NOW)
        replace_claim(session, second, reviews[1], by="bob", at=NOW + timedelta(hours=1), expected_version=1)
    for revision in (1, 2, None):
        found = replay_claim(built_home, sqlite_store, first.claim_id, revision)
        assert (found.is_same, found.differences) == (True, ())
        assert found.program_then == program_digest()
    with pytest.raises(NotFoundError):
        replay_claim(built_home, sqlite_store, first.claim_id, 3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab/~", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(value=JSON)
def test_a_value_does_not_differ_from_itself(value: object) -> None:
    assert list(find_differences(value, value)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 2}, ["/a"]),
        ({"a": 1}, {"a": True}, ["/a"]),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, ["/a~1b/~0"]),
        ([1, 2, 3], [1, 3], ["/1", "/2"]),
        ({"a": [1]}, {"a": {"0": 1}}, ["/a"]),
        ({"a": 1}, {"b": 1}, ["/a", "/b"]),
        (1, 1.0, [""]),
    ],
)
def test_differences(before: object, after: object, expected: list[str]) -> None:
    assert list(find_differences(before, after)) == expected


class _Without:
    """The champion, silent about one code."""

    def __init__(self, answers: Sequence[tuple[Encounter, SuggestionSet]], code: str) -> None:
        self.answers = {encounter.encounter_id: answer for encounter, answer in answers}
        self.code = code

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]:
        found = [self.answers[encounter.encounter_id] for encounter in encounters]
        return [
            answer.model_copy(update={"suggestions": tuple(s for s in answer.suggestions if s.code != self.code)})
            for answer in found
        ]


def test_the_shadow_lists_disagreements(sqlite_store: Store, answers: list[tuple[Encounter, SuggestionSet]]) -> None:
    _store(sqlite_store, answers)
    (encounter, answer), *_ = answers
    suggested = next(one for one in answer.suggestions if one.tier == "suggested")
    decision = Decision(
        suggestion_id=suggested.suggestion_id, outcome="accepted", system=suggested.system, code=suggested.code
    )
    with sqlite_store.transaction() as session:
        append_decisions(session, encounter.encounter_id, [decision], by="ada", at=NOW, expected_version=1)
        stored = [get_encounter(session, one.encounter_id) for one, _ in answers]
    assert compare_answers(stored[0], answer) is None
    report = run_shadow(_Without(answers, suggested.code), "v2", stored)
    assert report.encounters == 3
    assert report.share == len(report.disagreements) / 3
    found = next(one for one in report.disagreements if one.encounter_id == encounter.encounter_id)
    name = f"{suggested.system.value}:{suggested.code}"
    assert (found.champion_only, found.challenger_only, found.kept) == ((name,), (), (name,))
    assert found.widest_gap == suggested.probability
