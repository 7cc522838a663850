"""The passes in which the gold notes were coded, and how far two codings of the same notes agree."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from data.claims import Procedure
from data.codes import ProcedureCode
from data.gold import FOLDER, GoldLabels
from data.noun import Diagnosis, Identifier, Modifier, Noun, Positive


class CodedService(Noun):
    procedure: Procedure
    modifiers: tuple[Modifier, ...] = ()
    units: Positive = 1


class Coding(Noun):
    """What one coder would report for one encounter; the first diagnosis is the first-listed one."""

    encounter_id: Identifier
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(min_length=1)]
    procedures: tuple[CodedService, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """F1 is over the codes of all encounters (micro); `first_listed` is a share of encounters."""

    encounters: int
    exact_f1: float
    category_f1: float
    first_listed: float
    procedures_f1: float
    lines_f1: float


def load_pass(name: str, folder: Path = FOLDER) -> list[Coding]:
    lines = (folder / "passes" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Coding.model_validate_json(line) for line in lines]


def required_coding(labels: GoldLabels) -> Coding:
    """The labels without what is optional."""
    services = [
        CodedService(
            procedure=Procedure.model_validate({"system": service.system, "code": service.code}),
            modifiers=service.modifiers,
            units=service.units,
        )
        for service in labels.procedures
        if not service.is_optional
    ]
    codes = tuple(diagnosis.code for diagnosis in labels.diagnoses if not diagnosis.is_optional)
    return Coding(encounter_id=labels.encounter_id, diagnoses=codes, procedures=tuple(services))


def measure_agreement(first: Sequence[Coding], second: Sequence[Coding]) -> Agreement:
    """Both cover the same encounters, else ValueError."""
    pairs = _pair(first, second)
    return Agreement(
        encounters=len(pairs),
        exact_f1=_f1(pairs, lambda coding: frozenset(coding.diagnoses)),
        category_f1=_f1(pairs, lambda coding: frozenset(code.category for code in coding.diagnoses)),
        first_listed=sum(a.diagnoses[0] == b.diagnoses[0] for a, b in pairs) / len(pairs),
        procedures_f1=_f1(pairs, _procedure_codes),
        lines_f1=_f1(pairs, _lines),
    )


def _pair(first: Sequence[Coding], second: Sequence[Coding]) -> list[tuple[Coding, Coding]]:
    others: Mapping[str, Coding] = {coding.encounter_id: coding for coding in second}
    if not first or {coding.encounter_id for coding in first} != set(others):
        raise ValueError("the two codings cover different encounters")
    return [(coding, others[coding.encounter_id]) for coding in first]


def _procedure_codes(coding: Coding) -> frozenset[ProcedureCode]:
    return frozenset(service.procedure.code for service in coding.procedures)


def _lines(coding: Coding) -> frozenset[Hashable]:
    return frozenset((s.procedure.code, frozenset(s.modifiers), s.units) for s in coding.procedures)


def _f1(pairs: Sequence[tuple[Coding, Coding]], codes: Callable[[Coding], frozenset[Hashable]]) -> float:
    """1 where neither side has a code."""
    shared = sum(len(codes(a) & codes(b)) for a, b in pairs)
    total = sum(len(codes(a)) + len(codes(b)) for a, b in pairs)
    return 2 * shared / total if total else 1.0
