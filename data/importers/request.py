"""What an importer is asked, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TypeVar

import pyarrow as pa

from data.code_library import CodeLibrary
from data.formats.official_xml import LayoutError
from data.import_sources import ReleaseImportError, Source

Given = TypeVar("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """The opened files, the releases at hand before the import, and what the operator said about the new one."""

    sources: tuple[Source, ...]
    library: CodeLibrary
    release: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A release's name and the days on which it holds, both inclusive."""

    release: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """`rejected` counts rows that were left out; `remarks` say in words what else the operator should know."""

    table: pa.Table
    period: Period
    rejected: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads one kind of table. `must_accept` names the licence that the operator has to accept, if any."""

    kind: str
    read: Callable[[ImportRequest], ImportedTable]
    licence: str
    must_accept: str | None = None


def settle_period(request: ImportRequest, guess: Period | None) -> Period:
    """What the operator said, completed by what the files say. Raises ReleaseImportError when neither says enough."""
    release = request.release or (guess.release if guess else None)
    valid_from = request.valid_from or (guess.valid_from if guess else None)
    if release is None or valid_from is None:
        raise ReleaseImportError("the files do not say which release they are: give its name and its first day")
    valid_to = request.valid_to
    if valid_to is None and guess and valid_from == guess.valid_from:
        valid_to = guess.valid_to
    if valid_to is not None and valid_to < valid_from:
        raise ReleaseImportError(f"a release can't end ({valid_to}) before it begins ({valid_from})")
    return Period(release, valid_from, valid_to)


def base_name(source: Source) -> str:
    return PurePosixPath(source.name).name


def in_file(source: Source, parse: Callable[[Given], Answer], given: Given) -> Answer:
    """Runs a parser; its LayoutError becomes a ReleaseImportError that names the file."""
    try:
        return parse(given)
    except LayoutError as error:
        raise ReleaseImportError(f"{source.name}, {error}") from None
