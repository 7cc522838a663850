"""Stages of chronic kidney disease are coded as documented, never from another number near by (I.C.14.a)."""

import re

from models.coding.candidates import Mention

_STAGES = {
    "N181": r"1|i",
    "N182": r"2|ii",
    "N1830": r"3|iii",
    "N1831": r"(?:3|iii)\s?a",
    "N1832": r"(?:3|iii)\s?b",
    "N184": r"4|iv",
    "N185": r"5|v",
}
_STATED = {
    code: re.compile(rf"\b(?:stage|stg|st|grade|g|ckd)[\s:,-]*(?:stage\s*)?(?:{stage})\b", re.IGNORECASE)
    for code, stage in _STAGES.items()
}


def is_stage_stated(mention: Mention, code: str) -> bool:
    """Whether the sentence states the stage that the code names; True for codes that name none."""
    pattern = _STATED.get(code)
    return pattern is None or pattern.search(mention.sentence.quote) is not None
