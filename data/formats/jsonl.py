"""Nouns in files: one JSON value, or one a line. Nothing of a bad line is repeated in its error but where it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Generic, TypeVar

from pydantic import ValidationError

from data.noun import Noun

Value = TypeVar("Value", bound=Noun)
MAX_BYTES = 4_000_000_000
_SHOWN = 3


class FileFormatError(ValueError):
    """The file does not hold what was expected; the message says where and what."""


@dataclass(frozen=True, slots=True)
class Line(Generic[Value]):
    """A line of a file, its number counted from 1: its value, or its text and the rules that it breaks."""

    number: int
    value: Value | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    problem: str = ""


def read_text(path: Path, *, max_bytes: int) -> str:
    """UTF-8 text, with or without a byte order mark; line ends stay as they are."""
    size = path.stat().st_size
    if size > max_bytes:
        raise FileFormatError(f"{path.name} has {size:,} bytes; at most {max_bytes:,} are read")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path.name} is not UTF-8 text (byte {error.start:,})") from None


def read_one(path: Path, kind: type[Value]) -> Value:
    """One JSON value; raises FileFormatError."""
    try:
        return kind.model_validate_json(read_text(path, max_bytes=MAX_BYTES))
    except ValidationError as error:
        raise FileFormatError(f"{path.name}: {explain(error)}") from None


def read_lines(path: Path, kind: type[Value]) -> list[Value]:
    """Every line is checked before anything is returned; empty lines are skipped. Raises FileFormatError."""
    lines = [read_line(number, text, kind) for number, text in iter_texts(path)]
    if problems := [line for line in lines if line.value is None]:
        raise FileFormatError(f"{path.name}: {tell_problems((line.number, line.problem) for line in problems)}")
    return [line.value for line in lines if line.value is not None]


def iter_texts(path: Path) -> Iterator[tuple[int, str]]:
    """All lines but the empty ones, with their numbers. Raises FileFormatError for a file that is no text."""
    lines = enumerate(read_text(path, max_bytes=MAX_BYTES).split("\n"), start=1)
    return ((number, text) for number, text in lines if text.strip())


def read_line(number: int, text: str, kind: type[Value]) -> Line[Value]:
    try:
        return Line(number, kind.model_validate_json(text))
    except ValidationError as error:
        return Line(number, text=text, problem=explain(error))


def tell_problems(problems: Iterable[tuple[int, str]]) -> str:
    """The first few, by line."""
    told = [f"line {number}: {problem}" for number, problem in problems]
    more = f" (and {len(told) - _SHOWN} more lines)" if len(told) > _SHOWN else ""
    return "; ".join(told[:_SHOWN]) + more


def write_lines(path: Path, values: Iterable[Noun]) -> int:
    """Writes the file whole or not at all; the number of lines."""
    return write_texts(path, (value.model_dump_json() for value in values))


def write_texts(path: Path, texts: Iterable[str]) -> int:
    """As `write_lines`, of values that are JSON already."""
    count = 0
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        try:
            for text in texts:
                draft.write(text + "\n")
                count += 1
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    Path(draft.name).replace(path)
    return count


def explain(error: ValidationError) -> str:
    """Fields and rules, never values."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    shown = [f"{'.'.join(map(str, item['loc'])) or 'value'}: {item['msg']}" for item in problems[:_SHOWN]]
    more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return "; ".join(shown) + more


def describe(error: Exception) -> str:
    """An error in one line; of values that don't fit a noun, the fields and rules alone."""
    return explain(error) if isinstance(error, ValidationError) else " ".join(str(error).split())
