"""A malignancy that was removed and is followed without treatment: personal history, and why the patient comes."""

import re

from data.codes import Icd10Cm
from data.notes import Profile
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.history import find_personal_code
from models.coding.guidelines.statements import find_plain, find_sentences, find_statements
from models.coding.guidelines.tables import Codes, cite

_SOLID, _PAST, _SPREAD = Codes.parse("C00-C75 D03"), Codes.parse("Z85"), Codes.parse("C77-C79")
_GONE = re.compile(
    r"\bNED\b|\bno (?:evidence|sign|signs) of (?:disease|recurren\w+|recurrent)\b|\bno recurrence\b"
    r"|\b(?:cleared|removed|excised) by (?:(?:his|her|the) )?mohs\b",
    re.IGNORECASE,
)
# Removed in an earlier year, or a year behind the words for the operation.
_REMOVED = re.compile(
    r"\b(?:resect\w+|excis\w+|removed|WLE|\w+ectomy|mohs)\b[^.;\n]{0,20}?\b((?:19|20)\d\d)\b"
    r"|\b((?:19|20)\d\d)\b[^.;\n]{0,12}?\b(?:resect\w+|excis\w+|WLE|\w+ectomy|mohs)\b",
    re.IGNORECASE,
)
_TREATED = re.compile(
    r"\b(?:adjuvant|neoadjuvant|chemo(?:therapy|radiation)?|radiation|radiotherapy|immunotherapy|on-treatment|cycle \d+"
    r"|tamoxifen|letrozole|anastrozole|exemestane|leuprolide|enzalutamide|abiraterone|imatinib|osimertinib|BCG"
    r"|\w+(?:lizumab|tuzumab|tinib|ciclib)|fol(?:fox|fir\w*)|capecitabine|re-?excision|residual|recurred|recurrent)\b",
    re.IGNORECASE,
)
_TREATMENT_HINTS = (
    *("adjuvant", "chemo", "radi", "therapy", "treatment", "cycle", "tamoxifen", "zole", "exemestane", "olide"),
    *("lutamide", "raterone", "nib", "bcg", "mab", "ciclib", "fol", "cape", "excision", "residual", "recur"),
)
# The growth is there and is left alone.
_WATCHED = re.compile(r"\b(?:active surveillance|watchful waiting)\b", re.IGNORECASE)
_FOLLOWED = re.compile(
    r"(?<!active )\bsurveillance\b|\b(?:cancer|melanoma|oncology|skin) (?:check|follow[- ]?up)\b"
    r"|\b(?:follow[- ]?up|f/u) (?:visit )?(?:for|of|after) [^.;\n]{0,30}(?:cancer|carcinoma|melanoma|\bca\b|resection)",
    re.IGNORECASE,
)
_FOLLOW_UP = Icd10Cm("Z08")
_FOLLOW_UP_SHARE = 0.9


def settle_remission(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """A malignancy said to be gone becomes history (I.C.2.m); a visit for its follow-up is Z08 (I.C.21.c.8)."""
    gone = [d for d in outcome.drafts if (d.code in _SOLID or d.code in _PAST) and _is_gone(d, context)]
    if not gone or _is_spread(outcome, context) or _is_there(context):
        return outcome
    for draft in gone:
        past = find_personal_code(draft.code)
        if past is not None:
            code, rule_id = past
            outcome = outcome.exchange(draft, draft.recoded(code, cite(rule_id), keep_as_alternative=True))
    return _add_follow_up(outcome, max(gone, key=lambda draft: draft.probability), context)


def _add_follow_up(outcome: GuidelineOutcome, draft: Draft, context: CodingContext) -> GuidelineOutcome:
    told = next(find_plain(_FOLLOWED, context), None)
    if told is None or context.profile is not Profile.OUTPATIENT:
        return outcome
    made = Draft(_FOLLOW_UP, draft.probability * _FOLLOW_UP_SHARE, (told.mention,))
    return outcome.add(made.because(cite("icd10cm.I.C.21.c.8.follow_up")))


def _is_gone(draft: Draft, context: CodingContext) -> bool:
    """Whether a sentence that names the malignancy says that it is no longer there."""
    sentences = [sentence.quote for sentence in find_sentences(draft, context)]
    return any(_GONE.search(said) or _was_removed(said, context.date_of_service.year) for said in sentences)


def _was_removed(said: str, this_year: int) -> bool:
    return any(int(match[1] or match[2]) < this_year for match in _REMOVED.finditer(said))


def _is_spread(outcome: GuidelineOutcome, context: CodingContext) -> bool:
    return bool(outcome.acting(context, _SPREAD))


def _is_there(context: CodingContext) -> bool:
    """Whether a malignancy is treated or watched."""
    if any(find_statements(_WATCHED, context)):
        return True
    return any(
        not (found.assertion.is_negated or found.assertion.is_historical or found.assertion.is_family)
        for found in find_statements(_TREATED, context, _TREATMENT_HINTS)
    )
