"""Pregnancy: the trimester and the weeks of gestation (I.C.15)."""

import re

from data.codes import Icd10Cm
from data.notes import Profile
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.sides import find_childbirth_code, find_trimester_code
from models.coding.guidelines.statements import Statement, find_plain
from models.coding.guidelines.tables import Codes, cite

_PREGNANCY = Codes.parse("O09-O82 O88.01 O88.11 O88.21 O88.31 O88.81 O94-O9A Z34 Z33.1")
_CHAPTER_15 = Codes.parse("O00-O9A")
_INCIDENTAL = Codes.parse("Z33.1 Z34")
_AFTERWARDS = Codes.parse("Z39")
_DELIVERED = Codes.parse("O80 O82 Z37")
_UNIT = r"(?:weeks?|wks?|w)"
_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_NUMBERS = {word: number for number, word in enumerate(_ONES + _TEENS, 1)} | {"twenty": 20, "thirty": 30, "forty": 40}
_WORDS = rf"(?:twenty|thirty|forty)(?:[ -](?:{'|'.join(_ONES)}))?|{'|'.join(_ONES[3:] + _TEENS)}"
_DAYS = rf"(?:\s*(?:,|and)?\s*(?:\d|{'|'.join(_ONES[:6])})\s*(?:days?|d\b|/\s*7))"
_WEEKS = re.compile(
    rf"\b(\d{{1,2}})\s*(?:(?:{_UNIT}\s*)?\+\s*[0-6]\b|{_UNIT}{_DAYS}|\s[0-6]\s*/\s*7\b(?:\s*{_UNIT})?)"
    rf"|\b(\d{{1,2}})[ -]*{_UNIT}\b(?=['’]?\s*(?:gestation(?:al age)?|pregnant|ga\b|iup|intrauterine|preg\b))"
    rf"|\b(\d{{1,2}}|{_WORDS})[ -]*{_UNIT}\b(?= (?:by (?:dates|lmp)|pregnant|gestation)\b)|\b({_WORDS}) {_UNIT}{_DAYS}"
    r"|\b(?:gestational age|ega|ga|gestation|iup|pregnant)\b[ :of@at]*(\d{1,2})(?=\s*(?:\+|w|weeks?|wks?|\s\d/7|\b))",
    re.IGNORECASE,
)
# What was or will be at other weeks: the scan that dated the pregnancy, the plan, the pregnancy before.
_ELSEWHEN = re.compile(
    r"\b(?:by|until|till|prior|previous|last|past|return|rtc|repeat|plan\w*|deliver\w* (?:at|by)|c/s at"
    r"|induc\w+ (?:at|by)|dated|history|h/o|hx)\b[^.;]{0,25}$",
    re.IGNORECASE,
)
# An admission that spans weeks takes those of its first day.
_ADMITTED = re.compile(r"\b(?:admi(?:tted|ssion)|came|presented|arrived)\b[^.;]{0,40}$", re.IGNORECASE)
_OF_A_SCAN = re.compile(r"^[ ,-]*(?:u/?s\b|ultrasound|scan|sono\w*|crl|dating|ago)", re.IGNORECASE)
_TRIMESTERS = {"first": "first", "1st": "first", "second": "second", "2nd": "second", "third": "third", "3rd": "third"}
_TRIMESTER = re.compile(r"\b(first|second|third|1st|2nd|3rd)[ -]tri(?:mester)?\b", re.IGNORECASE)


def code_gestation(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Trimesters by the stated weeks, Z3A for them, and no incidental pregnancy beside codes of chapter 15."""
    if outcome.acting(context, _CHAPTER_15):
        outcome = outcome.withhold([d for d in outcome.drafts if d.code in _INCIDENTAL], WithheldReason.EXCLUDED)
    if outcome.acting(context, _DELIVERED):
        outcome = _code_childbirth(outcome, _carried(outcome), context)
    carried = _carried(outcome)
    if not carried:
        return outcome
    stated = None if outcome.acting(context, _AFTERWARDS) else find_weeks(context)
    if stated is None:
        trimester = _stated_trimester(context)
        return _code_trimesters(outcome, carried, trimester, context) if trimester else outcome
    weeks, statement = stated
    outcome = _code_trimesters(outcome, carried, _trimester_of(weeks), context)
    made = Draft(_weeks_code(weeks), max(d.probability for d in carried), (statement.mention,))
    return outcome.add(made.because(cite("icd10cm.I.C.21.c.11.weeks")))


def _carried(outcome: GuidelineOutcome) -> list[Draft]:
    """The drafts of a pregnancy that goes on, or ended with this delivery."""
    return [draft for draft in outcome.drafts if draft.code in _PREGNANCY]


def find_weeks(context: CodingContext) -> tuple[int, Statement] | None:
    """The weeks that the notes state for the visit: the number named most, the first of equals; of a stay that of its
    admission, where the notes name it."""
    found: dict[int, list[Statement]] = {}
    for statement in find_plain(_WEEKS, context):
        weeks = _read_number(next(group for group in statement.match.groups() if group))
        if 4 <= weeks <= 42 and _is_of_today(statement):
            found.setdefault(weeks, []).append(statement)
    if context.profile is Profile.INPATIENT:
        admitted = {
            weeks: told for weeks, all_told in found.items() if (told := list(filter(_is_of_admission, all_told)))
        }
        found = admitted or found
    named = max(found.items(), key=lambda item: len(item[1]), default=None)
    return (named[0], named[1][0]) if named else None


def _read_number(stated: str) -> int:
    words = re.split("[ -]", stated.lower())
    return int(stated) if stated.isdigit() else sum(_NUMBERS[word] for word in words)


def _is_of_admission(statement: Statement) -> bool:
    return _ADMITTED.search(statement.before) is not None


def _is_of_today(statement: Statement) -> bool:
    return not _ELSEWHEN.search(statement.before) and not _OF_A_SCAN.match(statement.after)


def _stated_trimester(context: CodingContext) -> str | None:
    stated = {_TRIMESTERS[found.match[1].lower()] for found in find_plain(_TRIMESTER, context)}
    return next(iter(stated)) if len(stated) == 1 else None


def _trimester_of(weeks: int) -> str:
    return "first" if weeks < 14 else "second" if weeks < 28 else "third"


def _code_trimesters(
    outcome: GuidelineOutcome, carried: list[Draft], trimester: str, context: CodingContext
) -> GuidelineOutcome:
    for draft in carried:
        code = context.code_set and find_trimester_code(draft.code.compact, trimester, context.code_set)
        if code and code != draft.code.compact:
            changed = draft.recoded(Icd10Cm(code), cite("icd10cm.I.C.15.a.3.trimester"))
            outcome = outcome.exchange(draft, changed)
    return outcome


def _code_childbirth(outcome: GuidelineOutcome, carried: list[Draft], context: CodingContext) -> GuidelineOutcome:
    """The record of a delivery says what complicated it, where there is a code for that (I.C.15.a.3)."""
    for draft in carried:
        code = context.code_set and find_childbirth_code(draft.code.compact, context.code_set)
        if code:
            outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(code), cite("icd10cm.I.C.15.a.3.childbirth")))
    return outcome


def _weeks_code(weeks: int) -> Icd10Cm:
    return Icd10Cm("Z3A01" if weeks < 8 else f"Z3A{weeks:02d}")
