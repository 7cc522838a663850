"""Things that were done: the mentions of a service with their facts, told apart or made one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from data.codes import ProcedureCode
from data.services import Family, Merge
from data.suggestions import Evidence
from models.coding.procedures.reading import NamedService

# What may differ between two mentions of one and the same thing: the note repeats itself in other words.
_LOOSE = frozenset({"views", "minutes", "unit", "route"})


@dataclass(frozen=True, slots=True)
class Known:
    """A value of an attribute with the words that give it; context such as the age has none."""

    value: str | float
    evidence: tuple[Evidence, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done. `codes` narrows the family's services, empty when the words name no one of them;
    `names` are the words that name it, `evidence` these and the words of its attributes."""

    family: Family
    codes: frozenset[ProcedureCode]
    known: Mapping[str, Known]
    named: tuple[NamedService, ...]
    names: tuple[Evidence, ...]
    evidence: tuple[Evidence, ...]

    @property
    def certainty(self) -> float:
        return max(named.rendering.certainty for named in self.named)

    @property
    def is_stopped(self) -> bool:
        return any(named.rendering.is_stopped for named in self.named)

    def value(self, attribute: str) -> str | float | None:
        known = self.known.get(attribute)
        return None if known is None else known.value

    def text(self, attribute: str) -> str:
        """The categorical value, empty when it isn't known."""
        value = self.value(attribute)
        return value if isinstance(value, str) else ""

    @property
    def is_rendered(self) -> bool:
        return self.certainty > 0

    def number(self, attribute: str) -> float | None:
        value = self.value(attribute)
        return float(value) if isinstance(value, int | float) else None


def merge_events(events: Iterable[Event]) -> list[Event]:
    """Makes one of the events that the note may well mean as one, in the order of their first mention.

    Events that know more come first, so that "laceration repair" joins the one wound whose size and site are told.
    """
    merged: list[Event] = []
    for event in sorted(events, key=lambda event: -len(event.known)):
        twin = next((index for index, other in enumerate(merged) if _may_be_one(other, event)), None)
        if twin is None:
            merged.append(event)
        else:
            merged[twin] = _join(merged[twin], event)
    return sorted(merged, key=lambda event: (event.evidence[0].document_id, event.evidence[0].start))


def _may_be_one(richer: Event, poorer: Event) -> bool:
    if richer.family.key != poorer.family.key:
        return False
    if richer.codes and poorer.codes and not richer.codes & poorer.codes:
        return False
    if _names_another(richer, poorer) or _names_another(poorer, richer):
        return False
    if (
        (richer.text("route") == "oral") != (poorer.text("route") == "oral")
        and richer.text("route")
        and poorer.text("route")
    ):
        return False
    shared = richer.known.keys() & poorer.known.keys()
    if richer.family.merge is Merge.ONE and not richer.family.split_by:
        shared -= _LOOSE
        return all(richer.known[key].value == poorer.known[key].value for key in shared) or not richer.codes
    return all(richer.known[key].value == poorer.known[key].value for key in shared - _LOOSE)


def _names_another(named: Event, told: Event) -> bool:
    """Whether one names its service and the other what parts services: a transbronchial biopsy and a lavage."""
    parting = [key for key in named.family.split_by if key in told.known and key not in named.known]
    return bool(named.codes) and not told.codes and bool(parting)


def _join(richer: Event, poorer: Event) -> Event:
    codes = richer.codes & poorer.codes if richer.codes and poorer.codes else richer.codes or poorer.codes
    known = {**poorer.known, **richer.known}
    evidence = tuple(dict.fromkeys((*richer.evidence, *poorer.evidence)))
    ordered = tuple(sorted(evidence, key=lambda item: (item.document_id, item.start, item.end)))
    return replace(
        richer,
        codes=codes,
        known=known,
        named=(*richer.named, *poorer.named),
        names=(*richer.names, *poorer.names),
        evidence=ordered,
    )
