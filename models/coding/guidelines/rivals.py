"""Several readings of the same words: the best is the draft, the others are its alternatives."""

from dataclasses import replace

from data.code_notes import NoteKind
from data.codeset import CodeSet
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome
from models.coding.guidelines.references import names_code
from models.coding.guidelines.tables import Codes

# Readings that rule each other out share a probability of one: from here on, both are meant ("diabetes with CKD").
_BOTH_MEANT = 0.5
# Codes of regions, of which several words together tell several: "dysfunction lumbar, sacral and thoracic".
_REGIONS = Codes.parse("M99.0")
_Places = frozenset[tuple[str, int, int]]


def settle_rivals(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    kept: list[Draft] = []
    words: list[_Places] = []
    for draft in sorted(outcome.drafts, key=lambda draft: -draft.probability):
        own = frozenset((m.evidence.document_id, m.evidence.start, m.evidence.end) for m in draft.mentions)
        better = next(
            (i for i, other in enumerate(kept) if own <= words[i] and _exclude(draft, other, context.code_set)), None
        )
        if better is None or not own or draft.probability >= _BOTH_MEANT:
            kept.append(draft)
            words.append(own)
        else:
            alternatives = dict.fromkeys((*kept[better].alternatives, draft.code, *draft.alternatives))
            kept[better] = replace(kept[better], alternatives=tuple(alternatives))
    return replace(outcome, drafts=tuple(kept))


def _exclude(draft: Draft, other: Draft, code_set: CodeSet | None) -> bool:
    """A status or circumstance beside a disease is no other reading of it ("ESRD on hemodialysis": N18.6 and Z99.2),
    nor is a code that the notes of the other one ask for beside it (I13.0 and N18.4)."""
    if draft.code in _REGIONS and other.code in _REGIONS:
        return False
    if code_set and names_code(other.code, NoteKind.USE_ADDITIONAL, draft.code, code_set):
        return False
    return (draft.code.compact[0] in "VWXYZ") == (other.code.compact[0] in "VWXYZ")
