"""What the routes of autonomy do."""

from api.acts import Act
from api.autonomy.schemas import LevelRequest
from data.autonomy import Level, LevelChange, Terms
from data.store.autonomy import release, start_test, withdraw


def change_level(act: Act, request: LevelRequest, model_version: str) -> LevelChange:
    """Raises LevelError where the family stands otherwise or its audit does not meet the target."""
    family, reason = request.family, request.reason
    if request.target is not None and request.least_probability is not None:
        terms = Terms(
            target=request.target,
            least_probability=request.least_probability,
            model_version=model_version,
            tested_since=act.at,
        )
        return start_test(act.session, family, terms, reason=reason, by=act.by)
    if request.level is Level.RELEASED:
        return release(act.session, family, model_version=model_version, reason=reason, by=act.by, at=act.at)
    return withdraw(act.session, family, reason=reason, by=act.by, at=act.at)
