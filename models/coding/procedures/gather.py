"""Makes events of mentions: collects the facts about each, and parts mentions that tell of several things."""

from collections.abc import Iterator, Mapping, Sequence

from data.catalogue import Catalogue
from data.catalogue_rows import CONTEXT
from data.notes import Encounter, Setting
from data.services import Family, FamilyKind, Merge, Service, Sides, UnitKind
from models.coding.procedures.attributes import Finder, measures_of, values_of
from models.coding.procedures.counts import count_things
from models.coding.procedures.events import Event, Known
from models.coding.procedures.facts import Fact
from models.coding.procedures.nerves import STUDIED, count_nerves
from models.coding.procedures.reading import NamedService, Reading
from models.coding.procedures.regions import COUNTED, count_regions
from models.coding.procedures.units import MASSES

# A side belongs to a site that follows it within so many tokens ("left, dominant knee").
_SIDE_GAP = 4
_LAYERS = ("skin", "subcutaneous", "muscle", "bone")
_DRUG_FACTS = ("dose", "strength", "count", "minutes")
_REPORTS = ("radiology", "imaging", "report", "procedure", "operative", "op_note", "endoscopy", "surg")
_REPORT_SETTINGS = (Setting.RADIOLOGY, Setting.ASC, Setting.LABORATORY)


def gather_events(reading: Reading, catalogue: Catalogue, encounter: Encounter) -> list[Event]:
    """The events of one note, one for each thing that each mention tells of, rendered or not."""
    finder = Finder(reading, is_report=_is_report(reading, encounter))
    return [
        event
        for named in reading.services
        if named.family.kind is not FamilyKind.VISIT
        for event in _events_of(named, reading, finder, catalogue)
    ]


def _is_report(reading: Reading, encounter: Encounter) -> bool:
    """Whether the whole note is about what was done: an imaging or operative report."""
    kind = reading.text.kind.lower()
    return encounter.setting in _REPORT_SETTINGS or any(word in kind for word in _REPORTS)


def _events_of(named: NamedService, reading: Reading, finder: Finder, catalogue: Catalogue) -> Iterator[Event]:
    members = catalogue.by_family.get(named.family.key, ())
    codes = named.mention.codes
    services = [service for service in members if not codes or service.code in codes or service.is_add_on]
    anchors = _anchors(named, services, finder)
    for which, anchor in enumerate(anchors or [None]):
        facts = _facts_of(named, services, finder, anchors, which)
        words = [reading.evidence_of(first, last) for first, last in named.mention.parts]
        known = {fact.attribute: _known(fact, finder.alike(fact), reading) for fact in facts}
        known |= _counted(named, services, finder, anchor, reading)
        known |= _with_margins(known)
        evidence = {*words, *(item for value in known.values() for item in value.evidence)}
        ordered = tuple(sorted(evidence, key=lambda item: (item.start, item.end)))
        yield Event(named.family, named.mention.codes, known, (named,), tuple(words), ordered)


def _with_margins(known: Mapping[str, Known]) -> dict[str, Known]:
    """An excised growth measures its largest diameter with the narrowest margin on both sides, unless that is told."""
    size, margin, told = known.get("size_cm"), known.get("margin_cm"), known.get("excised_cm")
    if told is not None:
        return {"size_cm": told}
    if size is None or margin is None:
        return {}
    total = round(float(size.value) + 2 * float(margin.value), 2)
    return {"size_cm": Known(total, (*size.evidence, *margin.evidence))}


def _known(fact: Fact, alike: Sequence[Fact], reading: Reading) -> Known:
    return Known(fact.value, tuple(reading.text.evidence(same.start, same.end) for same in alike), fact.unit)


def _anchors(named: NamedService, services: Sequence[Service], finder: Finder) -> list[Fact]:
    """Facts of which each is of another thing: the sizes of two lesions, two sites, two techniques. Else none."""
    for attribute in named.family.split_by:
        if not any(attribute in service.attributes for service in services):
            continue
        values = values_of(services, attribute) or None
        facts = finder.near(named.mention, attribute, values)
        if attribute == "technique" and named.family.merge is Merge.ONE:
            return _distinct([fact for fact in facts if finder.is_own_technique(named.mention, fact)])
        near = finder.tied(named.mention, facts) if values else finder.same_sentence(named.mention, facts)
        distinct = _distinct(near)
        if len(distinct) > 1:
            return distinct
    return []


def _distinct(facts: Sequence[Fact]) -> list[Fact]:
    """The first fact of each value, in the order of the note."""
    first: dict[str | float, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.start):
        first.setdefault(fact.value, fact)
    return list(first.values())


