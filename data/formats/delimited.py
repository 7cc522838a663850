"""Reads the tables that CMS publishes as text: some lines of notices, a header that may span lines, then rows.

A file is read by the names of its header when one line names every required column, else by the published order of
the columns, from the first line that starts with a procedure code. Parquet with such column names is read as well.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from data.formats.official_xml import LayoutError

_FIRST_ROW = re.compile(rb'^"?[0-9A-Z]{5}"?[ ]*[\t,]')
_MAX_PREAMBLE_LINES = 60
_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns` in the published order; `names` maps other spellings to them; `required` decides on the header."""

    columns: Sequence[str]
    required: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)

    def assign(self, headings: Iterable[str]) -> list[str]:
        """The column of each heading; `_3` for the fourth when we have no use for it or had it before."""
        found: list[str] = []
        for position, heading in enumerate(headings):
            key = re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")
            name = key if key in self.columns else self.names.get(key, "")
            found.append(name if name and name not in found else f"_{position}")
        return found


@dataclass(frozen=True, slots=True)
class TextTable:
    """All columns of the layout as text; a column that the file lacks is empty. `ragged` rows were left out."""

    preamble: str
    table: pa.Table
    ragged: int = 0


def read_text_table(content: bytes, layout: Layout) -> TextTable:
    """Raises LayoutError when neither the columns nor a first row are found."""
    if content.startswith(_PARQUET):
        return _read_parquet(content, layout)
    lines = content.split(b"\n", _MAX_PREAMBLE_LINES)[:_MAX_PREAMBLE_LINES]
    for number, line in enumerate(lines):
        headings = _split(line)
        named = layout.assign(headings)
        if layout.required <= set(named):
            return _read_rows(content, lines[: number + 1], named, _delimiter(line), layout)
        if _FIRST_ROW.match(line):
            spare = (f"_{position}" for position in range(len(layout.columns), len(headings)))
            return _read_rows(
                content, lines[:number], [*layout.columns, *spare][: len(headings)], _delimiter(line), layout
            )
    raise LayoutError(f"expected the columns {', '.join(sorted(layout.required))}, or rows that start with a code")


def _read_rows(
    content: bytes, preamble: Sequence[bytes], names: Sequence[str], delimiter: str, layout: Layout
) -> TextTable:
    ragged = 0

    def skip(_: object) -> str:
        nonlocal ragged
        ragged += 1
        return "skip"

    body = content[sum(len(line) + 1 for line in preamble) :]
    table = pa_csv.read_csv(
        BytesIO(body or b"\n"),
        read_options=pa_csv.ReadOptions(column_names=names, encoding="latin-1"),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=skip),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    return TextTable(b"\n".join(preamble).decode("latin-1"), _complete(table, layout), ragged)


def _read_parquet(content: bytes, layout: Layout) -> TextTable:
    try:
        table = pa_parquet.read_table(BytesIO(content))
    except pa.ArrowInvalid:
        raise LayoutError("the Parquet file is damaged") from None
    table = table.rename_columns(layout.assign(table.column_names))
    if missing := layout.required - set(table.column_names):
        raise LayoutError(f"expected the columns {', '.join(sorted(missing))}")
    return TextTable("", _complete(table, layout))


def _complete(table: pa.Table, layout: Layout) -> pa.Table:
    blank = pa.repeat("", table.num_rows)
    return pa.table(
        {name: table[name].cast(pa.string()) if name in table.column_names else blank for name in layout.columns}
    )


def _split(line: bytes) -> list[str]:
    text = line.decode("latin-1").strip("\r\n").removeprefix("ï»¿")
    return next(csv.reader([text], delimiter=_delimiter(line)), [])


def _delimiter(line: bytes) -> str:
    return "\t" if b"\t" in line else ","
