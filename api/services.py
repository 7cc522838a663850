"""What the routes work with, in one frozen value: the application loads it, tests build it from fakes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from api.reports.book import ReportBook
from data.claims import Claim
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.contract_rates import ContractRates
from data.deadlines import Contracts
from data.notes import Encounter, Profile
from data.reviews import ClaimReview
from data.store.session import Store
from data.suggestions import SuggestionSet
from models.grouping.drgpy_grouper import DrgpyGrouper
from models.grouping.grouper import Grouper
from models.grouping.risk_categories import HccInFhir, RiskAdjustment


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


class CodeLibrary(Protocol):
    def release_on(self, system: CodeSystem, day: date) -> CodeSet | None: ...

    def latest(self, system: CodeSystem) -> CodeSet | None: ...


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
    contracts: Callable[[], Contracts] = Contracts
    rates: Callable[[], ContractRates] = ContractRates
    reports: ReportBook = field(default_factory=ReportBook)
    clock: Callable[[], datetime] = utc_now
    grouper: Grouper = field(default_factory=DrgpyGrouper)
    risk_adjustment: RiskAdjustment = field(default_factory=HccInFhir)
