"""Models are shared, limited and exchanged while requests run."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from api import examples
from api.champion import Champion
from api.errors import UnavailableError
from api.in_service import HotSuggester
from api.metrics import Metrics
from api.model_slots import ModelSlots
from api.services import ModelName
from data.claims import Claim
from data.notes import Encounter, Profile


class Registry:
    """Names a champion; loading gives its name, or fails when told to."""

    def __init__(self) -> None:
        self.name = "1"
        self.loads: list[str] = []
        self.before: Callable[[], None] = lambda: None

    def find(self) -> Path:
        return Path("models") / self.name

    def load(self) -> str:
        self.before()
        self.loads.append(self.name)
        return f"model {self.name}"


def fail() -> None:
    raise ValueError("damaged")


def test_the_model_stays_while_the_champion_does() -> None:
    registry = Registry()
    champion = Champion(registry.find, registry.load)
    assert [champion.current() for _ in range(3)] == ["model 1"] * 3
    assert registry.loads == ["1"]


def test_a_new_champion_is_taken_and_a_rollback_too() -> None:
    registry = Registry()
    champion = Champion(registry.find, registry.load)
    registry.name = "2"
    assert champion.current() == "model 2"
    registry.name = "1"
    assert champion.current() == "model 1"
    assert registry.loads == ["1", "2", "1"]


def test_a_champion_that_does_not_load_leaves_the_old_one() -> None:
    registry = Registry()
    champion = Champion(registry.find, registry.load)
    registry.name, registry.before = "2", fail
    assert [champion.current() for _ in range(3)] == ["model 1"] * 3
    registry.name, registry.before = "3", lambda: None
    assert champion.current() == "model 3"


def test_the_first_champion_must_load() -> None:
    registry = Registry()
    registry.before = fail
    with pytest.raises(ValueError, match="damaged"):
        Champion(registry.find, registry.load)


def test_while_one_thread_loads_the_others_go_on() -> None:
    registry = Registry()
    champion = Champion(registry.find, registry.load)
    is_loading, may_finish = Event(), Event()
    registry.name = "2"

    def wait() -> None:
        is_loading.set()
        may_finish.wait(5)

    registry.before = wait
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(champion.current)
        assert is_loading.wait(5)
        assert champion.current() == "model 1"
        may_finish.set()
        assert loading.result(5) == "model 2"
    assert champion.current() == "model 2"


class Slow:
    """Answers with its version after it was let go."""

    def __init__(self, version: str) -> None:
        self.model_version = version
        self.is_asked, self.may_answer = Event(), Event()

    def suggest(self, encounters: Any, profile: Any) -> list[Any]:
        self.is_asked.set()
        self.may_answer.wait(5)
        return [self.model_version]


def test_a_request_under_way_finishes_with_the_model_it_has() -> None:
    registry, old, new = Registry(), Slow("old"), Slow("new")
    new.may_answer.set()
    hot = HotSuggester(Champion(registry.find, lambda: {"1": old, "2": new}[registry.name]))
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(hot.suggest, [], None)
        assert old.is_asked.wait(5)
        registry.name = "2"
        assert (hot.suggest([], None), hot.model_version) == (["new"], "new")
        old.may_answer.set()
        assert under_way.result(5) == ["old"]


def test_a_full_model_makes_wait_and_then_refuses() -> None:
    slots = ModelSlots(1, 0.05, Metrics())
    with slots.enter(ModelName.CODING):
        with pytest.raises(UnavailableError) as refused, slots.enter(ModelName.DENIAL):
            pass
        assert "Retry-After" in refused.value.headers
    with slots.enter(ModelName.CODING):
        pass


def test_a_failure_frees_its_slot() -> None:
    slots = ModelSlots(1, 0, Metrics())
    for _ in range(20):
        with pytest.raises(ValueError, match="damaged"), slots.enter(ModelName.CODING):
            fail()
    with slots.enter(ModelName.CODING):
        pass


def test_beyond_the_queue_the_answer_is_503_at_once(world) -> None:
    may_answer = Event()
    world.suggester.before = lambda: may_answer.wait(10)
    world.app.state.slots = ModelSlots(1, 10, Metrics())

    def ask(_number: int) -> int:
        with world.client() as client:
            answer = client.post("/v1/suggestions", json=examples.ENCOUNTER)
            if answer.status_code == 503:
                may_answer.set()
            return answer.status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(ask, range(10)))
    assert sorted(statuses) == [200] * 9 + [503]


def test_evidence_that_is_not_in_the_notes_is_never_shown(world, encounter: dict[str, Any]) -> None:
    answer = world.suggester.suggest([Encounter.model_validate(encounter)], Profile.OUTPATIENT)
    world.suggester.suggest = lambda _encounters, _profile: answer
    encounter["documents"][0]["text"] = "Another text, as long as the one that was read. PLAN: none."
    client = world.client()
    assert client.post("/v1/suggestions", json=encounter).status_code == 500
    assert client.post("/v1/encounters", json=encounter).status_code == 500
    assert client.get("/v1/encounters/e1").status_code == 404


def test_a_review_of_another_claim_is_never_shown(world, claim: dict[str, Any]) -> None:
    other = world.reviewer.review([Claim.model_validate(claim | {"claim_id": "other"})])
    world.reviewer.review = lambda _claims: other
    assert world.client().post("/v1/claims", json=claim).status_code == 500


def test_while_the_models_are_busy_other_routes_answer(world) -> None:
    may_answer = Event()
    world.suggester.before = lambda: may_answer.wait(10)
    with ThreadPoolExecutor(1) as pool, world.client() as client:
        asking = pool.submit(client.post, "/v1/suggestions", json=examples.ENCOUNTER)
        assert client.post("/v1/claims", json=examples.CLAIM).status_code == 201
        assert not asking.done()
        may_answer.set()
        assert asking.result(5).status_code == 200
