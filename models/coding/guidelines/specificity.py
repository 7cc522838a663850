"""A code that says less than another about the same condition gives way (I.B.18)."""

import re
from functools import cache

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.notes import Setting
from data.suggestions import WithheldReason
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.tables import Codes, rows

_UNSPECIFIED = re.compile(r"\bunspecified\b|^Unspecified\b")
_DIABETES = Codes.parse("E08-E11 E13")
# Where a stroke may be both new and old (I.C.9.d.2).
ACUTE_SETTINGS = frozenset({Setting.ED, Setting.URGENT_CARE, Setting.INPATIENT})


@cache
def _more_specific() -> tuple[tuple[Codes, Codes, str], ...]:
    return tuple((Codes.parse(row["codes"]), Codes.parse(row["by"]), row["when"]) for row in rows("more_specific"))


def drop_less_specific(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    if context.code_set is None:
        return outcome
    gone = [
        draft
        for draft in outcome.drafts
        if _is_superseded(draft, outcome, context, context.code_set) or _is_named_less(draft, outcome, context)
    ]
    return outcome.withhold(gone, WithheldReason.SUPERSEDED)


def _is_named_less(draft: Draft, outcome: GuidelineOutcome, context: CodingContext) -> bool:
    """Whether the table names the code below another that is there."""
    is_clinic = context.setting not in ACUTE_SETTINGS
    better = [by for codes, by, when in _more_specific() if draft.code in codes and (is_clinic or when != "clinic")]
    return any(other.code != draft.code for by in better for other in outcome.acting(context, by))


def _is_superseded(draft: Draft, outcome: GuidelineOutcome, context: CodingContext, code_set: CodeSet) -> bool:
    head = _head(draft.code, code_set)
    return head is not None and any(
        other.code != draft.code
        and head in code_set.ancestors(other.code.compact)
        and _head(other.code, code_set) != head
        for other in outcome.acting(context)
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
