"""The models in service."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import CurrentUser, LoadedServices
from api.openapi import problems
from api.registry import service
from api.registry.schemas import ModelCard, ModelList
from api.services import ModelName

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
