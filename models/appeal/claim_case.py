"""A denied claim line as a case of independent medical review: its kind, and categories as far as codes tell them."""

from collections.abc import Iterator, Mapping
from functools import cache

from data.appeal_asks import AppealRule
from data.claims import Claim, ClaimLine
from data.notes import PayerKind
from data.reference.rows import read_rows
from models.appeal.review_case import ReviewCase

# California's reviews are of health plans' decisions on their members; Medicare's appeals go elsewhere.
_REVIEWED = frozenset({PayerKind.COMMERCIAL, PayerKind.MANAGED_MEDICAID})
_UNKNOWN = ("", "")
Names = tuple[str, str]


def find_case(claim: Claim, line: ClaimLine | None, rule: AppealRule) -> ReviewCase | None:
    """None where no such review decides, or where no code tells what the case is about."""
    if rule.review is None or claim.payer.kind not in _REVIEWED or line is None:
        return None
    diagnosis = _name_diagnosis(claim, line)
    treatment = _name_treatment(line.procedure.code.compact)
    if diagnosis == treatment == _UNKNOWN:
        return None
    return ReviewCase(rule.review, *diagnosis, *treatment)


def _name_diagnosis(claim: Claim, line: ClaimLine) -> Names:
    """Of the diagnosis that the line points to first."""
    pointed = [claim.diagnoses[one - 1].compact for one in line.diagnosis_pointers if one <= len(claim.diagnoses)]
    known = _load_diagnoses()
    prefixes = (pointed[0][:length] for length in range(len(pointed[0]), 0, -1)) if pointed else ()
    return next((known[prefix] for prefix in prefixes if prefix in known), _UNKNOWN)


def _name_treatment(code: str) -> Names:
    return next((names for first, last, names in _load_treatments() if first <= code <= last), _UNKNOWN)


@cache
def _load_diagnoses() -> Mapping[str, Names]:
    return {
        prefix: (row["diagnosis"], row["detail"])
        for row in read_rows("review_diagnoses.tsv")
        for prefix in row["prefixes"].split()
    }


@cache
def _load_treatments() -> tuple[tuple[str, str, Names], ...]:
    return tuple(_iter_treatments())


def _iter_treatments() -> Iterator[tuple[str, str, Names]]:
    for row in read_rows("review_treatments.tsv"):
        for span in row["codes"].split():
            first, _, last = span.partition("-")
            yield first, last, (row["treatment"], row["detail"])
