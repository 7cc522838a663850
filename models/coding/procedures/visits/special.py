"""Visits without levels: staff alone, after surgery, in pregnancy, on the facility's side; critical care by time."""

from collections.abc import Sequence

from data.catalogue import Catalogue
from data.codes import Cpt, Hcpcs, ProcedureCode
from data.suggestions import Evidence
from models.coding.procedures.lines import Line
from models.coding.procedures.reading import Reading
from models.coding.procedures.visits.elements import Pages
from models.coding.procedures.visits.kinds import VisitKind
from models.coding.procedures.visits.words import of

_CRITICAL = 30
# More minutes than one clinician gives a patient on a day: the patient's age, or how long something lasted.
_DAY = 600
# A number that is only counted is offered, not suggested: many payers don't ask for it.
_COUNTED = 0.5
# How far the minutes stand from the words, in tokens.
_NEAR = 12
_WORDS = {
    VisitKind.NURSE: ("nursing",),
    VisitKind.POSTOPERATIVE: ("postoperative",),
    VisitKind.PRENATAL: ("prenatal", "first_prenatal"),
    VisitKind.FACILITY_CLINIC: (),
    VisitKind.NEWBORN: ("newborn",),
}


def special_visit(
    kind: VisitKind, pages: Pages, lines: Sequence[Line], catalogue: Catalogue
) -> tuple[Line, ...] | None:
    """The lines of such a visit; None when levels decide, an empty tuple when nothing is billed."""
    words = [
        reading.evidence_of(hit.first, hit.last)
        for reading, found in pages.pairs
        for value in _WORDS.get(kind, ())
        for hit in of(found, "kind", value)
    ]
    match kind:
        case VisitKind.NURSE:
            return () if lines else (_nurse(words, catalogue),)
        case VisitKind.POSTOPERATIVE:
            text = "A visit in the surgery's follow-up period is part of the surgery."
            return (_line(catalogue, Cpt("99024"), words, 0.75, text, "NCCI Policy Manual, chapter 1, global surgery"),)
        case VisitKind.PRENATAL:
            is_first = any(of(found, "kind", "first_prenatal") for found in pages.hits)
            text = "Prenatal visits are part of the pregnancy package; this one is counted without charge."
            code = Cpt("0500F" if is_first else "0502F")
            return (_line(catalogue, code, words, _COUNTED, text, "CPT guidelines, maternity care"),)
        case VisitKind.NEWBORN:
            text = "Care of a healthy newborn in the hospital."
            return (_line(catalogue, Cpt("99460"), words, 0.7, text, "CPT guidelines, newborn care services"),)
        case VisitKind.FACILITY_CLINIC:
            text = "The hospital bills its clinic visits under one code."
            source = "Medicare Claims Processing Manual, chapter 4, section 160"
            return (_line(catalogue, Hcpcs("G0463"), [pages.readings[0].sentence_of(0)], 0.7, text, source),)
    return None


def _nurse(words: Sequence[Evidence], catalogue: Catalogue) -> Line:
    text = "The patient was seen by staff alone."
    return _line(catalogue, Cpt("99211"), words, 0.8, text, "CPT guidelines, office visits")


def find_critical_care(readings: Sequence[Reading], catalogue: Catalogue) -> tuple[Line, ...]:
    """By the documented minutes; nothing below half an hour."""
    for reading in readings:
        for named in reading.services:
            if named.family.key != "critical_care":
                continue
            facts = reading.facts_by_item.get(reading.tokens.items[named.mention.first], ())
            minutes = [
                fact for fact in facts if fact.attribute == "minutes" and abs(fact.first - named.mention.last) <= _NEAR
            ]
            if minutes and _CRITICAL <= float(minutes[0].value) <= _DAY:
                words = [
                    reading.evidence_of(named.mention.first, named.mention.last),
                    reading.text.evidence(minutes[0].start, minutes[0].end),
                ]
                return _critical_lines(float(minutes[0].value), words, catalogue)
    return ()


def _critical_lines(minutes: float, words: Sequence[Evidence], catalogue: Catalogue) -> tuple[Line, ...]:
    source = "CPT guidelines, critical care services"
    text = f"{minutes:g} minutes of critical care."
    further = catalogue.get(Cpt("99292")).unit_rule.parts(minutes)
    first = _line(catalogue, Cpt("99291"), words, 0.92, text, source)
    return (first, _line(catalogue, Cpt("99292"), words, 0.92, text, source, further)) if further else (first,)


def _line(
    catalogue: Catalogue,
    code: ProcedureCode,
    words: Sequence[Evidence],
    certainty: float,
    text: str,
    source: str,
    units: int = 1,
) -> Line:
    line = Line(catalogue.get(code), certainty, tuple(words), units=units)
    return line.because("em.special", text, source)
