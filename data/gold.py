"""The gold set: invented notes and the codes that its writers settled on. Its README says what the labels mean."""

import csv
import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from data.claims import Procedure
from data.codes import CodeSystem, parse_code
from data.notes import Encounter, Profile
from data.noun import Diagnosis, Flag, Identifier, Modifier, Noun, Positive
from data.suggestions import Evidence, Role

FOLDER = Path(__file__).parent / "gold"
# Notes of the same format that were coded once, by their writers: for training and tuning, never for evaluation.
CODED_ONCE = Path(__file__).parent / "coded_once"


class Split(StrEnum):
    """train and dev may be learned from and tuned on; test is read for evaluation only."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


class TrapReason(StrEnum):
    """Why a code that a note seems to call for must not be suggested."""

    NEGATED = "negated"
    FAMILY = "family"
    HISTORICAL = "historical"
    UNCERTAIN = "uncertain"
    PLANNED = "planned"
    INTEGRAL_SYMPTOM = "integral_symptom"
    SUPERSEDED = "superseded"
    EXCLUDED = "excluded"
    BUNDLED = "bundled"
    NOT_ADDRESSED = "not_addressed"


Proof = Annotated[tuple[Evidence, ...], Field(min_length=1)]


class GoldDiagnosis(Noun):
    """A diagnosis in its place on the claim. Any of `alternatives` is as right as `code`.

    An optional one may be reported and may be left out: neither is an error.
    """

    code: Diagnosis
    role: Role
    is_optional: Flag = False
    evidence: Proof
    alternatives: tuple[Diagnosis, ...] = ()


class GoldProcedure(Noun):
    """A billed service; `linked_diagnoses` are those it was done for, the most important one first."""

    system: CodeSystem
    code: str
    modifiers: tuple[Modifier, ...] = ()
    units: Positive = 1
    linked_diagnoses: Annotated[tuple[Diagnosis, ...], Field(min_length=1)]
    is_optional: Flag = False
    evidence: Proof
    alternatives: tuple[Procedure, ...] = ()

    @model_validator(mode="after")
    def _check_code(self) -> Self:
        Procedure.model_validate({"system": self.system, "code": self.code})
        return self


class Trap(Noun):
    """A code that must not be suggested, and the words that invite it."""

    system: CodeSystem
    code: str
    reason: TrapReason
    evidence: Proof

    @model_validator(mode="after")
    def _check_code(self) -> Self:
        if parse_code(self.system, self.code).dotted != self.code:
            raise ValueError("a code is written as its system prints it")
        return self


class GoldLabels(Noun):
    """What one encounter is coded as; diagnoses in the order in which they are reported."""

    encounter_id: Identifier
    profile: Profile
    diagnoses: Annotated[tuple[GoldDiagnosis, ...], Field(min_length=1)]
    procedures: tuple[GoldProcedure, ...] = ()
    traps: tuple[Trap, ...] = ()

    @model_validator(mode="after")
    def _check_coherence(self) -> Self:
        codes = [diagnosis.code for diagnosis in self.diagnoses]
        roles = [diagnosis.role for diagnosis in self.diagnoses]
        if len(set(codes)) != len(codes):
            raise ValueError("a diagnosis is labelled once")
        if roles != [Role.FIRST_LISTED] + [Role.SECONDARY] * (len(roles) - 1) or self.diagnoses[0].is_optional:
            raise ValueError("the first diagnosis, and no other, is first-listed; it is not optional")
        if any(not set(procedure.linked_diagnoses) <= set(codes) for procedure in self.procedures):
            raise ValueError("a procedure is linked to diagnoses of the same encounter")
        if self._accepted() & {(trap.system, trap.code) for trap in self.traps}:
            raise ValueError("a trap is not a code that is accepted")
        return self

    def _accepted(self) -> set[tuple[CodeSystem, str]]:
        diagnoses = {(CodeSystem.ICD10CM, code.dotted) for d in self.diagnoses for code in (d.code, *d.alternatives)}
        others = {(other.code.system, other.code.dotted) for p in self.procedures for other in p.alternatives}
        return diagnoses | others | {(procedure.system, procedure.code) for procedure in self.procedures}


class GoldCase(Noun):
    """An encounter with its labels. `style` and `specialty` are for the breakdown of results, not features."""

    encounter: Encounter
    labels: GoldLabels
    split: Split
    style: str
    specialty: str


def load_gold(*splits: Split, folder: Path = FOLDER) -> list[GoldCase]:
    """The cases of the named splits by id. Naming them is required, so that nobody learns from the test by default."""
    if not splits:
        raise ValueError("name the splits to load: train, dev, test")
    return [_read_case(folder, name, split) for name, split in read_splits(folder).items() if split in splits]


def read_splits(folder: Path = FOLDER) -> dict[str, Split]:
    with (folder / "splits.tsv").open(encoding="utf-8", newline="") as file:
        return {row["encounter_id"]: Split(row["split"]) for row in csv.DictReader(file, delimiter="\t")}


def assign_split(encounter_id: str) -> Split:
    """By a hash of the id alone, 40 : 20 : 40, so that a new note never moves an old one."""
    bucket = int(hashlib.sha256(encounter_id.encode()).hexdigest(), 16) % 100
    return Split.TRAIN if bucket < 40 else Split.DEV if bucket < 60 else Split.TEST


def each_evidence(labels: GoldLabels) -> Iterator[Evidence]:
    supported: tuple[GoldDiagnosis | GoldProcedure | Trap, ...]
    supported = (*labels.diagnoses, *labels.procedures, *labels.traps)
    for labelled in supported:
        yield from labelled.evidence


def _read_case(folder: Path, name: str, split: Split) -> GoldCase:
    note, labels = (_read_json(folder / part / f"{name}.json") for part in ("notes", "labels"))
    described = {"style": note.pop("style"), "specialty": note.pop("specialty")}
    return GoldCase.model_validate({"encounter": note, "labels": labels, "split": split, **described})


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
