"""The models in service."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import CurrentUser, LoadedServices, LoadedSettings, ModelWatcher
from api.openapi import problems
from api.registry import service
from api.registry.schemas import ModelCard, ModelList
from api.services import ModelName
from data.monitoring import MonitoringReport

router = APIRouter(prefix="/v1/models", tags=["models"])


@router.get("", summary="List the models in service", responses=problems())
def list_models(_user: CurrentUser, services: LoadedServices) -> ModelList:
    return service.list_models(services)


@router.get("/{name}/card", summary="Read a model's card", responses=problems(404, 422))
def read_card(
    _user: CurrentUser, services: LoadedServices, name: Annotated[ModelName, Path(examples=["coding"])]
) -> ModelCard:
    """What the champion was made of, what it measured, and what it is not for."""
    return service.get_card(services.registry, name)


@router.get("/{name}/monitoring", summary="Read how a model does lately", responses=problems(404, 422))
def read_monitoring(
    _user: ModelWatcher, settings: LoadedSettings, name: Annotated[ModelName, Path(examples=["coding"])]
) -> MonitoringReport:
    """The newest report of `chartcode monitor`: drift, and shares by group of patients."""
    return service.get_monitoring(settings.home, name)
