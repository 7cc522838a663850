"""Finds the visit code of a level or a time, with its nearest neighbours."""

from collections.abc import Mapping, Sequence

from data.catalogue import Catalogue
from data.services import Interval, Service
from models.coding.procedures.choice import is_in
from models.coding.procedures.events import Known
from models.coding.procedures.lines import MAX_ALTERNATIVES
from models.coding.procedures.visits.kinds import VisitKind
from models.coding.procedures.visits.levels import Level


def members_of(
    catalogue: Catalogue, kind: VisitKind, context: Mapping[str, Known]
) -> tuple[list[Service], list[Service]]:
    """The family's services in the order of their levels, and those that count too while nobody says whether the
    patient is new: then the established patient's come first."""
    services = catalogue.by_family[kind.value]
    status = context["status"].value if "status" in context else "established"
    own = [s for s in services if "status" not in s.attributes or is_in(status, s.attributes["status"])]
    return own, [] if "status" in context else [service for service in services if service not in own]


def by_level(members: Sequence[Service], level: Level) -> Service | None:
    for service in members:
        words = service.attributes.get("mdm")
        if isinstance(words, frozenset) and level.word in words:
            return service
    return None


def by_time(members: Sequence[Service], minutes: float) -> Service | None:
    """The last service whose time is reached; None below the first, or when the family has no times."""
    reached = [service for service in members if _least_minutes(service) <= minutes]
    return reached[-1] if reached else None


def _least_minutes(service: Service) -> float:
    interval = service.attributes.get("minutes")
    return interval.low if isinstance(interval, Interval) else float("inf")


def neighbours(chosen: Service, members: Sequence[Service], first: Sequence[Service | None]) -> tuple[Service, ...]:
    """`first`, then the members next to the chosen one, the nearest first."""
    place = members.index(chosen)
    near = sorted(members, key=lambda service: abs(members.index(service) - place))
    listed = {service.code: service for service in (*first, *near) if service is not None and service is not chosen}
    return tuple(listed.values())[:MAX_ALTERNATIVES]
