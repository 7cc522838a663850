"""What the routes work with, in one frozen value: the application loads it, tests build it from fakes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from api.champion import Champion
from data.claims import Claim
from data.code_library import CodeLibrary, load_library
from data.codes import CodeSystem
from data.home import Home
from data.notes import Encounter, Profile
from data.reviews import ClaimReview
from data.store.session import Store, open_store
from data.suggestions import SuggestionSet


class ModelName(StrEnum):
    CODING = "coding"
    DENIAL = "denial"


class Suggester(Protocol):
    @property
    def model_version(self) -> str: ...

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]: ...


class Reviewer(Protocol):
    @property
    def model_version(self) -> str: ...

    def review(self, claims: Sequence[Claim]) -> list[ClaimReview]: ...


class SearchHit(Protocol):
    @property
    def system(self) -> CodeSystem: ...
    @property
    def code(self) -> str: ...
    @property
    def term(self) -> str: ...
    @property
    def is_billable(self) -> bool: ...
    @property
    def score(self) -> float: ...


class CodeSearch(Protocol):
    def search(
        self, query: str, *, system: CodeSystem | None = None, on: date | None = None, limit: int = 20
    ) -> Sequence[SearchHit]: ...


class ModelRegistry(Protocol):
    def champion(self, name: str) -> Path: ...

    def versions(self, name: str) -> Sequence[str]: ...


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    store: Store
    suggester: Suggester
    reviewer: Reviewer
    search: CodeSearch
    library: CodeLibrary
    registry: ModelRegistry
    clock: Callable[[], datetime] = utc_now


class HotSuggester:
    """The champion's suggester, whichever is champion when it is asked."""

    def __init__(self, champion: Champion[Suggester]) -> None:
        self._champion = champion

    @property
    def model_version(self) -> str:
        return self._champion.current().model_version

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]:
        return self._champion.current().suggest(encounters, profile)


class HotReviewer:
    """The champion's reviewer, whichever is champion when it is asked."""

    def __init__(self, champion: Champion[Reviewer]) -> None:
        self._champion = champion

    @property
    def model_version(self) -> str:
        return self._champion.current().model_version

    def review(self, claims: Sequence[Claim]) -> list[ClaimReview]:
        return self._champion.current().review(claims)


def load_services(home: Home) -> Services:
    """Opens the database and loads code sets and models; several seconds. Raises what a damaged part raises."""
    from models.coding.suggest import load_suggester
    from models.denial.review import load_reviewer
    from models.registry import ModelRegistry as FileRegistry
    from models.search.code_search import load_code_search

    registry = FileRegistry(home)
    library = load_library(home)
    coding = Champion(lambda: registry.champion(ModelName.CODING), lambda: load_suggester(home, library))
    denial = Champion(lambda: registry.champion(ModelName.DENIAL), lambda: load_reviewer(home, library))
    return Services(
        store=open_store(home.database_url),
        suggester=HotSuggester(coding),
        reviewer=HotReviewer(denial),
        search=load_code_search(home, library),
        library=library,
        registry=registry,
    )
