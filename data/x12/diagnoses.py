"""Reads the diagnoses of HI segments: ICD-10-CM, or ICD-9-CM for services before October 2015."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from data.codes import Icd10Cm
from data.x12.findings import Finding
from data.x12.log import Mark, ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.values import to_icd9, to_icd10

_REMEMBERED = 1 << 15
# Principal, other, and external cause of injury.
_ICD10 = ("ABK", "ABF", "ABN")
_ICD9 = ("BK", "BF", "BN")

Code = Icd10Cm | str | None


class Diagnoses(NamedTuple):
    """One of the lists is empty. `pointers` has for each place of the 837's list the place in ours."""

    icd10: tuple[Icd10Cm, ...]
    icd9: tuple[str, ...]
    pointers: tuple[int | None, ...]


def read_diagnoses(marks: Sequence[Mark], component: str, log: ProblemLog) -> Diagnoses:
    codes: list[Code] = []
    for mark in marks:
        block, index = mark
        found, findings = _read_codes(block.segments[index], block.delimiters.element, component)
        codes.extend(found)
        for kind, lost, element in findings:
            log.tell(kind, lost, element, mark=mark)
    icd10 = tuple(code for code in codes if isinstance(code, Icd10Cm))
    icd9 = tuple(code for code in codes if isinstance(code, str)) if not icd10 else ()
    if icd10 and any(isinstance(code, str) for code in codes):
        log.tell(ProblemKind.BAD_CODE, Lost.VALUE, mark=marks[0])
    return Diagnoses(icd10, icd9, _place(codes, Icd10Cm if icd10 else str))


def _place(codes: Sequence[Code], kind: type[Icd10Cm] | type[str]) -> tuple[int | None, ...]:
    places: list[int | None] = []
    kept = 0
    for code in codes:
        is_kept = isinstance(code, kind)
        kept += is_kept
        places.append(kept if is_kept else None)
    return tuple(places)


@lru_cache(_REMEMBERED)
def _read_codes(segment: str, element: str, component: str) -> tuple[tuple[Code, ...], tuple[Finding, ...]]:
    """Codes in their places, None where one can't be read; other things than diagnoses are left out."""
    codes: list[Code] = []
    findings: list[Finding] = []
    for position, composite in enumerate(segment.split(element)[1:], start=1):
        kind, _, rest = composite.partition(component)
        if kind not in _ICD10 and kind not in _ICD9:
            continue
        text = rest.split(component, 1)[0]
        try:
            codes.append(to_icd10(text) if kind in _ICD10 else to_icd9(text))
        except ValueError:
            codes.append(None)
            findings.append(Finding(ProblemKind.BAD_CODE, Lost.VALUE, position))
    return tuple(codes), tuple(findings)
