"""What is deliberately not suggested, with the reason, and the questions that the documentation leaves open."""

from collections.abc import Iterator, Sequence

from data.notes import Encounter
from data.suggestions import Evidence, Query, Withheld, WithheldReason
from models.coding.procedures.bundles import Folded
from models.coding.procedures.choice import Chosen
from models.coding.procedures.events import Event
from models.coding.procedures.lines import Line
from models.coding.procedures.reading import NamedService, Reading
from models.coding.procedures.status import Status

_REASONS = {
    Status.PLANNED: WithheldReason.HYPOTHETICAL,
    Status.DECLINED: WithheldReason.NEGATED,
    Status.NEGATED: WithheldReason.NEGATED,
    Status.STOPPED: WithheldReason.NEGATED,
    Status.PAST: WithheldReason.HISTORICAL,
    Status.ELSEWHERE: WithheldReason.HISTORICAL,
}
_QUESTIONS = {
    "laterality": "On which side was it done?",
    "site": "At which site of the body was it done?",
    "views": "How many views were taken?",
    "contrast": "Was contrast given: none, with, or without and then with?",
    "size_cm": "What was the size in centimetres, margins included?",
    "length_cm": "How long was the closed wound in centimetres?",
    "count": "How many were treated?",
    "minutes": "How many minutes did it take?",
    "dose": "Which dose was given?",
    "extent": "Was the study complete or limited?",
    "technique": "By which technique was it done?",
    "lesion": "Which kind of lesion was it?",
    "age": "How old was the patient on the date of service?",
}


def withhold(
    readings: Sequence[Reading],
    standing: Sequence[Line],
    folded: Sequence[Folded],
    orphans: Sequence[Line],
    encounter: Encounter,
) -> tuple[Withheld, ...]:
    """Services by name that were not rendered, that are part of others, or that are not valid on the day."""
    billed = {line.service.code.dotted for line in standing}
    found: dict[str, Withheld] = {}
    for reading in readings:
        for named in reading.services:
            for item in _not_rendered(named, reading):
                found.setdefault(item.code, item)
    for line in [item.line for item in folded]:
        found[line.service.code.dotted] = _withheld(line, WithheldReason.SUPERSEDED)
    for line in orphans:
        found[line.service.code.dotted] = _withheld(line, WithheldReason.EXCLUDED)
    return tuple(item for code, item in found.items() if code not in billed)


def _not_rendered(named: NamedService, reading: Reading) -> Iterator[Withheld]:
    """Only services that the words name alone: "colonoscopy" may be any of a dozen."""
    reason = _REASONS.get(named.rendering.status)
    if named.rendering.is_rendered or reason is None or len(named.mention.codes) != 1:
        return
    words = [reading.evidence_of(first, last) for first, last in named.mention.parts]
    cue = named.rendering.cue
    if cue is not None:
        words.append(reading.evidence_of(cue.first, cue.last))
    for code in named.mention.codes:
        yield Withheld(code=code.dotted, reason=reason, evidence=tuple(sorted(words, key=lambda w: w.start)))


def _withheld(line: Line, reason: WithheldReason) -> Withheld:
    return Withheld(code=line.service.code.dotted, reason=reason, evidence=line.evidence)


def ask_open(lines: Sequence[Line]) -> tuple[Query, ...]:
    """A question for each attribute that decides and is open."""
    return tuple(
        _query(attribute, line.evidence, (line.service.code.dotted, *(a.code.dotted for a in line.alternatives)))
        for line in lines
        for attribute in line.open
        if attribute in _QUESTIONS
    )


def ask_unnamed(chosen: Sequence[tuple[Event, Chosen | None]]) -> tuple[Query, ...]:
    """A question about each thing that was done and that no service of the catalogue fits as documented."""
    return tuple(
        Query(
            about=event.family.key,
            text=f"{event.family.title}: what exactly was done, to what, and how many?",
            evidence=event.evidence,
        )
        for event, choice in chosen
        if choice is None
    )


def _query(attribute: str, evidence: tuple[Evidence, ...], codes: tuple[str, ...]) -> Query:
    return Query(about=attribute, text=_QUESTIONS[attribute], evidence=evidence, would_change=codes)
