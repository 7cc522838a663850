"""Services in the place of a visit whose code the visit's own decisions choose."""

import re
from collections.abc import Sequence
from dataclasses import replace

from data.catalogue import Catalogue
from data.codes import Cpt
from data.notes import Encounter
from models.coding.procedures.lines import Line
from models.coding.procedures.visits.elements import Elements, Pages, find_elements
from models.coding.procedures.visits.kinds import VisitKind
from models.coding.procedures.visits.levels import Level

_WITHOUT_CARE, _WITH_CARE = Cpt("90791"), Cpt("90792")
_MODERATE, _HIGH = Cpt("99495"), Cpt("99496")
_WEEK = 7
_DAY = re.compile(r"\bday\s*#?(\d{1,2})\b(?!\s*of)|\b(\d{1,2})\s*(?:d|days?)\s+(?:post|after|since|out)", re.IGNORECASE)
_SURE = 0.8


def settle(lines: Sequence[Line], pages: Pages, catalogue: Catalogue, encounter: Encounter) -> list[Line]:
    """The lines, with a first psychiatric evaluation and a visit after a hospital stay chosen by what was decided."""
    settled = {_WITHOUT_CARE, _WITH_CARE, _MODERATE, _HIGH}
    if not any(line.service.code in settled for line in lines):
        return list(lines)
    elements = find_elements(VisitKind.OFFICE, pages, lines, encounter)
    return [_settle(line, elements, pages, catalogue) for line in lines]


def _settle(line: Line, elements: Elements, pages: Pages, catalogue: Catalogue) -> Line:
    if line.service.code == _WITHOUT_CARE and _gives_medical_care(elements):
        text = "Medicines were prescribed, so the evaluation was with medical care."
        return _turned(line, _WITH_CARE, text, "CPT guidelines, psychiatry", catalogue)
    if line.service.code in (_MODERATE, _HIGH):
        is_high = elements.level is Level.HIGH and (_days(pages) or 0) <= _WEEK
        text = f"{elements.level.word.capitalize()} decisions after a hospital stay."
        source = "CPT guidelines, transitional care management"
        return replace(
            _turned(line, _HIGH if is_high else _MODERATE, text, source, catalogue),
            open=(),
            certainty=max(line.certainty, _SURE),
        )
    return line


def _gives_medical_care(elements: Elements) -> bool:
    return any(risk.level >= Level.MODERATE for risk in elements.risks)


def _days(pages: Pages) -> int | None:
    """How many days after the stay the patient was seen, where the notes count them."""
    for reading in pages.readings:
        match = _DAY.search(reading.text.text)
        if match is not None:
            return int(match[1] or match[2])
    return None


def _turned(line: Line, code: Cpt, text: str, source: str, catalogue: Catalogue) -> Line:
    if line.service.code == code:
        return line
    turned = replace(line, service=catalogue.get(code), alternatives=(line.service, *line.alternatives)[:2])
    return turned.because("em.settled", text, source)
