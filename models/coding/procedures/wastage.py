"""JZ and JW: Medicare wants to know of each single-dose container whether any of it was thrown away."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from data.codes import Hcpcs
from data.notes import Encounter, PayerKind
from data.services import UnitKind
from models.coding.procedures.lines import Line
from models.coding.procedures.reading import Reading
from models.coding.procedures.units import per_unit

_MEDICARE = (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)
# Medicines that come in single-dose containers only.
_SINGLE_DOSE = frozenset(
    map(
        Hcpcs,
        (
            "J0129 J0178 J0180 J0202 J0401 J0490 J0517 J0585 J0586 J0587 J0588 J0717 J0881 J0885 J0896 J0897"
            " J1300 J1303 J1306 J1437 J1439 J1453 J1459 J1561 J1568 J1569 J1602 J1740 J1745 J1756 J1944 J1950"
            " J2182 J2315 J2323 J2350 J2356 J2357 J2358 J2426 J2427 J2506 J2507 J2777 J2778 J2786 J2794 J2798"
            " J2802 J3032 J3111 J3241 J3262 J3304 J3357 J3358 J3380 J3489 J7318 J7320 J7321 J7323 J7324 J7325"
            " J7326 J7327 Q0138 Q5103 Q5104 Q5121"
        ).split(),
    )
)
# Cancer medicines that come in containers for several doses.
_MULTIPLE_DOSE = frozenset(map(Hcpcs, ("J9000", "J9045", "J9060", "J9190", "J9250", "J9260", "J9267")))
_SAYS_SINGLE = re.compile(r"single[- ](?:dose|use)|\bSDV\b", re.IGNORECASE)
_AMOUNT = r"(\d+(?:\.\d+)?)\s*(mg|mcg|g|units?|u|ml)\b"
_DISCARDED = (
    re.compile(rf"{_AMOUNT}\s*(?:was|were)?\s*(?:discarded|wasted|wastage|thrown)", re.IGNORECASE),
    re.compile(rf"(?:discarded|wasted|wastage|waste)\s*:?\s*(?:of\s+)?{_AMOUNT}", re.IGNORECASE),
)
_SOURCE = "Medicare Claims Processing Manual, chapter 17, section 40"


def mark_wastage(lines: Sequence[Line], readings: Sequence[Reading], encounter: Encounter) -> list[Line]:
    """Medicare's drug lines with JZ, or with a second line of what was discarded."""
    if encounter.payer is None or encounter.payer.kind not in _MEDICARE:
        return list(lines)
    is_only = sum(_is_drug(line) for line in lines) == 1
    return [item for line in lines for item in (_mark(line, readings, is_only) if _is_drug(line) else (line,))]


def _is_drug(line: Line) -> bool:
    return line.service.unit_rule.kind is UnitKind.DOSE and line.service.code.compact.startswith(("J", "Q"))


def _mark(line: Line, readings: Sequence[Reading], is_only: bool) -> Iterator[Line]:
    around = " ".join(reading.text.text for reading in readings) if is_only else text_around(line, readings)
    units = _discarded_units(line, around)
    if units:
        yield line
        text = f"JW: {units} units of the container were discarded."
        yield replace(line, units=units).modified("JW").because("modifier.wastage", text, _SOURCE)
    elif _is_single(line, around):
        text = "JZ: a single-dose container of which nothing was documented as discarded."
        yield line.modified("JZ").because("modifier.wastage", text, _SOURCE)
    else:
        yield line


def _is_single(line: Line, around: str) -> bool:
    is_listed = line.service.code in _SINGLE_DOSE or line.service.family == "cancer_drug"
    is_listed = is_listed and line.service.code not in _MULTIPLE_DOSE
    return is_listed or bool(_SAYS_SINGLE.search(around))


def text_around(line: Line, readings: Sequence[Reading]) -> str:
    """The paragraphs or list items that name the medicine."""
    names = line.event.names if line.event else line.evidence
    parts = []
    for reading in readings:
        items = {reading.item_at(piece.start) for piece in names if piece.document_id == reading.text.document_id}
        for number, sentence in enumerate(reading.text.sentences):
            if reading.items_of_sentences.get(number) in items:
                parts.append(reading.text.text[sentence.start : sentence.end])
    return " ".join(parts)


def _discarded_units(line: Line, around: str) -> int:
    """Whole units beyond those given, as much as was discarded: given and discarded make the containers."""
    match = next((found for pattern in _DISCARDED if (found := pattern.search(around))), None)
    dose = line.event.number("dose") if line.event else None
    if match is None or dose is None:
        return 0
    size = per_unit(line.service, match[2].lower())
    given = per_unit(line.service, line.event.known["dose"].unit) if line.event else None
    if not size or not given:
        return 0
    return max(0, int(round(dose / given + float(match[1]) / size, 6)) - line.units)
