"""What is imported while the service runs is taken into service, whole; what is damaged is not."""

import shutil
from collections.abc import Callable
from datetime import date
from threading import Event
from typing import Any

import pytest

from api.champion import Champion, run_aside, run_now
from api.in_service import HotReferences, HotReviewer, HotSuggester, load_hot
from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.home import Home
from data.notes import Profile
from data.payer_rules import stamp_payer_rules
from data.reviews import ClaimReview, Severity
from data.synthetic.demo_claims import demo_claims
from data.synthetic.demo_notes import demo_encounters
from data.synthetic.demo_tables import save_demo_tables
from data.tables import stamp_tables
from models.registry import ModelRegistry

BUNDLED = next(claim for claim in demo_claims() if claim.claim_id == "demo-unbundled-colonoscopy")
Hot = tuple[HotReferences, HotSuggester, HotReviewer]


@pytest.fixture
def own_home(built_home: Home, library: CodeLibrary, home: Home) -> Home:
    assert library.latest(CodeSystem.ICD10CM)
    shutil.copytree(built_home.cache, home.cache)
    return home


@pytest.fixture
def hot(own_home: Home) -> Hot:
    return load_hot(own_home, ModelRegistry(own_home), lambda _home, _library: NoSearch(), run=run_now)


class NoSearch:
    """Building an index takes its time, and is tested elsewhere."""

    def search(self, query: str, **_options: Any) -> list[Any]:
        return []


def found(review: ClaimReview) -> set[str]:
    return {edit.rule_id for edit in review.edits if edit.severity is not Severity.UNCHECKED}


def test_new_tables_are_used_by_the_next_request(own_home: Home, hot: Hot) -> None:
    references, suggester, reviewer = hot
    (before,) = reviewer.review([BUNDLED])
    answers = suggester.suggest(demo_encounters()[:1], Profile.OUTPATIENT)
    assert "ncci.ptp" not in found(before)
    save_demo_tables(own_home)
    (after,) = reviewer.review([BUNDLED])
    assert "ncci.ptp" in found(after)
    assert suggester.suggest(demo_encounters()[:1], Profile.OUTPATIENT) == answers
    assert references.release_on(CodeSystem.ICD10CM, date(2026, 3, 14)) is not None


def test_a_damaged_import_leaves_everything_as_it_was(own_home: Home, hot: Hot) -> None:
    _, _, reviewer = hot
    save_demo_tables(own_home)
    (sound,) = reviewer.review([BUNDLED])
    (own_home.tables / "ncci" / "broken").mkdir()
    (own_home.tables / "ncci" / "broken" / "manifest.json").write_text("{")
    assert reviewer.review([BUNDLED]) == [sound]
    shutil.rmtree(own_home.tables / "ncci" / "broken")
    assert reviewer.review([BUNDLED]) == [sound]


def test_the_stamp_changes_with_imports_and_rules_alone(home: Home) -> None:
    def stamps() -> tuple[str, str]:
        return stamp_tables(home), stamp_payer_rules(home)

    empty = stamps()
    assert stamps() == empty
    save_demo_tables(home)
    first = stamps()
    assert first[0] != empty[0]
    assert stamps() == first
    home.path.joinpath("payer_rules.jsonl").write_text("")
    assert stamps()[1] != first[1]


def test_no_request_waits_for_an_exchange_aside() -> None:
    keys, may_load, is_loaded = ["1"], Event(), Event()

    def load() -> str:
        key = keys[-1]
        if key != "1":
            may_load.wait(5)
        return key

    def tell(work: Callable[[], None]) -> None:
        run_aside(lambda: (work(), is_loaded.set())[0])

    served = Champion(lambda: keys[-1], load, run=tell)
    keys.append("2")
    assert [served.current() for _ in range(3)] == ["1"] * 3
    may_load.set()
    assert is_loaded.wait(5)
    assert served.current() == "2"
