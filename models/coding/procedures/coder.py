"""From notes to services: the whole way, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.catalogue import Catalogue
from data.codes import CodeSystem
from data.notes import Encounter
from data.services import UnitKind
from models.coding.procedures.administration import administer
from models.coding.procedures.bundles import Folded, bundle, load_bundles
from models.coding.procedures.candidates import ProcedureCandidate, ProcedureFindings
from models.coding.procedures.choice import Chosen, choose, known_of_encounter
from models.coding.procedures.disciplines import mark_disciplines
from models.coding.procedures.equipment import mark_equipment
from models.coding.procedures.events import Event, Known, merge_events
from models.coding.procedures.extras import add_extras, split_orphans
from models.coding.procedures.foot_care import mark_class_findings
from models.coding.procedures.gather import gather_events
from models.coding.procedures.infusions import infuse
from models.coding.procedures.left_out import ask_open, ask_unnamed, withhold
from models.coding.procedures.lines import Line
from models.coding.procedures.modifiers import modify, order_modifiers
from models.coding.procedures.places import is_reportable
from models.coding.procedures.reader import Reader
from models.coding.procedures.reading import Reading
from models.coding.procedures.reasons import find_reasons
from models.coding.procedures.scores import OPEN_FACTOR
from models.coding.procedures.sums import add_up
from models.coding.procedures.text import ProcedureText
from models.coding.procedures.units import count_units, timed_units
from models.coding.procedures.visits.conditions import StatedDiagnosis
from models.coding.procedures.visits.engine import VisitEngine
from models.coding.procedures.wastage import mark_wastage


class ProcedureCoder:
    """Finds the CPT and HCPCS services that the notes of an encounter document. Compiled once, safe to share."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._reader = Reader(catalogue)
        self._bundles = load_bundles(catalogue)
        self._visits = VisitEngine(catalogue)

    def find_procedures(
        self, texts: Sequence[ProcedureText], encounter: Encounter, diagnoses: Sequence[StatedDiagnosis] = ()
    ) -> ProcedureFindings:
        """All services of the encounter; empty when neither CPT nor HCPCS is asked for.

        `diagnoses` are problems of the visit beside those that the recogniser knows by their words.
        """
        systems = {CodeSystem.CPT, CodeSystem.HCPCS} & set(encounter.code_systems)
        if not systems:
            return ProcedureFindings(())
        readings = [self._reader.read(text, encounter) for text in texts]
        context = known_of_encounter(encounter)
        found = [(event, reading) for reading in readings for event in self._gather(reading, encounter)]
        done = [event for event, reading in found if event.is_rendered and _is_reported(event, reading, encounter)]
        events = merge_events(done)
        events = add_up(events, self._catalogue, context, encounter)
        chosen = [(event, self._choose(event, context, encounter)) for event in events]
        lines = [self._line(choice) for _, choice in chosen if choice is not None]
        lines, folded = self._complete(_time(lines), readings, context, encounter)
        visits = self._visits.add_visits(lines, readings, encounter, context, diagnoses)
        complete, part = bundle(visits.lines, self._bundles, self._catalogue)
        standing, orphans = split_orphans(complete)
        candidates = [self._candidate(line, standing) for line in standing if line.service.code.system in systems]
        left_out = [self._choose(event, context, encounter) for event, _ in found if not event.is_rendered]
        return ProcedureFindings(
            tuple(sorted(candidates, key=lambda candidate: -candidate.score)),
            withhold([choice for choice in left_out if choice], standing, [*folded, *part], orphans),
            (*visits.queries, *ask_open(standing), *ask_unnamed(chosen)),
        )

    def _gather(self, reading: Reading, encounter: Encounter) -> list[Event]:
        return gather_events(reading, self._catalogue, encounter)

    def _choose(self, event: Event, context: Mapping[str, Known], encounter: Encounter) -> Chosen | None:
        return choose(event, self._catalogue.by_family.get(event.family.key, ()), context, encounter)

    def _line(self, chosen: Chosen) -> Line:
        line = Line.of(chosen)
        units = count_units(line.service, chosen.event)
        if units is None and line.service.unit_rule.kind is UnitKind.DOSE:
            return replace(line, open=(*line.open, "dose"))
        return replace(line, units=units or 1)

    def _candidate(self, line: Line, lines: Sequence[Line]) -> ProcedureCandidate:
        score = line.certainty * (OPEN_FACTOR if line.open else 1.0)
        return ProcedureCandidate(
            service=line.service,
            score=round(score, 4),
            evidence=line.evidence,
            attributes=line.known,
            modifiers=order_modifiers(line.modifiers),
            units=line.units,
            rationale=line.rationale,
            alternatives=line.alternatives,
            reasons=find_reasons(line, lines, self._catalogue),
        )

    def _complete(
        self, lines: Sequence[Line], readings: Sequence[Reading], context: Mapping[str, Known], encounter: Encounter
    ) -> tuple[list[Line], list[Folded]]:
        """With what the services entail, without what is part of them."""
        lines = administer(lines, readings, self._catalogue, encounter)
        kept, folded = bundle(infuse(lines, self._catalogue), self._bundles, self._catalogue)
        paired = self._reader.paired_sites
        modified = [modify(line, self._catalogue.families[line.service.family], paired, encounter) for line in kept]
        modified = mark_wastage(mark_disciplines(modified, readings), readings, encounter)
        modified = mark_class_findings(mark_equipment(modified, readings, encounter), readings)
        return _join_same(add_extras(modified, self._catalogue, context)), folded


def _is_reported(event: Event, reading: Reading, encounter: Encounter) -> bool:
    return is_reportable(event, encounter, _cue_words(event, reading))


def _cue_words(event: Event, reading: Reading) -> frozenset[str]:
    """The words that name the service and that say that it was rendered."""
    ranges = [place for named in event.named for place in named.mention.parts]
    ranges += [(cue.first, cue.last) for named in event.named if (cue := named.rendering.cue) is not None]
    return frozenset(word for first, last in ranges for word in reading.tokens.words[first:last])


def _time(lines: Sequence[Line]) -> list[Line]:
    """With the units of timed services, which depend on each other's minutes; without those that are too short."""
    minutes = {
        number: float(known.value)
        for number, line in enumerate(lines)
        if line.service.unit_rule.kind is UnitKind.TIMED
        and (known := line.known.get("minutes")) is not None
        and not isinstance(known.value, str)
    }
    units = timed_units(minutes)
    timed = [_with_units(line, units.get(number)) for number, line in enumerate(lines)]
    return [line for line in timed if line.units > 0]


def _with_units(line: Line, units: int | None) -> Line:
    if line.service.unit_rule.kind is not UnitKind.TIMED:
        return line
    if units is None:
        return replace(line, open=(*line.open, "minutes"))
    text = f"{units} x 15 minutes by the 8-minute rule."
    source = "Medicare Claims Processing Manual, chapter 5, section 20.2"
    return replace(line, units=units).because("units.timed", text, source)


def _join_same(lines: Sequence[Line]) -> list[Line]:
    """Lines of one add-on service that came from several primaries are one line."""
    joined: dict[tuple[str, tuple[str, ...]], Line] = {}
    for line in lines:
        key = (line.service.code.compact, line.modifiers)
        twin = joined.get(key)
        if twin is None:
            joined[key] = line
        elif line.service.is_add_on:
            joined[key] = replace(twin, units=twin.units + line.units)
    return list(joined.values())
