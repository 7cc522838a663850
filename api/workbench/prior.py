"""Whether the denial model in service has learned from real remittances, or only from the synthetic world."""

from api.services import ModelName, ModelRegistry
from models.artifacts import ArtefactError, read_manifest

REAL_CLAIMS = "real_claims"


def is_synthetic(registry: ModelRegistry) -> bool:
    """True unless the manifest counts real adjudicated claims: in doubt the pages say so."""
    try:
        manifest = read_manifest(registry.champion(ModelName.DENIAL))
    except ArtefactError:
        return True
    return manifest.metrics.get(REAL_CLAIMS, 0.0) <= 0
