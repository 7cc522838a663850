"""Add-on services: those that follow from a primary service's size, number or time, and those that need one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from data.catalogue import Catalogue
from data.codes import ProcedureCode
from data.services import Service, UnitKind
from models.coding.procedures.choice import is_in
from models.coding.procedures.events import Known
from models.coding.procedures.lines import Line

_SOURCE = "CPT introduction, add-on codes; NCCI Policy Manual, chapter 1"


def add_extras(lines: Sequence[Line], catalogue: Catalogue, context: Mapping[str, Known]) -> list[Line]:
    """The lines, each primary followed by the add-ons of its family that its documentation fills."""
    return [item for line in lines for item in (line, *_extras_of(line, catalogue, context))]


def _extras_of(line: Line, catalogue: Catalogue, context: Mapping[str, Known]) -> Iterator[Line]:
    for service in catalogue.add_ons.get(line.service.code, ()):
        if service.family != line.service.family or service.cues or not _fits(service, line, context):
            continue
        units = _units(service, line)
        if units > 0:
            text = f"{units} x {service.code} for what goes beyond {line.service.code}."
            extra = replace(
                line, service=service, units=units, modifiers=_sides_of(line), open=(), alternatives=(), rationale=()
            )
            yield extra.because("procedure.add_on", text, _SOURCE)


def _sides_of(line: Line) -> tuple[str, ...]:
    """What goes beyond the primary is on its side."""
    return tuple(modifier for modifier in line.modifiers if modifier in ("LT", "RT", "50"))


def _fits(service: Service, line: Line, context: Mapping[str, Known]) -> bool:
    known = {**context, **line.known}
    return all(key in known and is_in(known[key].value, choice) for key, choice in service.attributes.items())


def _units(service: Service, line: Line) -> int:
    rule = service.unit_rule
    if rule.kind is UnitKind.ONCE:
        return 1 if service.attributes else 0
    known = line.known.get(rule.measure)
    if rule.kind is not UnitKind.EXTRA or known is None or isinstance(known.value, str):
        return 0
    return rule.parts(float(known.value))


def split_orphans(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Lines that can stand, and add-ons whose primary service is missing."""
    billed: set[ProcedureCode] = {line.service.code for line in lines}
    orphans = [line for line in lines if line.service.is_add_on and billed.isdisjoint(line.service.parents)]
    return [line for line in lines if line not in orphans], orphans
