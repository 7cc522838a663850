"""Adds up what one service covers together: wounds of one kind and region, lesions of one kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from data.catalogue import Catalogue
from data.notes import Encounter
from data.services import Interval, Merge, Service
from models.coding.procedures.choice import choose
from models.coding.procedures.events import Event, Known
from models.coding.procedures.lines import join_evidence

# The measure that adds up, the first that a family is chosen or billed by.
_ADDABLE = ("length_cm", "area_sqcm", "count")


def add_up(
    events: Iterable[Event], catalogue: Catalogue, context: Mapping[str, Known], encounter: Encounter
) -> list[Event]:
    """Events of families that merge by sum, made one where the same services are open to them; the others as is."""
    groups: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    for number, event in enumerate(events):
        members = catalogue.by_family.get(event.family.key, ())
        measure = _measure(members) if event.family.merge is Merge.SUM else None
        key = _ladder(event, members, measure, context, encounter) if measure else (str(number),)
        groups[key].append(event)
    return [_sum(group, catalogue) if len(group) > 1 else group[0] for group in groups.values()]


def _measure(members: Sequence[Service]) -> str | None:
    used = {key for service in members for key, choice in service.attributes.items() if isinstance(choice, Interval)}
    used |= {service.unit_rule.measure for service in members}
    return next((measure for measure in _ADDABLE if measure in used), None)


def _ladder(
    event: Event, members: Sequence[Service], measure: str, context: Mapping[str, Known], encounter: Encounter
) -> tuple[str, ...]:
    """The services that stay open when the sum isn't known: events with the same ones add up."""
    blind = replace(event, known={key: known for key, known in event.known.items() if key != measure})
    chosen = choose(blind, members, context, encounter)
    return (event.family.key, *sorted(fit.service.code.compact for fit in chosen.fits)) if chosen else (str(id(event)),)


def _sum(group: Sequence[Event], catalogue: Catalogue) -> Event:
    measure = _measure(catalogue.by_family[group[0].family.key])
    assert measure is not None
    implied = 1.0 if measure == "count" else 0.0
    total = sum(number if (number := event.number(measure)) is not None else implied for event in group)
    words = join_evidence(*(event.known[measure].evidence for event in group if measure in event.known))
    known: dict[str, Known] = {}
    for event in reversed(group):
        known |= event.known
    if total:
        known[measure] = Known(total, words)
    return replace(
        group[0],
        known=known,
        named=tuple(named for event in group for named in event.named),
        names=tuple(name for event in group for name in event.names),
        evidence=join_evidence(*(event.evidence for event in group)),
    )
