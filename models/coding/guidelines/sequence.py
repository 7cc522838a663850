"""The order of the list, and which code is first (IV.G, II, I.A.13)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from data.code_notes import NoteKind
from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.notes import Profile, Setting
from data.suggestions import Role
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.references import names_code
from models.coding.guidelines.tables import Codes, cite, rows
from models.coding.headers import SectionKind

_CONCLUSIONS = frozenset(
    {SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_PLAN, SectionKind.DIAGNOSIS, SectionKind.IMPRESSION}
)
_REASONS = frozenset({SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION})
# Where the growth began goes before where it spread to, when both are treated (I.C.2.a).
_PRIMARY, _SECONDARY = Codes.parse("C00-C76 C80"), Codes.parse("C77-C79")
# A code that convention puts first may be that much less likely than one that is reported otherwise.
_FIRST_SHARE = 0.5
_POISONING, _MIDDLE, _MANIFESTATION, _AFTER, _LAST = 2, 10, 15, 20, 30
# Where a code that can hardly be the reason for care gives way to one that can (II, IV.G), by the word of the table.
_HOSPITAL = frozenset({Setting.ED, Setting.INPATIENT})
_ACUTE = _HOSPITAL | {Setting.URGENT_CARE, Setting.ASC, Setting.OUTPATIENT_HOSPITAL}
_GIVES_WAY = {"hospital": _HOSPITAL, "acute": _ACUTE, "later": frozenset(Setting)}


@cache
def _places() -> tuple[tuple[Codes, str, str], ...]:
    return tuple((Codes.parse(row["codes"]), row["place"], row["rule_id"]) for row in rows("sequence"))


def put_in_order(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    """Orders the drafts and gives the first its role. Drafts without an order of their own go by the assessment; those
    that are too unlikely to be reported follow all others."""
    documents = {str(doc.user_data.get("document_id")): index for index, doc in enumerate(context.documents)}
    ordered = sorted(outcome.drafts, key=lambda draft: _key(draft, documents, outcome, context))
    if context.code_set is not None:
        ordered = _in_conventional_order(ordered, context.code_set)
    ordered.sort(key=lambda draft: draft.probability < _FIRST_SHARE * context.min_probability)
    return replace(outcome, drafts=tuple(_with_role(draft, index, context) for index, draft in enumerate(ordered)))


def _key(
    draft: Draft, documents: dict[str, int], outcome: GuidelineOutcome, context: CodingContext
) -> tuple[int, int, int, int, float]:
    found = [
        (documents.get(m.evidence.document_id, 0), m.evidence.start) for m in draft.mentions if _concludes(m.section)
    ]
    document, start = min(found, default=(len(documents), 0))
    is_reason = any(mention.section in _REASONS for mention in draft.mentions)
    return _place(draft, outcome, context), 0 if found else 1 if is_reason else 2, document, start, -draft.probability


def _concludes(section: SectionKind) -> bool:
    return section in _CONCLUSIONS


def _place(draft: Draft, outcome: GuidelineOutcome, context: CodingContext) -> int:
    place = next((place for codes, place, _ in _places() if draft.code in codes), "")
    word, _, number = place.partition(" ")
    if word == "first" or (word == "reason" and _is_reason(draft, outcome, context)):
        return int(number)
    if context.setting in _GIVES_WAY.get(word, ()):
        return int(number)
    if not word and "T36" <= draft.code.category <= "T50":
        return _place_of_drug(draft.code)
    if not word and context.code_set is not None and _follows_a_cause(draft.code, context.code_set):
        return _MANIFESTATION
    return {"after": _AFTER, "last": _LAST, "reason": _AFTER - 1}.get(word, _MIDDLE)


def _place_of_drug(code: Icd10Cm) -> int:
    """A poisoning goes before what it does, the drug of an adverse effect or an underdosing after it (I.C.19.e.5)."""
    intent = code.compact[5:6]
    return _POISONING if intent in ("1", "2", "3", "4") else _AFTER if intent in ("5", "6") else _MIDDLE


def _follows_a_cause(code: Icd10Cm, code_set: CodeSet) -> bool:
    """Whether the tabular list wants an underlying disease first, whichever it is."""
    return any(not note.references for note in code_set.notes(code.compact, NoteKind.CODE_FIRST))


def _is_reason(draft: Draft, outcome: GuidelineOutcome, context: CodingContext) -> bool:
    """Whether the visit was for it: the note says so, it is an imaging study, or no problem is listed beside it."""
    is_screening = draft.code.category != "Z23"
    reasons = _REASONS | ({SectionKind.PROCEDURE} if is_screening else set())
    if any(mention.section in reasons for mention in draft.mentions):
        return True
    if is_screening and context.setting is Setting.RADIOLOGY:
        return True
    return all(other.code.category.startswith("Z") for other in outcome.drafts)


def _in_conventional_order(drafts: Sequence[Draft], code_set: CodeSet) -> list[Draft]:
    """Moves each code behind the ones that the tabular list wants before it."""
    before = {d.code: {o.code for o in drafts if o is not d and _goes_before(o.code, d.code, code_set)} for d in drafts}
    remaining = list(drafts)
    ordered: list[Draft] = []
    while remaining:
        waiting = {draft.code for draft in remaining}
        chosen = next((draft for draft in remaining if not before[draft.code] & waiting), remaining[0])
        remaining.remove(chosen)
        ordered.append(chosen)
    return ordered


def _goes_before(first: Icd10Cm, second: Icd10Cm, code_set: CodeSet) -> bool:
    if first in _PRIMARY and second in _SECONDARY:
        return True
    wants_first = names_code(second, NoteKind.CODE_FIRST, first, code_set)
    return wants_first or names_code(first, NoteKind.USE_ADDITIONAL, second, code_set)


def _with_role(draft: Draft, index: int, context: CodingContext) -> Draft:
    if index > 0:
        return replace(draft, role=Role.SECONDARY)
    is_inpatient = context.profile is Profile.INPATIENT
    why = [cite("icd10cm.II.principal" if is_inpatient else "icd10cm.IV.G.first_listed")]
    why += [cite(rule_id) for codes, place, rule_id in _places() if draft.code in codes and place[0] in "fr"]
    return replace(draft, role=Role.FIRST_LISTED).because(*why)
