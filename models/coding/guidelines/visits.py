"""Visits for something other than a disease: examinations, screening, immunization (I.C.21.c)."""

import re
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from data.notes import Profile, Sex
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_plain, find_statements
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows
from models.coding.headers import SectionKind

_REASON_SECTIONS = frozenset(
    {SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION, SectionKind.DIAGNOSIS, SectionKind.ASSESSMENT}
)
_TOLD_SECTIONS = _REASON_SECTIONS | {SectionKind.HPI, SectionKind.ASSESSMENT_PLAN, SectionKind.OTHER}
# Aftercare that is an operation is told by the operation.
_OPERATED_SECTIONS = _TOLD_SECTIONS | {SectionKind.PROCEDURE}
_AFTERCARE = Codes.parse("Z42-Z49")
_COMES_FOR = re.compile(
    r"\b(?:here|presents?|presenting|comes?(?: in)?|came(?: in)?|seen|visit|in today|returns?|encounter|patient)\b"
    r"[^.;]{0,40}\bfor\b[^.;]{0,25}$|^\W*(?:\d+[.)])?\W*$"
    r"|^\W*\d+[ -]?(?:[MFmf]|yo|y/o|mo|wk|years?[ -]old|months?[ -]old)\b[^.;]{0,20}$",
    re.IGNORECASE,
)
_VACCINE_PROBABILITY = 0.85
_VACCINE_HINTS = ("vaccin", "immuniz", "shot", "booster", "given", "administered")
# A vaccine that someone else gave, or that was given before.
_ELSEWHERE = re.compile(
    r"^[^.;]{0,30}\b(?:(?:at|by) (?:the |a |his |her |their )?(?:local )?(?:pharmac\w+|work|job|school|employer)"
    r"|elsewhere|previously|already"
    r"|in (?:(?:19|20)\d\d|childhood|infancy)|last (?:week|month|year|fall|winter|spring|summer|season))\b",
    re.IGNORECASE,
)
# A service with its day ahead: "suture removal in 10 days".
_LATER = re.compile(
    r"^[\s:,-]*(?:(?:in|at|on|after)\s*)?~?\d+(?:\s*(?:-|to)\s*\d+)?\s*(?:d|days?|wks?|w|weeks?|mos?|months?)\b",
    re.IGNORECASE,
)
_SURE_FINDING = 0.6
_SAYS_ABNORMAL = re.compile(r"\babnormal (?:findings?|for)\b", re.IGNORECASE)
_FINDINGS = Codes.parse("R00-R09 R70-R94")
_WITH_FINDINGS = {"Z0000": "Z0001", "Z00129": "Z00121", "Z01419": "Z01411", "Z0100": "Z0101", "Z0110": "Z01118"}
# Codes beside which an examination needs no code of its own.
_SAYS_MORE = {code: frozenset({other}) for code, other in _WITH_FINDINGS.items()}
_SAYS_MORE["Z0000"] |= {"Z01419", "Z01411"}


class _Reason(NamedTuple):
    pattern: re.Pattern[str]
    code: Icd10Cm
    ages: range
    sex: str
    rule_id: str
    probability: float
    hints: tuple[str, ...]


@cache
def _reasons() -> tuple[_Reason, ...]:
    return tuple(
        _Reason(
            compile_pattern(row["pattern"]),
            Icd10Cm.parse(row["code"]),
            range(int(row["min_age"] or 0), int(row["max_age"] or 130) + 1),
            row["sex"],
            row["rule_id"],
            float(row["probability"]),
            tuple(row["hints"].split("|")),
        )
        for row in rows("visit_reasons")
    )


@cache
def _vaccines() -> tuple[re.Pattern[str], ...]:
    return tuple(compile_pattern(row["pattern"]) for row in rows("vaccines_given"))


def add_visit_reasons(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    if context.profile is not Profile.OUTPATIENT:
        return outcome
    made = [draft for reason in _reasons() if (draft := _reason_draft(reason, context))]
    told = outcome.codes | {draft.code.compact for draft in made}
    made = [draft for draft in made if not told & _SAYS_MORE.get(draft.code.compact, frozenset())]
    vaccine = next((s for p in _vaccines() for s in find_statements(p, context, _VACCINE_HINTS) if _is_given(s)), None)
    if vaccine:
        draft = Draft(Icd10Cm("Z23"), _VACCINE_PROBABILITY, (vaccine.mention,))
        made.append(draft.because(cite("icd10cm.I.C.21.c.2.immunization")))
    return outcome.add(*made)


def settle_findings(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """An examination that found something abnormal says so."""
    examined = [draft for draft in outcome.drafts if draft.code.compact in _WITH_FINDINGS]
    if examined and _has_findings(outcome, context):
        for draft in examined:
            code = _WITH_FINDINGS[draft.code.compact]
            why = cite("icd10cm.I.C.21.c.13.examination")
            outcome = outcome.exchange(draft, draft.recoded(Icd10Cm(code), why, keep_as_alternative=True))
    return outcome


def _has_findings(outcome: GuidelineOutcome, context: CodingContext) -> bool:
    floor = max(_SURE_FINDING, context.min_probability)
    is_found = any(draft.code in _FINDINGS and draft.probability >= floor for draft in outcome.drafts)
    return is_found or any(find_plain(_SAYS_ABNORMAL, context))


def _reason_draft(reason: _Reason, context: CodingContext) -> Draft | None:
    patient = context.patient
    is_other_sex = bool(reason.sex) and patient.sex in (Sex.FEMALE, Sex.MALE) and patient.sex != reason.sex
    if is_other_sex or (patient.age_years is not None and patient.age_years not in reason.ages):
        return None
    told = next((s for s in find_statements(reason.pattern, context, reason.hints) if _is_reason(s, reason.code)), None)
    if told is None or (patient.age_years is None and reason.ages.start > 0 and reason.ages.stop <= 18):
        return None
    draft = Draft(reason.code, reason.probability, (told.mention,))
    return draft.because(cite(reason.rule_id))


def _is_reason(told: Statement, code: Icd10Cm) -> bool:
    """Whether the words tell why the patient came, not what is planned or was done before."""
    sections = _OPERATED_SECTIONS if code in _AFTERCARE else _TOLD_SECTIONS
    if told.section not in sections or not _is_done(told) or _LATER.search(told.after):
        return False
    if told.section in _REASON_SECTIONS or told.section is SectionKind.PROCEDURE:
        return True
    return told.sentence is not None and _COMES_FOR.search(told.before) is not None


def _is_given(told: Statement) -> bool:
    return _is_done(told) and not _ELSEWHERE.search(told.after)


def _is_done(told: Statement) -> bool:
    assertion = told.assertion
    return not (assertion.is_negated or assertion.is_historical or assertion.is_family)
