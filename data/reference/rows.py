"""Reads the small tables of this folder: tab-separated text with a header row; lines that start with # are remarks."""

import csv
from fnmatch import fnmatchcase
from importlib.resources import files


def find_tables(pattern: str) -> list[str]:
    """The names of this folder's files that match `pattern`, sorted."""
    return sorted(file.name for file in files("data.reference").iterdir() if fnmatchcase(file.name, pattern))


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of `name`, each by column; a cell that is left out at the end of a row reads as empty."""
    text = (files("data.reference") / name).read_text("utf8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return list(csv.DictReader(lines, delimiter="\t", restval="", quoting=csv.QUOTE_NONE))
