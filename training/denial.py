"""`chartcode train denial`: a new version of the denial model in the registry, never touching the one that serves."""

import hashlib
import logging
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp

from data.home import Home
from data.patient_key import make_patient_key
from data.store.session import Store
from models.artifacts import write_manifest
from models.denial.artefact import NAME, load_artefact, save_artefact
from models.registry import ModelRegistry
from training.code_revision import name_training
from training.denial_card import write_card
from training.denial_config import DenialConfig
from training.denial_evaluation import Evaluation, evaluate, refuse_leak
from training.denial_history import History, make_history, read_history
from training.denial_model import FittedModel, fit_model, months_before

_log = logging.getLogger(__name__)


def train_denial(
    home: Home, config: Path | None = None, as_of: datetime | None = None, store: Store | None = None
) -> Path:
    """Trains a version and returns its folder; three minutes on the synthetic world.

    It learns from the operator's claims when enough of them were answered before `as_of` (default now), else from the
    synthetic world. Raises ConfigError, or SuspectedLeakError instead of leaving a version that looks too good.
    """
    settings = DenialConfig.load(config)
    moment = as_of or datetime.now(UTC)
    history = _find_history(home, settings, moment, store)
    model, evaluation = fit_and_measure(history, settings)
    refuse_leak(evaluation)
    registry = ModelRegistry(home)
    draft = Path(mkdtemp(dir=registry.drafts(NAME)))
    try:
        _fill(draft, model, evaluation, history, settings, moment)
        return registry.add_version(NAME, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def evaluate_denial(home: Home, folder: Path, config: Path | None = None) -> str:
    """The table of measures of a version: a synthetic one is measured anew, one from own claims has it in its card."""
    _, artefact = load_artefact(folder)
    if not artefact.settings.is_synthetic:
        return (folder / "model_card.md").read_text("utf8").split("## How well it does\n")[1].split("\n## ")[0]
    history = make_history(home, DenialConfig.load(config).world)
    return "Synthetic world, months after training.\n" + evaluate(artefact, history.future, history).as_table()


def _find_history(home: Home, config: DenialConfig, moment: datetime, store: Store | None) -> History:
    if store is not None:
        history = read_history(home, store, moment)
        if len(history.past) >= config.history.minimum_claims:
            return replace(history, patient_key=make_patient_key(home))
        _log.warning(
            "%d claims have an answer of their payer, fewer than %d: training on the synthetic world instead",
            len(history.past),
            config.history.minimum_claims,
        )
    return make_history(home, config.world)


def fit_and_measure(history: History, config: DenialConfig) -> tuple[FittedModel, Evaluation]:
    """The synthetic world has a future to be measured on; an operator's last months take its place."""
    if history.future:
        model = fit_model(history, config)
        return model, evaluate(model.artefact, history.future, history)
    with ProcessPoolExecutor(1, get_context("fork"), initializer=_hold, initargs=(history, config)) as beside:
        evaluation = beside.submit(_measure_on_last_months)
        return fit_model(history, config), evaluation.result()


_held: tuple[History, DenialConfig] | None = None


def _hold(history: History, config: DenialConfig) -> None:
    """A fork has what is in memory: nothing is sent but the result."""
    global _held  # noqa: PLW0603 - a worker process holds one history
    _held = history, config


def _measure_on_last_months() -> Evaluation:
    """Of a model of the months before, fitted in a process beside the one that fits the model that is kept."""
    if _held is None:
        raise RuntimeError("the worker has no history")
    history, config = _held
    cut = months_before(history.as_of, config.history.evaluation_months)
    earlier = replace(history, as_of=cut, past=[one for one in history.past if one.known_on < cut])
    later = [one for one in history.past if one.claim.prepared_on >= cut]
    return evaluate(fit_model(earlier, config).artefact, later, history)


def _fill(
    draft: Path, model: FittedModel, evaluation: Evaluation, history: History, config: DenialConfig, moment: datetime
) -> None:
    digest = hashlib.sha256((config.model_dump_json() + history.digest).encode()).hexdigest()
    day = history.as_of if history.is_synthetic else moment.date()
    version = f"{'synthetic-' if history.is_synthetic else ''}{day:%Y-%m-%d}-{name_training(digest)}"
    save_artefact(
        draft,
        line_trees=model.line_trees,
        reason_trees=model.reason_trees,
        books=model.artefact.books,
        carcs=model.artefact.carcs,
        settings=model.artefact.settings,
    )
    write_card(draft, version, claims=len(history.past), is_synthetic=history.is_synthetic, evaluation=evaluation)
    write_manifest(
        draft,
        name=NAME,
        version=version,
        data_hash=digest,
        code_set_releases=history.releases,
        metrics=evaluation.metrics | _counts(history),
    )


def _counts(history: History) -> dict[str, float]:
    answered = float(len(history.past))
    return {"real_claims": 0.0 if history.is_synthetic else answered, "training_claims": answered}
