"""Stored tables: whole or not there, and readable by what they say about themselves."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from data.home import Home
from data.tables import (
    TableError,
    TableManifest,
    find_manifests,
    find_tables,
    load_table,
    read_arrow,
    save_table,
    write_arrow,
    write_atomically,
)


def manifest(release: str, *, kind: str = "mue", first: date = date(2026, 1, 1), rows: int = 2) -> TableManifest:
    return TableManifest(
        kind=kind,
        release=release,
        valid_from=first,
        rows=rows,
        source_names=("a.txt",),
        source_sha256=("0" * 64,),
        imported_at=datetime(2026, 1, 2, tzinfo=UTC),
        licence="public domain",
    )


TABLE = pa.table({"code": ["A0021", "A0080"], "units": [1, 2]})


def test_a_table_comes_back_as_it_was_stored(home: Home) -> None:
    save_table(home, manifest("2026-Q1"), TABLE)
    [(found, table)] = find_tables(home, "mue")
    assert found == manifest("2026-Q1")
    assert table.equals(TABLE)


def test_the_newest_release_comes_first(home: Home) -> None:
    for release, first in (("q2", date(2026, 4, 1)), ("q1", date(2026, 1, 1)), ("q3", date(2026, 7, 1))):
        save_table(home, manifest(release, first=first), TABLE)
    assert [found.release for found in find_manifests(home, "mue")] == ["q3", "q2", "q1"]


def test_storing_again_replaces_the_table_and_leaves_nothing_behind(home: Home) -> None:
    save_table(home, manifest("q1"), TABLE)
    old = load_table(home, "mue", "q1")
    save_table(home, manifest("q1", rows=1), TABLE.slice(0, 1))
    assert load_table(home, "mue", "q1").num_rows == 1
    assert old["code"].to_pylist() == ["A0021", "A0080"]
    assert sorted(path.suffix for path in (home.tables / "mue" / "q1").iterdir()) == [".arrow", ".json"]


def test_nothing_is_there_before_anything_was_stored(home: Home) -> None:
    assert find_tables(home, "mue") == []
    with pytest.raises(FileNotFoundError):
        load_table(home, "mue", "q1")


@pytest.mark.parametrize("release", ["", "../../etc", "a/b", "-x", "x" * 65, "x\n"])
def test_a_release_name_stays_inside_its_folder(home: Home, release: str) -> None:
    with pytest.raises(ValueError, match="release"):
        manifest(release)
    with pytest.raises(FileNotFoundError):
        load_table(home, "mue", release)


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "kept.txt"
    write_atomically(path, b"old")
    with pytest.raises(TypeError):
        write_atomically(path, "not bytes")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.arrow"
    write_arrow(path, TABLE)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(TableError, match=r"table\.arrow"):
        read_arrow(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 99}', b'{"format": 1, "file": "x"}'])
def test_a_damaged_manifest_is_refused(home: Home, content: bytes) -> None:
    save_table(home, manifest("q1"), TABLE)
    (home.tables / "mue" / "q1" / "manifest.json").write_bytes(content)
    with pytest.raises(TableError):
        find_tables(home, "mue")


def test_a_table_of_another_length_than_its_manifest_says_is_refused(home: Home) -> None:
    save_table(home, manifest("q1", rows=3), TABLE)
    with pytest.raises(TableError, match="manifest says 3"):
        load_table(home, "mue", "q1")
