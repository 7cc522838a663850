"""Where run-time state lives: database, imported tables, caches and trained models."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Home:
    """The folder named by CHARTCODE_HOME (default `var/`), laid out."""

    path: Path

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Path(os.environ.get("CHARTCODE_HOME", "var")).expanduser().resolve())

    @property
    def database_url(self) -> str:
        return os.environ.get("CHARTCODE_DATABASE_URL") or f"sqlite:///{self.path / 'chartcode.db'}"

    @property
    def cache(self) -> Path:
        """Rebuilt when it is missing."""
        return self.path / "cache"

    @property
    def tables(self) -> Path:
        """Imported releases and reference tables; the operator's own."""
        return self.path / "tables"

    @property
    def models(self) -> Path:
        """Trained model versions and which of them is champion."""
        return self.path / "models"

    @property
    def keys(self) -> Path:
        """The operator's key that signs checkpoints of the audit log, unless it is kept elsewhere, and the secret under
        which denial models know patients again."""
        return self.path / "keys"

    @property
    def mlflow(self) -> Path:
        """The tracking store of training runs."""
        return self.path / "mlflow"
