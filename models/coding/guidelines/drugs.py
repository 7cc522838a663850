"""Long-term drug therapy: Z79 beside the condition that the drug is taken for."""

import re
from functools import cache

from data.codes import Icd10Cm
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_statements
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows
from models.coding.headers import SectionKind

_STOPPED = re.compile(
    r"\b(?:stop(?:ped)?|discontinue[ds]?|d/c'?d?|held|hold|holding|off|refuses?|declines?|allerg\w+|intoleran\w+"
    r"|failed|no longer|previously|sliding scale|ssi)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(r"^[^.;]{0,25}\b(?:sliding scale|ssi|was stopped|was discontinued|taper|for \d+ days)\b", re.I)
_NOT_TAKEN = frozenset({SectionKind.ALLERGIES, SectionKind.FAMILY_HISTORY, SectionKind.DIFFERENTIAL})


@cache
def _drugs() -> tuple[tuple[Icd10Cm, re.Pattern[str], Codes, str], ...]:
    return tuple(
        (Icd10Cm.parse(row["code"]), compile_pattern(row["drugs"]), Codes.parse(row["conditions"]), row["rule_id"])
        for row in rows("long_term_drugs")
    )


def code_long_term_drugs(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    for code, drugs, conditions, rule_id in _drugs():
        treated = [d for d in outcome.drafts if d.code in conditions and d.probability >= context.min_probability]
        taken = next((s for s in find_statements(drugs, context) if _is_taken(s)), None) if treated else None
        if taken:
            made = Draft(code, max(d.probability for d in treated), (taken.mention,)).because(cite(rule_id))
            outcome = outcome.with_drafts((*outcome.drafts, made))
    return outcome


def _is_taken(found: Statement) -> bool:
    assertion = found.assertion
    if found.sentence is None or found.section in _NOT_TAKEN:
        return False
    if assertion.is_negated or assertion.is_family or assertion.is_hypothetical or assertion.is_uncertain:
        return False
    start = found.match.start() - found.sentence.span.start
    end = found.match.end() - found.sentence.span.start
    return not _STOPPED.search(found.sentence.quote[:start]) and not _TEMPORARY.search(found.sentence.quote[end:])
