"""Q7, Q8 and Q9: the class findings that make routine foot care of a sick foot one that Medicare pays for."""

import re
from collections.abc import Sequence

from models.coding.procedures.lines import Line
from models.coding.procedures.reading import Reading

_FOOT_CARE = frozenset({"nail_procedure", "callus_paring"})
_WRITTEN = re.compile(r"\bQ([789])\b")
_SOURCE = "Medicare Benefit Policy Manual, chapter 15, section 290"


def mark_class_findings(lines: Sequence[Line], readings: Sequence[Reading]) -> list[Line]:
    """Foot care with the modifier that the note gives its class findings; none when it names several."""
    named = {match[1] for reading in readings for match in _WRITTEN.finditer(reading.text.text)}
    if len(named) != 1:
        return list(lines)
    modifier = f"Q{named.pop()}"
    text = f"{modifier}: the class findings that the note names."
    return [
        line.modified(modifier).because("modifier.class_findings", text, _SOURCE)
        if line.service.family in _FOOT_CARE
        else line
        for line in lines
    ]
