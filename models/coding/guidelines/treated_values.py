"""Electrolytes given as a value and treated: the clinician's treatment makes the finding a diagnosis (III.B).

A value alone is never coded.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from models.coding.document import Sentence
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_statements
from models.coding.guidelines.tables import cite, compile_pattern, rows

_PROBABILITY = 0.6
_RULE = "icd10cm.III.B.treated_value"
# Words that deny or recall what they stand behind, but for a value that they treat.
_ORDERS = frozenset({"replete", "repleted", "replaced", "was replaced"})
_DIGITS = {w: str(i) for i, w in enumerate("zero one two three four five six seven eight nine".split())}
_DIGIT = "|".join(_DIGITS)
# A value behind its name: at most five words between, none of them another number.
_VALUE = (
    r"(?:[^\S\n]|[:=(])+(?:(?!and\b)[a-z<>=~/-]+[^\S\n]+){0,5}?"
    rf"(\d{{1,3}}(?:\.\d+)?|(?:{_DIGIT})[^\S\n]point[^\S\n](?:{_DIGIT}))\b"
)
_NOT_GIVEN = re.compile(
    r"\b(?:no|not|without|hold|held|stop(?:ped)?|unless|if) (?:\w+ ){0,2}$|\b(?:recheck|goal|target)\b[^.;]*$", re.I
)


class _Analyte(NamedTuple):
    value: re.Pattern[str]
    low: float
    high: float
    code: Icd10Cm
    treatment: re.Pattern[str]
    hints: tuple[str, ...]


@cache
def _analytes() -> tuple[_Analyte, ...]:
    return tuple(
        _Analyte(
            compile_pattern(f"(?:{row['name']})" + _VALUE),
            float(row["from"]),
            float(row["to"]),
            Icd10Cm.parse(row["code"]),
            compile_pattern(row["treatment"]),
            tuple(row["hints"].split("|")),
        )
        for row in rows("treated_values")
    )


def code_treated_values(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    made = [draft for analyte in _analytes() for draft in _drafts(analyte, context)]
    return outcome.add(*made)


def _drafts(analyte: _Analyte, context: CodingContext) -> Iterator[Draft]:
    for told in find_statements(analyte.value, context, analyte.hints):
        if analyte.low <= _number(told.match[1]) <= analyte.high and _is_treated(analyte, told):
            yield Draft(analyte.code, _PROBABILITY, (told.mention,)).because(cite(_RULE))


def _number(written: str) -> float:
    whole, _, part = " ".join(written.lower().split()).partition(" point ")
    return float(f"{_DIGITS[whole]}.{_DIGITS[part]}") if part else float(written)


def _is_treated(analyte: _Analyte, told: Statement) -> bool:
    """Whether the rest of the sentence names a treatment that is given."""
    sentence = told.sentence
    if sentence is None or not (told.assertion.is_plain or _is_order(told, sentence)):
        return False
    treatments = analyte.treatment.finditer(told.after)
    return any(not _NOT_GIVEN.search(told.after[: given.start()]) for given in treatments)


def _is_order(told: Statement, sentence: Sentence) -> bool:
    """Whether what seems to deny the value treats it ("K 3.3, replete"); elsewhere it is a state ("iron replete")."""
    cue = told.assertion.cue
    return cue is not None and cue.slice(sentence.text).lower() in _ORDERS
