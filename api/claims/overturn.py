"""The overturn prior in service, read once a version."""

from functools import lru_cache
from pathlib import Path

from api.logging import describe_error, get_logger
from api.services import ModelRegistry
from models.appeal.prior import NAME, OverturnPrior, load_prior
from models.artifacts import ArtefactError


def find_prior(registry: ModelRegistry) -> OverturnPrior | None:
    """None where there is none that can be trusted: then no odds are told."""
    return _load(registry.champion(NAME))


@lru_cache(maxsize=4)
def _load(folder: Path) -> OverturnPrior | None:
    try:
        return load_prior(folder)
    except ArtefactError as error:
        get_logger().error("prior_unusable", **describe_error(error))
        return None
