"""The denial model on disk: trees as text, counts as arrays, everything else as JSON, all named in the manifest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.notes import PayerKind
from data.reviews import ReasonCategory
from models.artifacts import ArtefactError, Manifest, load_manifest
from models.denial.boosting import BoostedTrees
from models.denial.calibration import ClaimCalibration, LineCalibration
from models.denial.charges import ChargeBook
from models.denial.features import FEATURES, Books
from models.denial.operating_points import OperatingPoint
from models.denial.rates import RateBook
from models.denial.reasons import CarcBook
from models.denial.services import ServiceBook

NAME = "denial"
Arrays = Mapping[str, np.ndarray[Any, Any]]
_PATIENTS = "patient_"
LINES, REASONS, BOOKS, SETTINGS = "lines.txt", "reasons.txt", "books.npz", "settings.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """`categories` are the classes of the reason model, in order; `thresholds` are probabilities of a claim."""

    lines: LineCalibration
    claims: ClaimCalibration
    categories: Sequence[ReasonCategory]
    thresholds: Mapping[OperatingPoint, float]
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class DenialArtefact:
    line_trees: BoostedTrees
    reason_trees: BoostedTrees
    books: Books
    carcs: CarcBook
    settings: Settings


def save_artefact(
    folder: Path, *, line_trees: str, reason_trees: str, books: Books, carcs: CarcBook, settings: Settings
) -> None:
    """Writes the files; the caller adds the model card and seals the folder with its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LINES).write_text(line_trees, encoding="utf-8")
    (folder / REASONS).write_text(reason_trees, encoding="utf-8")
    np.savez_compressed(folder / BOOKS, **_to_arrays(books))  # type: ignore[arg-type]
    content = {**asdict(settings), **carcs.as_json()}
    (folder / SETTINGS).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load_artefact(folder: Path, patient_key: bytes = b"") -> tuple[Manifest, DenialArtefact]:
    """Without the home's `patient_key` every patient is a new one to the model.

    Raises ArtefactError when a file is not what the manifest says, or was made for other features.
    """
    manifest = load_manifest(folder, NAME)
    trees, reasons = BoostedTrees.load(folder / LINES), BoostedTrees.load(folder / REASONS)
    if trees.features != FEATURES or reasons.features != FEATURES:
        raise ArtefactError(f"{folder.name} was trained on other features than this version computes")
    content = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    with np.load(folder / BOOKS, allow_pickle=False) as arrays:
        books = _from_arrays(arrays, patient_key)
    return manifest, DenialArtefact(
        trees, reasons, books, CarcBook(content["claims_answered"], content["carcs"]), _read_settings(content)
    )


def _read_settings(content: Mapping[str, Any]) -> Settings:
    claims = content["claims"]
    return Settings(
        lines=LineCalibration(**content["lines"]),
        claims=ClaimCalibration(**{**claims, "kinds": {PayerKind(k): v for k, v in claims["kinds"].items()}}),
        categories=tuple(ReasonCategory(name) for name in content["categories"]),
        thresholds={OperatingPoint(name): value for name, value in content["thresholds"].items()},
        is_synthetic=content["is_synthetic"],
    )


def _to_arrays(books: Books) -> Arrays:
    charges, services = sorted(books.charges.items()), sorted(books.services.items())
    return {
        **_rates_to_arrays(books.rates, ""),
        **_rates_to_arrays(books.patients, _PATIENTS),
        "charge_keys": np.array([key for key, _ in charges], dtype=np.uint64),
        "charges": np.array([sums for _, sums in charges], dtype=np.float64),
        "service_keys": np.array([key for key, _ in services], dtype=np.uint64),
        "service_days": np.array([day for _, day in services], dtype=np.int32),
    }


def _rates_to_arrays(book: RateBook, prefix: str) -> Arrays:
    """Gaps between ascending keys compress better than the keys."""
    keys, (*counts, recent_count, recent_denied, days) = book.as_columns()
    return {
        f"{prefix}key_gaps": np.diff(np.array(keys, dtype=np.uint64), prepend=np.uint64(0)),
        f"{prefix}counts": np.column_stack(counts).astype(np.uint32),
        f"{prefix}recent": np.column_stack([recent_count, recent_denied]).astype(np.float32),
        f"{prefix}days": days.astype(np.int32),
        f"{prefix}last_day": np.array(book.day, dtype=np.int32),
    }


def _from_arrays(arrays: Arrays, patient_key: bytes) -> Books:
    charges = zip(arrays["charge_keys"].tolist(), arrays["charges"].tolist(), strict=True)
    services = zip(arrays["service_keys"].tolist(), arrays["service_days"].tolist(), strict=True)
    return Books(
        _rates_from_arrays(arrays, ""),
        ChargeBook({key: (sums[0], sums[1]) for key, sums in charges}),
        ServiceBook(dict(services), patient_key),
        _rates_from_arrays(arrays, _PATIENTS),
    )


def _rates_from_arrays(arrays: Arrays, prefix: str) -> RateBook:
    columns = (*arrays[f"{prefix}counts"].T, *arrays[f"{prefix}recent"].T, arrays[f"{prefix}days"])
    keys, last_day = np.cumsum(arrays[f"{prefix}key_gaps"]), arrays[f"{prefix}last_day"]
    return RateBook(keys.tolist(), [column.tolist() for column in columns], int(last_day))
