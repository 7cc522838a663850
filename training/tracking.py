"""Training runs in MLflow, kept in a folder of the home: parameters, metrics, model card, versions and the champion.

MLflow is a record here and no part of serving: which version is served says `models/registry.py`, and the alias
`champion` follows it. Notes never get in: parameters are short scalars, metrics numbers, the card is the model's.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from data.home import Home
from models.artifacts import Manifest, load_manifest
from training.code_revision import find_code_revision

if TYPE_CHECKING:
    from mlflow import MlflowClient

ALIAS = "champion"
_LONGEST = 250

Parameter = str | int | float | bool


class TrackedRun:
    """One training run under way; its registered model has the name of ours."""

    def __init__(self, client: "MlflowClient", name: str, run_id: str) -> None:
        self._client = client
        self._name = name
        self.run_id = run_id

    def log_parameters(self, parameters: Mapping[str, Parameter]) -> None:
        """Raises ValueError for a text that is longer than a setting ever is."""
        for key, value in parameters.items():
            if len(str(value)) > _LONGEST:
                raise ValueError(f"the parameter {key} is longer than {_LONGEST} characters")
            self._client.log_param(self.run_id, key, value)

    def log_metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        for key, value in metrics.items():
            self._client.log_metric(self.run_id, key, value, step=step)

    def register(self, folder: Path) -> Manifest:
        """Records a finished version with its metrics and its card (`*.md`); the files stay where they are."""
        manifest = load_manifest(folder, self._name)
        self.log_metrics(manifest.metrics)
        self.log_parameters({"data_hash": manifest.data_hash, "version": manifest.version})
        for path in sorted(manifest.files):
            if path.endswith(".md"):
                self._client.log_text(self.run_id, (folder / path).read_text(encoding="utf-8"), Path(path).name)
        if not self._client.search_registered_models(f"name = '{self._name}'"):
            self._client.create_registered_model(self._name)
        self._client.create_model_version(
            self._name, source=str(folder), run_id=self.run_id, tags={"version": manifest.version}
        )
        return manifest


@contextmanager
def track_run(home: Home, name: str, parameters: Mapping[str, Parameter]) -> Iterator[TrackedRun]:
    """A run that ends as finished or, when the block raises, as failed."""
    client = _connect(home)
    found = client.get_experiment_by_name(name)
    artefacts = (home.mlflow / "artefacts").as_uri()
    experiment = found.experiment_id if found else client.create_experiment(name, artifact_location=artefacts)
    run = TrackedRun(client, name, client.create_run(experiment).info.run_id)
    try:
        run.log_parameters({**parameters, "code_revision": find_code_revision()})
        yield run
    except BaseException:
        client.set_terminated(run.run_id, "FAILED")
        raise
    client.set_terminated(run.run_id, "FINISHED")


def point_champion(home: Home, name: str, version: str | None) -> None:
    """Moves the alias to a version, or takes it away for None; does nothing where no run was ever tracked."""
    if not _database(home).exists():
        return
    client = _connect(home)
    registered = client.search_model_versions(f"name = '{name}'")
    for found in registered:
        if found.tags.get("version") == version:
            client.set_registered_model_alias(name, ALIAS, found.version)
            return
    if registered:
        client.delete_registered_model_alias(name, ALIAS)


def find_champion(home: Home, name: str) -> str | None:
    """The version that carries the alias."""
    client = _connect(home)
    for registered in client.search_registered_models(f"name = '{name}'"):
        if number := registered.aliases.get(ALIAS):
            return str(client.get_model_version(name, number).tags["version"])
    return None


def _connect(home: Home) -> "MlflowClient":
    home.mlflow.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _open_client(f"sqlite:///{_database(home)}")


@cache
def _open_client(address: str) -> "MlflowClient":
    """Importing MLflow takes seconds, so it is done here and not on the way to serving."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=address, registry_uri=address)


def _database(home: Home) -> Path:
    return home.mlflow / "mlflow.db"
