"""What the model routes do."""

from api.errors import UnavailableError, UnknownError
from api.registry.schemas import ModelCard, ModelInfo, ModelList
from api.services import ModelName, ModelRegistry, Services
from data.home import Home
from data.monitoring import MonitoringReport, find_report
from models.artifacts import ArtefactError, Manifest, read_manifest

_CARD_SUFFIX = ".md"


def list_models(services: Services) -> ModelList:
    in_service = ((ModelName.CODING, services.suggester), (ModelName.DENIAL, services.reviewer))
    return ModelList(
        models=tuple(
            ModelInfo(name=name, model_version=model.model_version, versions=tuple(services.registry.versions(name)))
            for name, model in in_service
        )
    )


def get_card(registry: ModelRegistry, name: ModelName) -> ModelCard:
    folder = registry.champion(name)
    try:
        manifest = read_manifest(folder)
    except ArtefactError:
        raise UnavailableError("the model's manifest can't be read") from None
    card = _find_card(manifest)
    return ModelCard(
        name=name,
        version=manifest.version,
        created_at=manifest.created_at,
        code_set_releases=manifest.code_set_releases,
        metrics=manifest.metrics,
        text=(folder / card).read_text(encoding="utf-8") if card else "",
    )


def get_monitoring(home: Home, name: ModelName) -> MonitoringReport:
    report = find_report(home, name)
    if report is None:
        raise UnknownError("nobody has run chartcode monitor yet")
    return report


def _find_card(manifest: Manifest) -> str | None:
    return next((path for path in sorted(manifest.files) if path.endswith(_CARD_SUFFIX)), None)
