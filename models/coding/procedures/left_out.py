"""What is deliberately not suggested, with the reason, and the questions that the documentation leaves open."""

from collections.abc import Sequence

from data.suggestions import Evidence, Query, Withheld, WithheldReason
from models.coding.procedures.bundles import Folded
from models.coding.procedures.choice import Chosen
from models.coding.procedures.events import Event
from models.coding.procedures.lines import Line
from models.coding.procedures.status import Status

_REASONS = {
    Status.PLANNED: WithheldReason.HYPOTHETICAL,
    Status.DECLINED: WithheldReason.NEGATED,
    Status.NEGATED: WithheldReason.NEGATED,
    Status.STOPPED: WithheldReason.NEGATED,
    Status.PAST: WithheldReason.HISTORICAL,
    Status.ELSEWHERE: WithheldReason.HISTORICAL,
}
# Below this, a name without any sign of doing is not worth a question.
_LIKELY = 0.5
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
    left_out: Sequence[Chosen], standing: Sequence[Line], folded: Sequence[Folded], orphans: Sequence[Line]
) -> tuple[Withheld, ...]:
    """Services that were named and not rendered (`left_out`), that are part of others, or that lack their primary."""
    found: dict[str, Withheld] = {}
    for chosen in left_out:
        reason = _REASONS.get(chosen.event.named[0].rendering.status)
        if reason is not None:
            code = chosen.service.code.dotted
            found.setdefault(code, Withheld(code=code, reason=reason, evidence=chosen.event.evidence))
    for line in [item.line for item in folded]:
        found[line.service.code.dotted] = _withheld(line, WithheldReason.SUPERSEDED)
    for line in orphans:
        found[line.service.code.dotted] = _withheld(line, WithheldReason.EXCLUDED)
    billed = {line.service.code.dotted for line in standing}
    return tuple(item for code, item in found.items() if code not in billed)


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
        if choice is None and event.certainty >= _LIKELY
    )


def _query(attribute: str, evidence: tuple[Evidence, ...], codes: tuple[str, ...]) -> Query:
    return Query(about=attribute, text=_QUESTIONS[attribute], evidence=evidence, would_change=codes)
