"""The configuration of a coding training run."""

import os
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from training.encoder_config import EncoderConfig
from training.ranker_fit import RankerConfig
from training.visit_fit import VisitConfig


class ConfigError(ValueError):
    """The configuration file is not one."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sources(_Strict):
    """Paths inside the training data folder."""

    codiesp: str
    terms: str


class Retrieval(_Strict):
    directions: int


class Incremental(_Strict):
    weight: int


class CodingConfig(_Strict):
    mode: Literal["auto", "full", "incremental"]
    sources: Sources
    encoder: EncoderConfig
    retrieval: Retrieval
    ranker: RankerConfig
    visit_ranker: RankerConfig
    visit: VisitConfig
    incremental: Incremental

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Reads a TOML file, by default the one that made the released model; raises ConfigError."""
        text = path.read_text("utf8") if path else (files("training") / "configs" / "coding.toml").read_text("utf8")
        try:
            return cls.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise ConfigError(f"{path or 'coding.toml'}: {error}") from None


@dataclass(frozen=True, slots=True)
class TrainingData:
    """The folder of coded case reports and terms, where an operator has it."""

    folder: Path

    @classmethod
    def find(cls) -> Self | None:
        """The folder named by CHARTCODE_SHARED_DATA, else `../shared/data`; None when there is none."""
        folder = Path(os.environ.get("CHARTCODE_SHARED_DATA", "../shared/data"))
        return cls(folder) if folder.is_dir() else None

    def files(self, sources: Sources) -> list[Path]:
        """Every file that training reads, in a fixed order."""
        return [*sorted((self.folder / sources.codiesp).glob("*.*")), self.folder / sources.terms]
