"""Chooses among sibling services by what is known about a thing that was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.catalogue_rows import parse_interval
from data.notes import Encounter, Perspective, Sex
from data.services import Choice, FamilyKind, Interval, Service
from models.coding.procedures.events import Event, Known
from models.coding.procedures.places import is_facility

# How many siblings that one attribute contradicts are offered beside the chosen service.
_MAX_NEAR = 2
# The payer is never left open: without one, a service for one kind of payer is not meant.
_OTHER_PAYER = "other"
# What the encounter itself says is not misread.
_GIVEN = frozenset({"payer", "place", "age", "status", "sex"})


@dataclass(frozen=True, slots=True)
class Fit:
    """How a service fits: attributes that the documentation matches, that a default fills, and that stay open."""

    service: Service
    matched: tuple[str, ...]
    assumed: tuple[str, ...]
    open: tuple[str, ...]
    is_named: bool

    @property
    def needs_name(self) -> bool:
        """Only its own words tell the service from its siblings."""
        return bool(self.service.cues) and not self.service.attributes

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """Higher is better; equal ranks keep the order of the catalogue.

        A service that only its own words tell from its siblings is not meant by the words of the family.
        """
        known = len(self.matched) + 0.5 * len(self.assumed)
        return (self.is_named, not self.needs_name, known, -len(self.open))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The services that fit an event, the best first. `open` are attributes that the documentation leaves undecided;
    `near` are siblings that one attribute alone contradicts, the nearest first: right if it was misread."""

    event: Event
    fits: tuple[Fit, ...]
    open: tuple[str, ...]
    near: tuple[Service, ...] = ()

    @property
    def best(self) -> Fit:
        return self.fits[0]

    @property
    def service(self) -> Service:
        return self.fits[0].service


def known_of_encounter(encounter: Encounter) -> dict[str, Known]:
    """What the encounter says of the patient and the payer."""
    known = {
        "payer": Known(encounter.payer.kind.value if encounter.payer else _OTHER_PAYER),
        "place": Known(_place(encounter)),
    }
    patient = encounter.patient
    if patient.age_years is not None:
        known["age"] = Known(patient.age_years)
    if patient.status is not None:
        known["status"] = Known(patient.status.value)
    if patient.sex in (Sex.FEMALE, Sex.MALE):
        known["sex"] = Known(patient.sex.value)
    return known


def _place(encounter: Encounter) -> str:
    """Who bills where: a facility has a side of its own beside the professional's."""
    if encounter.perspective is Perspective.FACILITY:
        return "facility_side"
    is_shared = is_facility(encounter) and encounter.perspective is Perspective.PROFESSIONAL
    return "facility_professional" if is_shared else "office"


def choose(
    event: Event, members: Sequence[Service], context: Mapping[str, Known], encounter: Encounter
) -> Chosen | None:
    """Ranks the services of the event's family; None when none fits what is documented."""
    known = {**context, **event.known}
    valid = [s for s in members if s.is_valid_on(encounter.date_of_service) and not (s.is_add_on and not s.cues)]
    telling = [key for key in event.family.split_by if any(key in service.attributes for service in valid)]
    fits = [fit for service in valid if (fit := _fit(service, event, known, telling)) is not None]
    if event.codes and (event.family.kind is FamilyKind.DRUG or any(fit.is_named for fit in fits)):
        fits = [fit for fit in fits if fit.is_named]
    if not fits or not _is_located(fits, event):
        return None
    fits.sort(key=lambda fit: fit.rank, reverse=True)
    if event.family.kind is FamilyKind.ACT and len(fits) > 1 and fits[0].needs_name and not fits[0].is_named:
        return None
    return Chosen(event, tuple(fits), _undecided(fits), _near(fits[0].service, valid, known))


def _near(best: Service, members: Sequence[Service], known: Mapping[str, Known]) -> tuple[Service, ...]:
    """Siblings for the same patient and place that one attribute contradicts, the closest in the catalogue first.

    Services with words of their own are not meant by the family's.
    """
    place = members.index(best)
    near = [s for s in members if not s.cues and len(wrong := _contradicted(s, known)) == 1 and not wrong & _GIVEN]
    near.sort(key=lambda service: abs(members.index(service) - place))
    return tuple(near[:_MAX_NEAR])


def _contradicted(service: Service, known: Mapping[str, Known]) -> set[str]:
    return {key for key, choice in service.attributes.items() if key in known and not is_in(known[key].value, choice)}


def _is_located(fits: Sequence[Fit], event: Event) -> bool:
    """Imaging by site needs a site, unless the words name the service itself."""
    by_site = event.family.split_by == ("site",) and event.family.kind is FamilyKind.IMAGING
    return not by_site or "site" in event.known or any(fit.is_named for fit in fits)


def _fit(service: Service, event: Event, known: Mapping[str, Known], telling: Sequence[str]) -> Fit | None:
    """None when a known attribute contradicts the service, or is one that parts events and is not the service's."""
    is_named = service.code in event.codes
    if not is_named and any(key in event.known and key not in service.attributes for key in telling):
        return None
    matched, assumed, left_open = [], [], []
    for key, choice in service.attributes.items():
        value = known[key].value if key in known else None
        default = event.family.defaults.get(key)
        if value is not None:
            if not is_in(value, choice):
                return None
            matched.append(key)
        elif default is not None:
            if not is_in(default, choice):
                return None
            assumed.append(key)
        else:
            left_open.append(key)
    return Fit(service, tuple(matched), tuple(assumed), tuple(left_open), is_named)


def is_in(value: str | float, choice: Choice) -> bool:
    """Whether a value, or a default written as in the catalogue, is one that the service asks for."""
    if isinstance(choice, Interval):
        number = parse_interval(value).low if isinstance(value, str) else float(value)
        return number in choice
    return value in choice


def _undecided(fits: Sequence[Fit]) -> tuple[str, ...]:
    """Attributes that the best service leaves open and on which an equally good sibling differs."""
    best = fits[0]
    rivals = [fit for fit in fits[1:] if fit.rank[:3] == best.rank[:3]]
    return tuple(
        key
        for key in best.open
        if any(fit.service.attributes.get(key) != best.service.attributes[key] for fit in rivals)
    )
