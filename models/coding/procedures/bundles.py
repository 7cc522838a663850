"""Services that are part of others, by the catalogue's own rules (data/reference/procedures/bundles.tsv).

A service that is part of another stays only when the note places it elsewhere, and then says so with modifier 59.
Published NCCI edits, imported by the operator, come on top of this when a claim is reviewed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from data.catalogue import FOLDER, Catalogue
from data.catalogue_rows import Row, read_rows
from data.codes import ProcedureCode
from data.services import GlobalPeriod
from models.coding.procedures.lines import Line, join_evidence

_SURE = 0.5
_CLOSURE = "laceration_repair"
# Their own wounds are closed by the repair.
_NOT_CLOSED = (_CLOSURE, "skin_foreign_body")
_PLACES = ("site", "laterality", "segment")
# Names for every service of a post-operative period.
_PERIODS = {f"*{period.value}": period for period in (GlobalPeriod.NINETY, GlobalPeriod.TEN)}


class Unless(StrEnum):
    """never: always part of it; separate: unless at another documented place; different: by nature another thing."""

    NEVER = "never"
    SEPARATE = "separate"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Any of `folds` is part of any of `keeps`; `becomes` is the add-on that it turns into instead."""

    keeps: frozenset[ProcedureCode]
    folds: frozenset[ProcedureCode]
    unless: Unless
    becomes: ProcedureCode | None
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Folded:
    """A line that was left out, into which other line, and why."""

    line: Line
    into: Line
    reason: str


def load_bundles(catalogue: Catalogue) -> tuple[Bundle, ...]:
    """Raises CatalogueError when a rule names what the catalogue doesn't know."""
    every = {code.compact: code for code in catalogue.by_code}
    rows = read_rows(FOLDER / "bundles.tsv", ("keeps", "folds", "unless", "becomes", "reason", "source"))
    return tuple(
        Bundle(
            keeps=_codes(row, "keeps", catalogue, every),
            folds=_codes(row, "folds", catalogue, every),
            unless=row.parse("unless", Unless),
            becomes=next(iter(_codes(row, "becomes", catalogue, every)), None),
            reason=row["reason"],
            source=row["source"],
        )
        for row in rows
    )


def _codes(row: Row, column: str, catalogue: Catalogue, every: Mapping[str, ProcedureCode]) -> frozenset[ProcedureCode]:
    found: set[ProcedureCode] = set()
    for item in row[column].split():
        if item in _PERIODS:
            found |= {service.code for service in catalogue.services if service.global_period is _PERIODS[item]}
        elif item.startswith("@") and item[1:] in catalogue.by_family:
            found |= {service.code for service in catalogue.by_family[item[1:]]}
        elif item in every:
            found.add(every[item])
        else:
            raise row.error(f"{column}: {item} is neither a code nor a family of the catalogue")
    return frozenset(found)


def bundle(lines: Sequence[Line], bundles: Sequence[Bundle], catalogue: Catalogue) -> tuple[list[Line], list[Folded]]:
    """The lines that stay, some with modifier 59 or as an add-on, and those that are part of others."""
    kept, folded = list(lines), list[Folded]()
    for rule in bundles:
        for line in [line for line in kept if line.service.code in rule.folds]:
            into = next((other for other in kept if other is not line and _holds(other, rule)), None)
            if into is None:
                continue
            place = kept.index(line)
            if rule.becomes is not None:
                kept[place] = _turn(line, into, rule, catalogue)
            elif rule.unless is Unless.DIFFERENT or (rule.unless is Unless.SEPARATE and _are_apart(line, into)):
                kept[place] = _separate(line, into, rule)
            else:
                folded.append(Folded(kept.pop(place), into, rule.reason))
    kept, closures = _fold_closures(kept)
    folded += closures
    return _note_folded(kept, folded), folded


def _fold_closures(lines: Sequence[Line]) -> tuple[list[Line], list[Folded]]:
    """Closing the wound of an operation is part of it; a laceration is a wound of its own."""
    operations = [x for x in lines if x.service.global_days is not None and x.service.family not in _NOT_CLOSED]
    operation = next((line for line in operations if line.certainty >= _SURE), None)
    if operation is None:
        return list(lines), []
    reason = "Closing the wound of an operation is part of it."
    is_major = operation.service.global_period is GlobalPeriod.NINETY
    closures = [line for line in lines if line.service.family == _CLOSURE and _is_unnamed_wound(line, is_major)]
    return [line for line in lines if line not in closures], [Folded(line, operation, reason) for line in closures]


def _is_unnamed_wound(line: Line, is_major: bool) -> bool:
    """Whether nothing names a wound of its own; after major surgery only a laceration is one, after a minor one
    also what was closed in layers."""
    if not is_major and line.text("closure") in ("intermediate", "complex"):
        return False
    words = " ".join(piece.quote.lower() for piece in line.event.names) if line.event else ""
    return not any(
        word in words for word in (("lacer",) if is_major else ("lac", "layered", "intermediate", "complex"))
    )


def _holds(other: Line, rule: Bundle) -> bool:
    """Whether the line is one that others fold into; a doubtful one takes nothing with it."""
    return other.service.code in rule.keeps and other.certainty >= _SURE


def _are_apart(line: Line, into: Line) -> bool:
    """Whether both are documented at places, and at different ones."""
    shared = [key for key in _PLACES if key in line.known and key in into.known]
    return any(line.known[key].value != into.known[key].value for key in shared)


def _separate(line: Line, into: Line, rule: Bundle) -> Line:
    if line.service.is_add_on:
        return line
    text = f"59: done apart from {into.service.code}. {rule.reason}"
    return line.modified("59").because("modifier.distinct", text, rule.source)


def _turn(line: Line, into: Line, rule: Bundle, catalogue: Catalogue) -> Line:
    assert rule.becomes is not None
    text = f"{line.service.code} beside {into.service.code} is reported as {rule.becomes}. {rule.reason}"
    units = int(number) if line.event and (number := line.event.number("count")) else 1
    turned = replace(line, service=catalogue.get(rule.becomes), units=units, alternatives=(line.service,))
    return turned.because("bundle.add_on", text, rule.source)


def _note_folded(kept: Sequence[Line], folded: Sequence[Folded]) -> list[Line]:
    """Tells on each line what was folded into it, with the words of what was."""
    noted = []
    for line in kept:
        for item in folded:
            if item.into.service is line.service:
                text = f"{item.line.service.code} is part of it and not reported. {item.reason}"
                line = line.because("bundle.folded", text, "NCCI Policy Manual, chapter 1")  # noqa: PLW2901
                line = replace(line, evidence=join_evidence(line.evidence, item.line.evidence))  # noqa: PLW2901
        noted.append(line)
    return noted
