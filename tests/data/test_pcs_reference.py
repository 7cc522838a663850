"""The tables of inpatient acts: what they hold, and that a broken row is named."""

import shutil
from pathlib import Path

import pytest

from data.catalogue_rows import CatalogueError
from data.pcs import FOLDER, load_pcs_reference


def test_the_tables_cover_frequent_inpatient_procedures() -> None:
    reference = load_pcs_reference()
    assert len(reference.acts) >= 190
    assert {act.table[0] + act.table[2] for act in reference.acts if act.table[0] in "01"} <= set(reference.operations)


def test_every_group_of_words_is_used() -> None:
    reference = load_pcs_reference()
    used = {cell.group for act in reference.acts for cell in act.cells.values()}
    used |= {group for act in reference.acts for group in (*act.wants, *act.bars)}
    assert {word.group for word in reference.words} - used == {"approach_beside", "converted"}


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("acts.tsv", "An act\t0D\tJ\t0\tZ\tZ\t\twords", "table"),
        ("acts.tsv", "An act\t0DT\tJ\t@nothing\tZ\tZ\t\twords", "unknown groups"),
        ("acts.tsv", "An act\t0DT\tJ\t0\tZ\tZ\tmesh\twords", "without \\+ or -"),
        ("acts.tsv", "An act\t0DT\tJJ\t0\tZ\tZ\t\twords", "part: expected a character"),
        ("acts.tsv", "An act\t0DT\tJ\t0\tZ\tZ\t\t", "no phrase"),
        ("acts.tsv", "Appendectomy\t0DT\tJ\t0\tZ\tZ\t\twords", "listed twice"),
        ("values.tsv", "mesh\tABC\twords", "value: expected"),
        ("operations.tsv", "0BT\tName\tmeaning\tB3.8", "a section and a root operation"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, name: str, row: str, told: str) -> None:
    folder = tmp_path / "pcs"
    shutil.copytree(FOLDER, folder)
    with (folder / name).open("a") as table:
        table.write(f"{row}\n")
    with pytest.raises(CatalogueError, match=told):
        load_pcs_reference(folder)
