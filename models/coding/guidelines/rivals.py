"""Several readings of the same words: the best is the draft, the others are its alternatives."""

from dataclasses import replace

from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome

# Readings that rule each other out share a probability of one: from here on, both are meant ("diabetes with CKD").
_BOTH_MEANT = 0.5


def settle_rivals(outcome: GuidelineOutcome, context: CodingContext) -> GuidelineOutcome:
    del context
    kept: list[Draft] = []
    for draft in sorted(outcome.drafts, key=lambda draft: -draft.probability):
        better = next((index for index, other in enumerate(kept) if _is_rival(draft, other)), None)
        if better is None:
            kept.append(draft)
        else:
            alternatives = dict.fromkeys((*kept[better].alternatives, draft.code, *draft.alternatives))
            kept[better] = replace(kept[better], alternatives=tuple(alternatives))
    return replace(outcome, drafts=tuple(kept))


def _is_rival(draft: Draft, better: Draft) -> bool:
    """Whether all words of a draft are words of a better one, and only one of the two can be meant."""
    words = {(e.document_id, e.start, e.end) for e in draft.evidence}
    claimed = {(e.document_id, e.start, e.end) for e in better.evidence}
    if not words or not words <= claimed:
        return False
    return draft.probability < _BOTH_MEANT
