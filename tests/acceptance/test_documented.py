"""If it is documented it exists; if it exists it is documented."""

import re
from pathlib import Path

import pytest

from chartcode import cli
from training.readme import replace_block

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf8")
MENTIONED = set(re.findall(r"chartcode ([a-z]+)", README))


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert name in MENTIONED


@pytest.mark.parametrize("name", sorted(MENTIONED))
def test_every_command_in_the_readme_exists(name: str) -> None:
    assert name in cli.commands


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)\)|`((?:data|docs|training|models)/[\w./]+\.\w+)`", README))
def test_every_file_in_the_readme_exists(path: tuple[str, str]) -> None:
    assert (ROOT / (path[0] or path[1])).exists()


@pytest.mark.parametrize("name", ["coding", "denial", "bench"])
def test_measured_tables_are_those_beside_the_readme(name: str) -> None:
    table = (ROOT / "docs" / f"{name}.md").read_text("utf8")
    assert replace_block(README, name, table) == README


def test_a_missing_block_is_an_error() -> None:
    with pytest.raises(ValueError, match="no block"):
        replace_block("text", "bench", "table")
