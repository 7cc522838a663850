"""What is shown of a model."""

from api.services import ModelName
from data.noun import Noun, UtcTime


class ModelInfo(Noun):
    """`model_version` is the one that answers now, and `versions` what may be promoted."""

    name: ModelName
    model_version: str
    versions: tuple[str, ...]


class ModelList(Noun):
    models: tuple[ModelInfo, ...]


class ModelCard(Noun):
    """`text` is the card in Markdown; empty when the artefact holds none."""

    name: ModelName
    version: str
    created_at: UtcTime
    code_set_releases: dict[str, str]
    metrics: dict[str, float]
    text: str
