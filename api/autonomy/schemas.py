"""What the routes of autonomy read and answer."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from data.autonomy import CodeFamily, Level, LevelChange
from data.noun import Noun, Probability
from data.store.released_codes import FamilyReport


class AutonomyReport(Noun):
    """Families in the test or released, and every change of a level, the oldest first."""

    families: tuple[FamilyReport, ...]
    changes: tuple[LevelChange, ...]


class LevelRequest(Noun):
    """`target` and `least_probability` go with the level test, and only with it."""

    family: CodeFamily
    level: Level
    target: Annotated[Probability, Field(ge=0.5, lt=1)] | None = None
    least_probability: Probability | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _check_terms(self) -> Self:
        terms = (self.target, self.least_probability)
        if any((one is None) == (self.level is Level.TEST) for one in terms):
            raise ValueError("target and least_probability go with the level test, and only with it")
        return self
