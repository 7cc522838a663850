"""A code that says less than another about the same condition gives way (I.B.18)."""

import re

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.tables import Codes

_UNSPECIFIED = re.compile(r"\bunspecified\b|^Unspecified\b")
_DIABETES = Codes.parse("E08-E11 E13")


def drop_less_specific(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    if context.code_set is None:
        return outcome
    gone = [draft for draft in outcome.drafts if _is_superseded(draft, outcome, context, context.code_set)]
    return outcome.withhold(gone, WithheldReason.SUPERSEDED)


def _is_superseded(draft: Draft, outcome: GuidelineOutcome, context: CodingContext, code_set: CodeSet) -> bool:
    head = _head(draft.code, code_set)
    return head is not None and any(
        other.code != draft.code
        and other.probability >= context.min_probability
        and head in code_set.ancestors(other.code.compact)
        and _head(other.code, code_set) != head
        for other in outcome.drafts
    )


def _head(code: Icd10Cm, code_set: CodeSet) -> str | None:
    """The heading that an unspecified code leaves open; None for a code that says what it is."""
    if code.category.startswith("Z"):
        return None
    if code in _DIABETES and code.compact[3:] in ("8", "9"):
        return code.category
    entry = code_set.find(code.compact)
    head = None
    while entry is not None and entry.parent is not None and _UNSPECIFIED.search(entry.term):
        head = entry.parent
        entry = code_set.find(entry.parent)
    return head
