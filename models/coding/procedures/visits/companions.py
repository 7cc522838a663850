"""What goes with a visit: talk therapy as an add-on, prolonged time, and the modifiers of telehealth."""

from collections.abc import Sequence
from dataclasses import replace

from data.catalogue import Catalogue
from data.codes import Cpt, Hcpcs
from data.notes import Encounter, PayerKind, Setting
from data.services import Interval
from models.coding.procedures.lines import Line
from models.coding.procedures.visits.elements import Pages
from models.coding.procedures.visits.words import of

_ADDED = {Cpt("90832"): Cpt("90833"), Cpt("90834"): Cpt("90836"), Cpt("90837"): Cpt("90838")}
_LONGEST = frozenset({Cpt("99205"), Cpt("99215")})
_MEDICARE = (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)
_QUARTER = 15
_DIRECTIVES = Cpt("99497")
_NEEDS_PRESCRIBER = "prescription drug management"


def add_companions(
    lines: Sequence[Line], visits: Sequence[Line], pages: Pages, catalogue: Catalogue, encounter: Encounter
) -> tuple[Line, ...]:
    """All lines of the encounter, visits after the services."""
    lines, visits = _add_talk(lines, visits, catalogue)
    is_wellness = any(visit.service.family == "wellness_visit" for visit in visits)
    lines = [_free(line) if is_wellness and line.service.code == _DIRECTIVES else line for line in lines]
    joined = [*lines, *visits, *_prolong(visits, pages, catalogue, encounter)]
    if encounter.setting is not Setting.TELEHEALTH:
        return tuple(joined)
    return tuple(_mark_telehealth(line, pages) for line in joined)


def _free(line: Line) -> Line:
    text = "33: part of the yearly wellness visit, so it is preventive."
    source = "Medicare Claims Processing Manual, chapter 18, section 140.8"
    return line.modified("33").because("modifier.preventive", text, source)


def _add_talk(lines: Sequence[Line], visits: Sequence[Line], catalogue: Catalogue) -> tuple[list[Line], Sequence[Line]]:
    """Talk therapy beside a visit that managed medicines is its add-on; without medicines there is no visit."""
    if not any(line.service.code in _ADDED for line in lines):
        return list(lines), visits
    manages = any(_NEEDS_PRESCRIBER in entry.text for visit in visits for entry in visit.rationale)
    if not manages:
        return list(lines), ()
    text = "Talk therapy beside a visit that managed medicines is reported as its add-on."
    source = "CPT guidelines, psychotherapy with evaluation and management"
    turned = [
        replace(line, service=catalogue.get(_ADDED[line.service.code]), alternatives=(line.service,)).because(
            "em.psychotherapy", text, source
        )
        if isinstance(line.service.code, Cpt) and line.service.code in _ADDED
        else line
        for line in lines
    ]
    return turned, visits


def _prolong(visits: Sequence[Line], pages: Pages, catalogue: Catalogue, encounter: Encounter) -> list[Line]:
    """Each full quarter hour beyond the longest office visit; Medicare counts from the end of that visit's last one."""
    time = pages.find_total_time()
    visit = next((line for line in visits if line.service.code in _LONGEST), None)
    if time is None or visit is None:
        return []
    interval = visit.service.attributes["minutes"]
    is_medicare = encounter.payer is not None and encounter.payer.kind in _MEDICARE
    first = interval.low if isinstance(interval, Interval) else 0
    units = int((float(time[1].value) - first - (_QUARTER - 1) * is_medicare) // _QUARTER)
    if units < 1:
        return []
    service = catalogue.get(Hcpcs("G2212") if is_medicare else Cpt("99417"))
    words = (time[0].text.evidence(time[1].start, time[1].end),)
    text = f"{time[1].value:g} minutes are {units} full quarter hours beyond {visit.service.code}."
    return [Line(service, visit.certainty, words, units=units).because("em.prolonged", text, "CPT E/M guidelines")]


def _mark_telehealth(line: Line, pages: Pages) -> Line:
    is_audio = any(of(hits, "kind", "audio_only") for hits in pages.hits)
    modifier, words = ("93", "sound alone") if is_audio else ("95", "live sound and video")
    text = f"{modifier}: rendered by {words}."
    return line.modified(modifier).because("modifier.telehealth", text, "CPT appendix A, modifiers 93 and 95")
