"""The configuration of a denial training run."""

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.denial.tree_parts import MOST_QUESTIONS
from training.coding_config import ConfigError

Positive = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HistoryConfig(_Strict):
    minimum_claims: Positive
    evaluation_months: Positive


class WorldConfig(_Strict):
    seed: int
    claims: Positive
    as_of: date
    unchecked_clinic_share: Positive


class TreesConfig(_Strict):
    rounds: Positive
    leaves: Annotated[int, Field(ge=2)]
    depth: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)]
    rate: Annotated[float, Field(gt=0, le=1)]
    smallest_leaf: Positive
    seed: int


class CalibrationConfig(_Strict):
    months: Positive


class DenialConfig(_Strict):
    history: HistoryConfig
    world: WorldConfig
    lines: TreesConfig
    reasons: TreesConfig
    calibration: CalibrationConfig

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Reads a TOML file, by default the one that made the released model; raises ConfigError."""
        text = path.read_text("utf8") if path else (files("training") / "configs" / "denial.toml").read_text("utf8")
        try:
            return cls.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise ConfigError(f"{path or 'denial.toml'}: {error}") from None
