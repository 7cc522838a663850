"""What reading an official table gives."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """`rejected` counts the rows that could not be read; `preamble` is the text above the header."""

    table: pa.Table
    rejected: int
    preamble: str = ""
