"""`chartcode train coding`: a new version of the coding model in the registry, never touching the one that serves."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp

from data.canonical import sha256_hex
from data.code_library import CodeLibrary, load_library
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.gold import CODED_ONCE, FOLDER, Split, load_gold
from data.home import Home
from data.notes import Profile
from data.reference.rows import find_tables
from data.store.session import Store
from data.synonyms import SYNONYM_TABLES
from models.artifacts import hash_file, load_manifest, read_manifest, write_manifest
from models.coding.policy import Policy
from models.coding.recognize import Recognizer
from models.coding.suggest import open_suggester
from models.registry import ModelRegistry
from training.code_revision import name_training
from training.coding_card import as_table, write_card
from training.coding_config import CodingConfig, TrainingData
from training.coding_evaluation import evaluate_notes, score_notes
from training.coding_full import train_full
from training.coding_incremental import learn_incrementally
from training.coding_sources import read_codiesp
from training.decided_notes import DecidedNotes, all_coded, read_decided
from training.gold_evaluation import evaluate_gold, suggest_cases
from training.learned_notes import find_base, read_learned, write_base, write_learned

NAME = "coding"


class NothingToLearnError(ValueError):
    """There is neither training data nor a decision to learn from."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What one training run reads. `data` is None when the champion learns from decisions alone."""

    config: CodingConfig
    code_set: CodeSet
    data: TrainingData | None
    decided: Sequence[DecidedNotes]

    def hash(self) -> str:
        """SHA-256 of the configuration and everything that is learned from."""
        digest = hashlib.sha256(self.config.model_dump_json().encode())
        for path in (*_own_tables(), *(self.data.files(self.config.sources) if self.data else ())):
            digest.update(hash_file(path).encode())
        for one in self.decided:
            for note in one.documents:
                digest.update(hashlib.sha256(note.text.encode()).digest())
            digest.update(repr(one.codes).encode())
        return digest.hexdigest()


def train_coding(
    home: Home, config: Path | None = None, as_of: datetime | None = None, store: Store | None = None
) -> Path:
    """Trains a version and returns its folder: seconds from decisions, about 15 minutes from the ground up.

    What was trained before, from the same data by the same code on the same day, is returned as it is.
    Decisions recorded at or after `as_of` (default now) do not exist for it.
    Raises ConfigError, or NothingToLearnError.
    """
    moment = as_of or datetime.now(UTC)
    run = _prepare(home, config, moment, store)
    registry = ModelRegistry(home)
    data_hash = run.hash()
    version = f"{moment:%Y-%m-%d}-{name_training(data_hash)}"
    if version in registry.versions(NAME):
        return registry.find_version(NAME, version)
    draft = Path(mkdtemp(dir=registry.drafts(NAME)))
    try:
        metrics = _fill(draft, version, run, find_start(registry), home.cache)
        releases = {CodeSystem.ICD10CM.value: run.code_set.release}
        write_manifest(
            draft, name=NAME, version=version, data_hash=data_hash, code_set_releases=releases, metrics=metrics
        )
        return registry.add_version(NAME, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _prepare(home: Home, path: Path | None, moment: datetime, store: Store | None) -> _Run:
    config = CodingConfig.load(path)
    decided = read_decided(store, moment) if store is not None else []
    data = TrainingData.find() if config.mode != "incremental" else None
    if data is None and (config.mode == "full" or not decided):
        raise NothingToLearnError("there is no training data (CHARTCODE_SHARED_DATA) and no decision to learn from")
    return _Run(config, _find_code_set(home), data, decided)


def _find_code_set(home: Home) -> CodeSet:
    code_set = load_library(home).latest(CodeSystem.ICD10CM)
    if code_set is None:
        raise NothingToLearnError("there is no ICD-10-CM release to learn codes of")
    return code_set


def find_start(registry: ModelRegistry) -> Path:
    """What decisions are learned on top of: the champion, or what it had itself been learned on top of.

    All decisions are learned anew each time, so a version that has learned them already would count them twice.
    """
    champion = registry.champion(NAME)
    base = find_base(champion)
    if base is None:
        return champion
    return registry.find_version(NAME, base) if base in registry.versions(NAME) else registry.default(NAME)


def _without_learned(decided: Sequence[DecidedNotes], start: Path) -> list[DecidedNotes]:
    """What a version from the ground up had in its training is not learned once more on top of it."""
    learned = read_learned(start)
    return [one for one in decided if not all(sha256_hex(note.text) in learned for note in one.documents)]


def _fill(draft: Path, version: str, run: _Run, start: Path, work: Path) -> dict[str, float]:
    """Writes everything but the manifest; the metrics that go into it."""
    metrics: dict[str, float] = {}
    if run.data is not None:
        metrics = train_full(draft, work, run.data, run.config, run.code_set, all_coded(run.decided)).metrics
        write_learned(draft, draft, (note.text for one in run.decided for note in one.documents))
    else:
        decided = _without_learned(run.decided, start)
        learn_incrementally(draft, start, decided, run.config.incremental.weight, run.code_set)
        write_base(draft, read_manifest(start).version)
    metrics |= measure_on_gold(draft, run.code_set)
    write_card(draft, version, decisions=len(run.decided), metrics=metrics, is_full=run.data is not None)
    return metrics


def _own_tables() -> list[Path]:
    """The project's own words and gold labels."""
    names = (*find_tables(SYNONYM_TABLES), "word_variants.tsv")
    reference = [Path(str(files("data.reference") / name)) for name in names]
    return [*reference, *sorted(path for folder in (FOLDER, CODED_ONCE) for path in (folder / "labels").glob("*.json"))]


def measure_on_gold(folder: Path, code_set: CodeSet, *splits: Split) -> dict[str, float]:
    """Measures of suggestion sets on the project's gold notes, by default those for development."""
    cases = load_gold(*(splits or (Split.DEV,)))
    suggester = open_suggester(folder, CodeLibrary.of(code_set), "measured")
    return evaluate_gold(cases, suggest_cases(suggester, cases))


def evaluate_coding(home: Home, folder: Path, *splits: Split) -> str:
    """A table of measures: on the gold notes, and on held-out case reports where they are at hand."""
    manifest = load_manifest(folder, NAME)
    code_set = _find_code_set(home)
    metrics = measure_on_gold(folder, code_set, *splits)
    data = TrainingData.find()
    if data is not None:
        reports = data.folder / CodingConfig.load().sources.codiesp
        seen = frozenset(code for report in read_codiesp(reports, "train") for code in report.codes)
        held = score_notes(Recognizer.load(folder, code_set), read_codiesp(reports, "dev"))
        threshold = Policy.load(folder).of(Profile.MENTIONS).suggested
        metrics |= evaluate_notes(held, threshold, seen).metrics
    return f"coding {manifest.version}\n\n{as_table(metrics)}"