def _facts_of(
    named: NamedService, services: Sequence[Service], finder: Finder, anchors: Sequence[Fact], which: int
) -> Iterator[Fact]:
    """The facts that choose among the services, each the closest to the mention, or to its anchor when it has one."""
    anchor = anchors[which] if anchors else None
    if anchor is not None:
        yield anchor
    site: Fact | None = anchor if anchor is not None and anchor.attribute == "site" else None
    for attribute in sorted(_attributes(named.family, services)):
        if attribute in ("count", "laterality") or (anchor is not None and anchor.attribute == attribute):
            continue
        if attribute == "dose":
            fact = _dose(finder.doses(named.mention), services)
        elif attribute == "depth":
            fact = _deepest(finder.near(named.mention, "depth"), finder.reading)
        elif attribute == "minutes" and _is_one_session(named.family):
            fact = finder.session_minutes(named.mention)
        else:
            fact = finder.nearest(named.mention, attribute, values_of(services, attribute) or None, anchors, which)
        if fact is not None:
            site = fact if attribute == "site" else site
            yield fact
    if named.family.sides is not Sides.NONE or any("laterality" in service.attributes for service in services):
        yield from _side(named, finder, site)


def _is_one_session(family: Family) -> bool:
    return family.kind is FamilyKind.SESSION and family.merge is Merge.ONE


def _dose(facts: Sequence[Fact], services: Sequence[Service]) -> Fact | None:
    """The closest dose in a unit that the services are billed in; a volume only when no mass is told."""
    measures = {service.unit_rule.measure for service in services}
    is_mass = not measures.isdisjoint(MASSES)
    fitting = [fact for fact in facts if fact.unit in measures or (is_mass and fact.unit in MASSES)]
    return next(iter(fitting or facts), None)


def _deepest(facts: Sequence[Fact], reading: Reading) -> Fact | None:
    """Of the layers that one sentence names as removed, the deepest."""
    sentences = reading.tokens.sentences
    together = [fact for fact in facts if sentences[fact.first] == sentences[facts[0].first]]
    return max(together, key=lambda fact: _LAYERS.index(str(fact.value)), default=None)


def _attributes(family: Family, services: Sequence[Service]) -> set[str]:
    wanted = {
        key for service in services for key, choice in service.attributes.items() if isinstance(choice, frozenset)
    }
    wanted |= measures_of(services)
    if family.sides is not Sides.NONE or family.merge is Merge.SUM:
        wanted.add("site")
    if family.kind is FamilyKind.DRUG:
        wanted |= {"route", *_DRUG_FACTS}
    if "technique" in family.split_by:
        wanted.add("segment")
    if family.key == "skin_excision":
        wanted |= {"margin_cm", "excised_cm"}
    return wanted - CONTEXT.keys() - {"age", "laterality"}


def _side(named: NamedService, finder: Finder, site: Fact | None) -> Iterator[Fact]:
    """The side of the site, else the one tied to the mention, else any of its sentence; left and right make both."""
    facts = finder.near(named.mention, "laterality")
    if site is not None:
        own = [fact for fact in facts if 0 <= site.first - fact.last <= _SIDE_GAP or 0 <= fact.first - site.last <= 1]
        both = {fact.value for fact in own} >= {"left", "right"}
        if own and not both:
            yield min(own, key=lambda fact: (fact.first > site.first, abs(site.first - fact.last)))
            return
    tied = finder.tied(named.mention, facts) or facts[:1] or finder.only_side(named.mention)
    if {fact.value for fact in tied} >= {"left", "right"}:
        yield Fact("laterality", "bilateral", tied[0].first, tied[-1].last, tied[0].start, tied[-1].end)
    elif tied:
        yield tied[0]


def _counted(
    named: NamedService, services: Sequence[Service], finder: Finder, anchor: Fact | None, reading: Reading
) -> dict[str, Known]:
    """How many things, for services that are chosen or billed by number."""
    rules = [service.unit_rule for service in services]
    is_wanted = "count" in measures_of(services) or any(
        rule.kind is UnitKind.COUNT or rule.measure in ("dose", "each") for rule in rules
    )
    if not is_wanted or (anchor is not None and anchor.attribute in ("size_cm", "length_cm")):
        return {}
    counted = count_things(named.mention, finder)
    if counted is None and named.family.key in COUNTED:
        regions = count_regions(named.mention, reading)
        return {"count": Known(regions, ())} if regions else {}
    if counted is None and named.family.key == STUDIED:
        studies = count_nerves(reading)
        return {"count": Known(studies, ())} if studies else {}
    if counted is None:
        return {}
    number, facts = counted
    return {"count": Known(number, tuple(reading.text.evidence(fact.start, fact.end) for fact in facts))}
