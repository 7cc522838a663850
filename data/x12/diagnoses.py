"""Reads the diagnoses of HI segments: ICD-10-CM, or ICD-9-CM for services before October 2015."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from data.codes import Icd10Cm
from data.x12.log import Mark, ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.values import to_icd9, to_icd10

_REMEMBERED = 1 << 16
# Principal, other, and external cause of injury.
_ICD10 = ("ABK", "ABF", "ABN")
_ICD9 = ("BK", "BF", "BN")

Code = Icd10Cm | str | None


class Diagnoses(NamedTuple):
    """One of the lists is empty. `pointers` has for each place of the 837's list the place in ours."""

    icd10: tuple[Icd10Cm, ...]
    icd9: tuple[str, ...]
    pointers: Sequence[int | None]


def read_diagnoses(marks: Sequence[Mark], component: str, log: ProblemLog) -> Diagnoses:
    codes: list[Code] = []
    for mark in marks:
        block, index = mark
        composites = block.segments[index].split(block.delimiters.element)
        for position in range(1, len(composites)):
            is_diagnosis, code = _read_code(composites[position], component)
            if is_diagnosis:
                codes.append(code)
                if code is None:
                    log.tell(ProblemKind.BAD_CODE, Lost.VALUE, position, mark=mark)
    icd10 = tuple([code for code in codes if type(code) is Icd10Cm])
    if len(icd10) == len(codes):
        return Diagnoses(icd10, (), range(1, len(codes) + 1))
    return _sort(codes, icd10, marks, log)


def _sort(codes: Sequence[Code], icd10: tuple[Icd10Cm, ...], marks: Sequence[Mark], log: ProblemLog) -> Diagnoses:
    """Where not all are ICD-10-CM codes."""
    if not icd10:
        return Diagnoses((), tuple(code for code in codes if isinstance(code, str)), _place(codes, str))
    if any(isinstance(code, str) for code in codes):
        log.tell(ProblemKind.BAD_CODE, Lost.VALUE, mark=marks[0])
    return Diagnoses(icd10, (), _place(codes, Icd10Cm))


def _place(codes: Sequence[Code], kind: type[Icd10Cm] | type[str]) -> tuple[int | None, ...]:
    places: list[int | None] = []
    kept = 0
    for code in codes:
        is_kept = isinstance(code, kind)
        kept += is_kept
        places.append(kept if is_kept else None)
    return tuple(places)


@lru_cache(_REMEMBERED)
def _read_code(composite: str, component: str) -> tuple[bool, Code]:
    """Whether it is a diagnosis, and its code: None when it can't be read."""
    kind, _, rest = composite.partition(component)
    if kind not in _ICD10 and kind not in _ICD9:
        return False, None
    text = rest.split(component, 1)[0]
    try:
        return True, to_icd10(text) if kind in _ICD10 else to_icd9(text)
    except ValueError:
        return True, None
