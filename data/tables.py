"""Imported tables: an Arrow file and a manifest each, under `home.tables/<kind>/<release>/`.

The manifest names the Arrow file, and replacing the manifest is the only step that makes an import visible,
so a reader sees the old table or the new one and never half of either.
"""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pyarrow as pa
from pydantic import Field, ValidationError

from data.home import Home
from data.noun import Count, IsoDate, Noun, UtcTime

_FORMAT = 1
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class TableManifest(Noun):
    """Where a table comes from, when it holds, and who brought it in under which licence."""

    kind: Annotated[str, Field(pattern=_NAME)]
    release: Annotated[str, Field(pattern=_NAME)]
    valid_from: IsoDate
    valid_to: IsoDate | None = None
    rows: Count
    source_names: tuple[str, ...]
    source_sha256: tuple[str, ...]
    imported_at: UtcTime
    licence: str
    accepted_by: str | None = None


class TableError(ValueError):
    """A stored table is damaged or was written by another version."""


def save_table(home: Home, manifest: TableManifest, table: pa.Table) -> None:
    """Stores the table as the one of its kind and release, in place of what was there."""
    folder = home.tables / manifest.kind / manifest.release
    folder.mkdir(parents=True, exist_ok=True)
    identity = hashlib.sha256(manifest.model_dump_json().encode()).hexdigest()[:16]
    file_name = f"table-{identity}.arrow"
    write_arrow(folder / file_name, table)
    envelope = {"format": _FORMAT, "file": file_name, "manifest": manifest.model_dump(mode="json")}
    write_atomically(folder / "manifest.json", json.dumps(envelope, indent=1).encode())
    for other in folder.glob("table-*.arrow"):
        if other.name != file_name:
            other.unlink()


def find_manifests(home: Home, kind: str) -> list[TableManifest]:
    """Newest first."""
    found = [_read_envelope(path)[0] for path in (home.tables / kind).glob("*/manifest.json")]
    return sorted(found, key=lambda manifest: (manifest.valid_from, manifest.imported_at), reverse=True)


def load_table(home: Home, kind: str, release: str) -> pa.Table:
    """Memory-mapped. Raises TableError when it is damaged, FileNotFoundError when there is none."""
    if not re.fullmatch(_NAME, release):
        raise FileNotFoundError(f"no table {kind} of that release")
    folder = home.tables / kind / release
    manifest, file_name = _read_envelope(folder / "manifest.json")
    table = read_arrow(folder / file_name)
    if table.num_rows != manifest.rows:
        raise TableError(f"{kind} {release} holds {table.num_rows} rows, its manifest says {manifest.rows}")
    return table


def find_tables(home: Home, kind: str) -> list[tuple[TableManifest, pa.Table]]:
    """All releases of a kind with their tables, memory-mapped, newest first."""
    return [(manifest, load_table(home, kind, manifest.release)) for manifest in find_manifests(home, kind)]


def stamp_tables(home: Home) -> str:
    """Changes with every import; costs a `stat` for each release."""
    stats = ((path.parent, path.stat()) for path in sorted(home.tables.glob("*/*/manifest.json")))
    found = [(str(folder), stat.st_ino, stat.st_mtime_ns, stat.st_size) for folder, stat in stats]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def write_arrow(path: Path, table: pa.Table) -> None:
    """Writes an Arrow IPC file by way of a temporary one, so that it is whole or not there."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    write_atomically(path, sink.getvalue())


def read_arrow(path: Path) -> pa.Table:
    """Memory-mapped; raises TableError on a damaged file."""
    try:
        with pa.memory_map(str(path)) as source:
            return pa.ipc.open_file(source).read_all()
    except pa.ArrowInvalid:
        raise TableError(f"{path.name} is not a whole Arrow file") from None


def write_atomically(path: Path, content: Any) -> None:
    """Writes bytes (or a buffer) to a temporary file beside `path` and renames it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _read_envelope(path: Path) -> tuple[TableManifest, str]:
    envelope = _read_json(path)
    if envelope.get("format") != _FORMAT:
        raise TableError(f"{path.parent.name}: this version reads manifests of format {_FORMAT}")
    try:
        return TableManifest.model_validate_json(json.dumps(envelope["manifest"])), str(envelope["file"])
    except (KeyError, ValidationError):
        raise TableError(f"{path.parent.name}: the manifest is damaged") from None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except ValueError:
        raise TableError(f"{path.parent.name}: the manifest is not JSON") from None
    return value if isinstance(value, dict) else {}
