"""Preventive visits by age, and Medicare's wellness visits."""

from collections.abc import Mapping, Sequence

from data.catalogue import Catalogue
from data.notes import Encounter, PayerKind
from models.coding.procedures.choice import choose
from models.coding.procedures.events import Event, Known
from models.coding.procedures.lines import Line
from models.coding.procedures.reading import NamedService, Reading
from models.coding.procedures.visits.kinds import find_preventive

_MEDICARE = (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)
_SOURCES = {
    "preventive_visit": "CPT guidelines, preventive medicine services",
    "wellness_visit": "Medicare Claims Processing Manual, chapter 18, section 140",
}


def check_up(
    readings: Sequence[Reading], catalogue: Catalogue, context: Mapping[str, Known], encounter: Encounter
) -> Line | None:
    """The check-up that the encounter is; None when it is none. Wellness visits are Medicare's alone."""
    found = find_preventive(readings)
    is_medicare = encounter.payer is not None and encounter.payer.kind in _MEDICARE
    wellness = [pair for pair in found if pair[1].family.key == "wellness_visit"]
    if wellness and (is_medicare or encounter.payer is None):
        return _line(wellness, catalogue, context, encounter)
    return _line(found, catalogue, context, encounter, "preventive_visit") if found else None


def _line(
    found: Sequence[tuple[Reading, NamedService]],
    catalogue: Catalogue,
    context: Mapping[str, Known],
    encounter: Encounter,
    family_key: str = "wellness_visit",
) -> Line | None:
    family = catalogue.families[family_key]
    named = [pair for pair in found if pair[1].family.key == family_key] or list(found)
    words = tuple(
        reading.evidence_of(first, last) for reading, service in named for first, last in service.mention.parts
    )
    own = [service for _, service in named if service.family.key == family_key]
    codes = next((service.mention.codes for service in own if service.mention.codes), frozenset())
    event = Event(family, codes, {}, tuple(service for _, service in named), words, words)
    chosen = choose(event, catalogue.by_family[family_key], context, encounter)
    if chosen is None:
        return None
    line = Line.of(chosen)
    age = context.get("age")
    text = f"Check-up at age {age.value}." if age and family_key == "preventive_visit" else f"{family.title}."
    return Line(
        service=line.service,
        certainty=0.9,
        evidence=line.evidence,
        known=dict(context),
        open=chosen.open,
        alternatives=line.alternatives,
    ).because("em.preventive", text, _SOURCES[family_key])
