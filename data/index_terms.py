"""Imported terms of the ICD-10-CM Alphabetic Index, as a stored table."""

from collections.abc import Sequence

import pyarrow as pa

from data.arrow_columns import flags, only_chunk, strings
from data.formats.icd10cm_index import IndexBook, IndexEntry
from data.home import Home
from data.tables import TableError, find_manifests, load_table

INDEX_KIND = "icd10cm-index"
_TEXTS = ("modifiers", "column", "code", "manifestation", "see", "see_also")
INDEX_SCHEMA = pa.schema(
    [
        ("book", pa.string()),
        ("path", pa.list_(pa.string())),
        *((name, pa.string()) for name in _TEXTS),
        ("is_open", pa.bool_()),
    ]
)


def index_table(entries: Sequence[IndexEntry]) -> pa.Table:
    columns = {name: [getattr(entry, name) for entry in entries] for name in (*_TEXTS, "is_open")}
    columns["book"] = [entry.book.value for entry in entries]
    columns["path"] = [list(entry.path) for entry in entries]
    return pa.table({field.name: columns[field.name] for field in INDEX_SCHEMA}, schema=INDEX_SCHEMA)


def find_index_entries(home: Home) -> list[IndexEntry]:
    """The newest imported index; empty when none was imported."""
    manifests = find_manifests(home, INDEX_KIND)
    if not manifests:
        return []
    table = load_table(home, INDEX_KIND, manifests[0].release)
    if table.schema != INDEX_SCHEMA:
        raise TableError(f"{INDEX_KIND} {manifests[0].release} has another layout than this version reads")
    return _read_entries(table)


def _read_entries(table: pa.Table) -> list[IndexEntry]:
    paths = only_chunk(table["path"])
    words = strings(paths.values)
    bounds = paths.offsets.to_pylist()
    columns = {name: strings(table[name]) for name in _TEXTS}
    books = [IndexBook(book) for book in strings(table["book"])]
    is_open = flags(table["is_open"]).tolist()
    return [
        IndexEntry(
            book=books[row],
            path=tuple(words[bounds[row] : bounds[row + 1]]),
            is_open=is_open[row],
            **{name: columns[name][row] for name in _TEXTS},
        )
        for row in range(table.num_rows)
    ]
