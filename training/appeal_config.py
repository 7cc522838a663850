"""The configuration of a fit of the overturn prior."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from training.coding_config import ConfigError

Positive = Annotated[int, Field(ge=1)]
Amount = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ForecastConfig(_Strict):
    first_year: Positive
    last_year: Positive
    half_life: Amount


class LogisticConfig(_Strict):
    smallest_count: Positive
    c: Amount
    without_details: Annotated[float, Field(ge=0, lt=1)]


class BoostedConfig(_Strict):
    rounds: Positive
    leaves: Annotated[int, Field(ge=2)]
    rate: Annotated[float, Field(gt=0, le=1)]
    smallest_leaf: Positive
    seed: int


class RatesConfig(_Strict):
    prior_count: Amount


class BootstrapConfig(_Strict):
    rounds: Positive
    seed: int


class AppealConfig(_Strict):
    forecast: ForecastConfig
    logistic: LogisticConfig
    trees: BoostedConfig
    rates: RatesConfig
    bootstrap: BootstrapConfig

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Reads a TOML file, by default the one that made the released prior; raises ConfigError."""
        text = path.read_text("utf8") if path else (files("training") / "configs" / "appeal.toml").read_text("utf8")
        try:
            return cls.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise ConfigError(f"{path or 'appeal.toml'}: {error}") from None
