"""What a route can ask for in its signature."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy.orm import Session

from api.auth import SESSION_COOKIE, Caller
from api.errors import ForbiddenError, UnauthenticatedError, UnsupportedError
from api.model_slots import CodingModel, DenialModel
from api.services import CodeLibrary, CodeSearch, ModelRegistry, Services
from api.settings import Settings
from api.sign_in import SignInDesk
from data.deadlines import Contracts
from data.notes import Profile
from data.store.session import Store
from data.store.users import Role, User
from models.grouping.grouper import Grouper
from models.grouping.risk_categories import RiskAdjustment

# These two only describe the schemes: api.auth reads the credentials.
_Bearer = Annotated[Any, Depends(HTTPBearer(auto_error=False, description="A token of `chartcode users token NAME`."))]
_Cookie = Annotated[
    Any, Depends(APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description="Set by POST /v1/sessions."))
]


def get_services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def find_caller(request: Request) -> Caller | None:
    caller: Caller | None = request.state.caller
    return caller


LoadedServices = Annotated[Services, Depends(get_services)]
LoadedSettings = Annotated[Settings, Depends(get_settings)]
FoundCaller = Annotated[Caller | None, Depends(find_caller)]


def get_user(caller: FoundCaller, _bearer: _Bearer, _cookie: _Cookie) -> User:
    if caller is None:
        raise UnauthenticatedError
    return caller.user


CurrentUser = Annotated[User, Depends(get_user)]


def require(*roles: Role) -> Callable[[User], User]:
    """An administrator may do all that the other roles may; it is recorded under the administrator's name."""
    allowed = {*roles, Role.ADMIN}

    def check(user: CurrentUser) -> User:
        if not allowed & user.roles:
            raise ForbiddenError
        return user

    return check


Coder = Annotated[User, Depends(require(Role.CODER))]
CodingReader = Annotated[User, Depends(require(Role.CODER, Role.BILLER, Role.AUDITOR))]
CodingQueueReader = Annotated[User, Depends(require(Role.CODER, Role.AUDITOR))]
CodingTrier = Annotated[User, Depends(require(Role.CODER, Role.DATA_SCIENTIST))]
ClaimDrafter = Annotated[User, Depends(require(Role.CODER, Role.BILLER))]
Biller = Annotated[User, Depends(require(Role.BILLER))]
BillingReader = Annotated[User, Depends(require(Role.BILLER, Role.AUDITOR))]
BillingTrier = Annotated[User, Depends(require(Role.BILLER, Role.DATA_SCIENTIST))]
Auditor = Annotated[User, Depends(require(Role.AUDITOR))]
Administrator = Annotated[User, Depends(require())]
ModelWatcher = Annotated[User, Depends(require(Role.AUDITOR, Role.DATA_SCIENTIST))]


def open_transaction(services: LoadedServices) -> Iterator[Session]:
    """Committed when the route has returned and before its answer leaves; the first statement takes the lock."""
    with services.store.transaction() as session:
        yield session


def open_reading(services: LoadedServices) -> Iterator[Session]:
    with services.store.reading() as session:
        yield session


Transaction = Annotated[Session, Depends(open_transaction, scope="function")]
Reading = Annotated[Session, Depends(open_reading, scope="function")]


def read_clock(services: LoadedServices) -> datetime:
    return services.clock()


def get_coding(request: Request) -> CodingModel:
    return CodingModel(request.app.state.services.suggester, request.app.state.slots)


def get_denial(request: Request) -> DenialModel:
    return DenialModel(request.app.state.services.reviewer, request.app.state.slots)


def get_store(services: LoadedServices) -> Store:
    return services.store


def get_codes(services: LoadedServices) -> CodeSearch:
    return services.search


def get_library(services: LoadedServices) -> CodeLibrary:
    return services.library


def get_grouper(services: LoadedServices) -> Grouper:
    return services.grouper


def get_risk_adjustment(services: LoadedServices) -> RiskAdjustment:
    return services.risk_adjustment


def get_registry(services: LoadedServices) -> ModelRegistry:
    return services.registry


def get_sign_in(request: Request) -> SignInDesk:
    desk: SignInDesk = request.app.state.sign_in
    return desk


def get_contracts(services: LoadedServices) -> Contracts:
    return services.contracts()


Now = Annotated[datetime, Depends(read_clock)]
Coding = Annotated[CodingModel, Depends(get_coding)]
Denial = Annotated[DenialModel, Depends(get_denial)]
Codes = Annotated[CodeSearch, Depends(get_codes)]
LoadedStore = Annotated[Store, Depends(get_store)]
Library = Annotated[CodeLibrary, Depends(get_library)]
LoadedGrouper = Annotated[Grouper, Depends(get_grouper)]
LoadedRiskAdjustment = Annotated[RiskAdjustment, Depends(get_risk_adjustment)]
Registry = Annotated[ModelRegistry, Depends(get_registry)]
PayerContracts = Annotated[Contracts, Depends(get_contracts)]
SignIn = Annotated[SignInDesk, Depends(get_sign_in)]
ChosenProfile = Annotated[
    Profile | None,
    Query(
        alias="profile",
        description="Which recognised codes are reported; by the setting, outpatient or inpatient, unless given.",
    ),
]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]


async def require_json(request: Request) -> None:
    """An empty body lacks fields, not a type, and is told so later."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json" and await request.body():
        raise UnsupportedError("send application/json")


JsonOnly = Depends(require_json)
