"""What `chartcode train` and `chartcode evaluate` do: a tracked run that leaves a version, and a table of measures."""

from datetime import UTC, datetime
from pathlib import Path

from data.gold import Split
from data.home import Home
from data.store.session import Store
from models.registry import ModelRegistry
from training.coding import evaluate_coding, train_coding
from training.denial import evaluate_denial, train_denial
from training.tracking import track_run


class UnknownModelError(ValueError):
    """There is no model of that name."""


def train_model(
    name: str, home: Home, store: Store, *, config: Path | None = None, as_of: datetime | None = None
) -> str:
    """Trains, registers and returns a version; the service goes on with its champion."""
    moment = as_of or datetime.now(UTC)
    parameters = {"as_of": moment.isoformat(timespec="seconds"), "config": config.name if config else "default"}
    with track_run(home, name, parameters) as run:
        folder = _train(name, home, store, config, moment)
        return run.register(folder).version


def evaluate_model(name: str, home: Home, version: str | None = None, split: str = "dev") -> str:
    """A table of measures of a version, by default the champion, on data that it was not trained on."""
    registry = ModelRegistry(home)
    folder = registry.find_version(name, version) if version else registry.champion(name)
    if name == "coding":
        return evaluate_coding(home, folder, Split(split))
    if name == "denial":
        return evaluate_denial(home, folder)
    raise UnknownModelError("there are two models, coding and denial")


def _train(name: str, home: Home, store: Store, config: Path | None, moment: datetime) -> Path:
    if name == "coding":
        return train_coding(home, config, moment, store)
    if name == "denial":
        return train_denial(home, config, moment, store)
    raise UnknownModelError("there are two models, coding and denial")
