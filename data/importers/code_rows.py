"""Turns a list of codes into the rows of a code set, with what earlier releases know about them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from data.code_library import CodeLibrary
from data.code_notes import CodeRange
from data.codes import CodeSystem
from data.codeset import CodeSet, RetiredCode
from data.codeset_table import CodeRow, Level
from data.formats.conversion_table import Conversion, resolve_successors
from data.formats.order_file import ListedCode
from data.import_sources import ReleaseImportError

# Yearly changes are in the per mille.
_LEAST_SHARE = 0.9


def release_before(library: CodeLibrary, system: CodeSystem, day: date) -> CodeSet | None:
    """The newest release that began before a day."""
    names = (release.release for release in library.releases(system) if release.valid_from < day)
    return next((library.find_release(system, name) for name in names), None)


def check_complete(rows: Sequence[CodeRow], base: CodeSet | None) -> None:
    """Refuses a list that would retire much of what the release before holds: a cut-off file looks like that."""
    held = sum(row.level is Level.CODE for row in rows)
    if base is not None and held < _LEAST_SHARE * len(base):
        raise ReleaseImportError(
            f"the files hold {held:,} codes, the release before ({base.release}) holds {len(base):,}: they are cut off"
        )


def with_headers(listed: Sequence[ListedCode], donor: CodeSet | None) -> list[ListedCode]:
    """A list of billable codes with the headers above them, as the donor names them."""
    known = {code.compact for code in listed}
    complete: list[ListedCode] = []
    for code in listed:
        for length in range(3, len(code.compact)):
            header = donor.find(code.compact[:length]) if donor else None
            if header is not None and header.compact not in known:
                known.add(header.compact)
                complete.append(ListedCode(header.compact, header.term, is_billable=False))
        complete.append(code)
    return complete


def arrange(listed: Sequence[ListedCode], donor: CodeSet | None) -> list[CodeRow]:
    """Divisions of the donor, then the codes; parents by prefix, notes and blocks from the donor where it has them."""
    rows = list(_division_rows(donor)) if donor else []
    row_of = {row.name: index for index, row in enumerate(rows)}
    row_of |= {code.compact: index for index, code in enumerate(listed, start=len(rows))}
    blocks = _leaf_blocks(donor) if donor else []
    for code in listed:
        notes = list(donor.all_notes(code.compact)) if donor and code.compact in donor else []
        parent = _find_parent(code, row_of, blocks)
        rows.append(CodeRow(Level.CODE, code.compact, code.term, parent, code.is_billable, notes))
    return rows


def retire(
    base: CodeSet | None, rows: Sequence[CodeRow], conversions: Mapping[str, Conversion], first_day: date
) -> list[CodeRow]:
    """Rows for codes that the base or the conversion table knows and the new release does not hold.

    Raises ReleaseImportError when the new release is not complete.
    """
    check_complete(rows, base)
    current = {row.name: row for row in rows if row.level is Level.CODE}
    earlier = {code.compact: code for code in _earlier_codes(base, first_day - timedelta(days=1))}
    for code, conversion in conversions.items():
        earlier.setdefault(code, RetiredCode(code, conversion.term, None))
    return [
        CodeRow(
            Level.RETIRED,
            code.compact,
            code.term,
            successors=tuple(resolve_successors(code.compact, conversions, current)) or _still(code, current),
            valid_to=code.valid_to,
        )
        for code in earlier.values()
        if code.compact not in current
    ]


def _still(code: RetiredCode, current: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(successor for successor in code.successors if successor in current)


def _earlier_codes(base: CodeSet | None, last_day: date) -> Iterator[RetiredCode]:
    if base is not None:
        yield from base.retired.values()
        for compact, term in zip(base.codes, base.terms, strict=True):
            yield RetiredCode(compact, term, last_day)


def _division_rows(donor: CodeSet) -> Iterator[CodeRow]:
    place = {name: index for index, name in enumerate(donor.divisions)}
    for name, division in donor.divisions.items():
        level = Level.CHAPTER if division.parent is None else Level.BLOCK
        parent = place[division.parent] if division.parent is not None else -1
        yield CodeRow(level, name, division.term, parent, notes=list(donor.all_notes(name)))


def _leaf_blocks(donor: CodeSet) -> list[tuple[CodeRange, str]]:
    """Narrow blocks before wide ones."""
    blocks = [name for name in donor.divisions if "-" in name]
    blocks.sort(key=lambda name: len(donor.ancestors(name)), reverse=True)
    return [(CodeRange(*name.split("-")), name) for name in blocks]


def _find_parent(code: ListedCode, row_of: Mapping[str, int], blocks: Sequence[tuple[CodeRange, str]]) -> int:
    for length in range(len(code.compact) - 1, 2, -1):
        if (row := row_of.get(code.compact[:length])) is not None:
            return row
    if code.parent is not None:
        block = code.parent if "-" in code.parent else f"{code.parent}-{code.parent}"
        if block in row_of:
            return row_of[block]
    return next((row_of[name] for span, name in blocks if span.contains(code.compact)), -1)
