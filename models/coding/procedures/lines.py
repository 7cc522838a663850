"""A billed line in the making: a service with its units and modifiers, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from data.services import Service
from data.suggestions import Evidence, Rationale
from models.coding.procedures.choice import Chosen
from models.coding.procedures.events import Event, Known

MAX_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """`certainty` in [0, 1]: how sure it is that the service was rendered; `open`: attributes left undecided."""

    service: Service
    certainty: float
    evidence: tuple[Evidence, ...]
    known: Mapping[str, Known] = field(default_factory=dict)
    units: int = 1
    modifiers: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    alternatives: tuple[Service, ...] = ()
    rationale: tuple[Rationale, ...] = ()
    event: Event | None = None

    @classmethod
    def of(cls, chosen: Chosen) -> Self:
        others = [other for other in (*(fit.service for fit in chosen.fits[1:]), *chosen.near) if not other.is_add_on]
        event = chosen.event
        return cls(
            service=chosen.service,
            certainty=event.certainty,
            evidence=event.evidence,
            known=event.known,
            open=chosen.open,
            alternatives=tuple(others[:MAX_ALTERNATIVES]),
            rationale=(_why_rendered(event),),
            event=event,
        )

    def because(self, rule_id: str, text: str, source: str) -> Self:
        return replace(self, rationale=(*self.rationale, Rationale(rule_id=rule_id, text=text, source=source)))

    def modified(self, *modifiers: str) -> Self:
        """With the modifiers that it doesn't carry yet."""
        return replace(self, modifiers=tuple(dict.fromkeys((*self.modifiers, *modifiers))))

    def text(self, attribute: str) -> str:
        known = self.known.get(attribute)
        return known.value if known is not None and isinstance(known.value, str) else ""


def join_evidence(*groups: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The distinct pieces in the order of the documents and their words."""
    pieces = dict.fromkeys(piece for group in groups for piece in group)
    return tuple(sorted(pieces, key=lambda piece: (piece.document_id, piece.start, piece.end)))


def _why_rendered(event: Event) -> Rationale:
    status = max((named.rendering for named in event.named), key=lambda rendering: rendering.certainty).status
    words = {"done": "documented as done", "read": "interpreted by the author"}
    return Rationale(
        rule_id="procedure.rendered",
        text=f"{event.family.title}: {words.get(status, 'documented at this encounter')}.",
        source="CPT, introduction: report the service that was performed",
    )
