"""Long-term drug therapy: Z79 beside the condition that the drug is taken for."""

import re
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from data.notes import Profile
from data.suggestions import Evidence, WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.statements import Statement, find_sentence, find_statements
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows
from models.coding.headers import SectionKind

# The letters that each of a pattern's alternatives begins with.
_LITERAL = re.compile(r"(?:^|(?<=\|))[a-z]+")
_STOPPED = re.compile(
    r"\b(?:stop(?:ped)?|discontinue[ds]?|d/c'?d?|held|hold|holding|off|refuses?|declines?|allerg\w+|intoleran\w+"
    r"|failed|no longer|previously|sliding scale|ssi)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(
    r"^[^.;]{0,25}\b(?:sliding scale|ssi|gtt|drip|(?:was |were )?(?:stopped|discontinued|held|on hold)|taper"
    r"|for \d+ days|(?:19|20)\d\d only|until (?:19|20)\d\d|in the past)\b",
    re.I,
)
_LONG_TERM_DRUG = "Z79"
# What a stay gives ends with it; what was taken at home goes on.
_TAKEN_AT_HOME = frozenset({SectionKind.MEDICATIONS, SectionKind.HPI, SectionKind.HISTORY})
_NOT_TAKEN = frozenset({SectionKind.ALLERGIES, SectionKind.FAMILY_HISTORY, SectionKind.DIFFERENTIAL})


class _Drug(NamedTuple):
    code: Icd10Cm
    names: re.Pattern[str]
    conditions: Codes
    rule_id: str
    share: float
    hints: tuple[str, ...]


@cache
def _drugs() -> tuple[_Drug, ...]:
    return tuple(
        _Drug(
            Icd10Cm.parse(row["code"]),
            compile_pattern(row["drugs"]),
            Codes.parse(row["conditions"]),
            row["rule_id"],
            float(row["share"]),
            tuple(_LITERAL.findall(row["drugs"])),
        )
        for row in rows("long_term_drugs")
    )


def code_long_term_drugs(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    stopped = [draft for draft in outcome.drafts if _is_stopped(draft, context)]
    outcome = outcome.withhold(stopped, WithheldReason.HISTORICAL)
    for drug in _drugs():
        treated = outcome.acting(context, drug.conditions)
        stated = find_statements(drug.names, context, drug.hints) if treated else ()
        taken = next((found for found in stated if _is_taken(found, context)), None)
        if taken:
            probability = drug.share * max(draft.probability for draft in treated)
            made = Draft(drug.code, probability, (taken.mention,)).because(cite(drug.rule_id))
            outcome = outcome.add(made)
    return outcome


def _is_stopped(draft: Draft, context: CodingContext) -> bool:
    """Whether the drug is stopped or given for a time at every place that names it."""
    if draft.code.category != _LONG_TERM_DRUG or not draft.mentions:
        return False
    return all(_says_stopped(mention.evidence, context) for mention in draft.mentions)


def _says_stopped(named: Evidence, context: CodingContext) -> bool:
    sentence = find_sentence(named, context)
    if sentence is None:
        return False
    name = named.quote.split(maxsplit=1)[0]
    before = sentence.text[sentence.span.start : named.start]
    after = sentence.text[named.start + len(name) : sentence.span.end]
    return bool(_STOPPED.search(before) or _TEMPORARY.search(after))


def _is_taken(found: Statement, context: CodingContext) -> bool:
    assertion = found.assertion
    if found.sentence is None or found.section in _NOT_TAKEN:
        return False
    if context.profile is Profile.INPATIENT and found.section not in _TAKEN_AT_HOME:
        return False
    if assertion.is_negated or assertion.is_family or assertion.is_hypothetical or assertion.is_uncertain:
        return False
    return not _STOPPED.search(found.before) and not _TEMPORARY.search(found.after)
