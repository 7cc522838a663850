"""What answers requests, exchanged while the service runs: models by promotion, tables by import, rules by recording.

Tables, code sets and the search over them are one value, `References`. When their stamp changes, a new one is made
aside and takes the place of the old one whole. Models read the value that is in service: they are exchanged after it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from api.champion import Champion, Work, run_aside
from api.services import CodeSearch, ModelName, ModelRegistry, Reviewer, SearchHit, Services, Suggester
from data.claims import Claim
from data.code_library import CodeLibrary, load_library
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.contract_rates import ContractRates, load_contract_rates
from data.deadlines import Contracts
from data.home import Home
from data.notes import Encounter, Profile
from data.payer_rules import read_payer_rules, stamp_payer_rules, standing_rules
from data.reviews import ClaimReview
from data.store.billing_worklist import set_deadlines
from data.store.session import Store, open_store
from data.suggestions import SuggestionSet
from data.tables import stamp_tables

LoadSearch = Callable[[Home, CodeLibrary], CodeSearch]


@dataclass(frozen=True, slots=True)
class References:
    """`stamp` is of the tables and rules from which it was made."""

    stamp: str
    library: CodeLibrary
    search: CodeSearch
    contracts: Contracts
    rates: ContractRates


class HotReferences:
    """Code sets and their search, of the newest import that was read."""

    def __init__(self, references: Champion[References]) -> None:
        self._references = references

    def search(
        self, query: str, *, system: CodeSystem | None = None, on: date | None = None, limit: int = 20
    ) -> Sequence[SearchHit]:
        return self._references.current().search.search(query, system=system, on=on, limit=limit)

    def contracts(self) -> Contracts:
        return self._references.current().contracts

    def rates(self) -> ContractRates:
        return self._references.current().rates

    def release_on(self, system: CodeSystem, day: date) -> CodeSet | None:
        return self._references.current().library.release_on(system, day)

    def latest(self, system: CodeSystem) -> CodeSet | None:
        return self._references.current().library.latest(system)


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
    from models.registry import ModelRegistry as FileRegistry
    from models.search.code_search import load_code_search

    registry = FileRegistry(home)
    store = open_store(home.database_url)
    references, suggester, reviewer = load_hot(home, registry, load_code_search, store=store)
    return Services(
        store=store,
        suggester=suggester,
        reviewer=reviewer,
        search=references,
        library=references,
        registry=registry,
        contracts=references.contracts,
        rates=references.rates,
    )


def load_hot(
    home: Home,
    registry: ModelRegistry,
    load_search: LoadSearch,
    *,
    store: Store | None = None,
    run: Callable[[Work], None] = run_aside,
) -> tuple[HotReferences, HotSuggester, HotReviewer]:
    """`run` exchanges the references; the worklist of the store is dated by their contracts."""
    from models.coding.suggest import load_suggester
    from models.denial.review import load_reviewer

    def load() -> References:
        return _load_references(home, load_search, store)

    references = Champion(lambda: _stamp(home), load, what="references", run=run)

    def find(name: ModelName) -> Callable[[], str]:
        return lambda: f"{registry.champion(name)} with {references.current().stamp}"

    coding = Champion(find(ModelName.CODING), lambda: load_suggester(home, references.current().library), what="coding")
    denial = Champion(find(ModelName.DENIAL), lambda: load_reviewer(home, references.current().library), what="denial")
    return HotReferences(references), HotSuggester(coding), HotReviewer(denial)


def _stamp(home: Home) -> str:
    return f"{stamp_tables(home)} {stamp_payer_rules(home)}"


def _load_references(home: Home, load_search: LoadSearch, store: Store | None) -> References:
    stamp, library = _stamp(home), load_library(home)
    contracts = Contracts(standing_rules(read_payer_rules(home)))
    if store is not None:
        with store.transaction() as session:
            set_deadlines(session, contracts)
    return References(stamp, library, load_search(home, library), contracts, load_contract_rates(home))
