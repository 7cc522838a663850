"""A process that is killed while it decides or trains loses nothing that it had acknowledged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.home import Home
from data.synthetic.dice import Dice
from models.denial.artefact import NAME
from models.registry import ModelRegistry
from training.killed_work import kill_at_random
from training.survival import Survival, describe, survive_deciding, survive_training


def count_forever(_home: Home) -> Iterator[str]:
    yield ""
    number = 0
    while True:
        number += 1
        yield str(number)


def give_up(_home: Home) -> Iterator[str]:
    yield "1"


@pytest.mark.slow
def test_no_acknowledged_decision_is_lost(home: Home) -> None:
    found = survive_deciding(home, 3, Dice(7))
    assert found.acknowledged > 3
    assert (found.kills, found.lost, found.damaged) == (3, 0, 0)


@pytest.mark.slow
def test_no_half_version_is_left_and_one_would_be_noticed(home: Home) -> None:
    _leave_half(ModelRegistry(home).drafts(NAME) / "half")
    found = survive_training(home, 2, Dice(7), longest=0.5)
    assert (found.kills, found.lost, found.damaged) == (2, 0, 0)
    _leave_half(home.models / NAME / "half")
    assert survive_training(home, 1, Dice(7), longest=0.1).damaged == 1


def _leave_half(folder: Path) -> None:
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")


@pytest.mark.slow
def test_what_was_said_before_the_kill_is_heard(home: Home) -> None:
    heard = kill_at_random(count_forever, home, Dice(7), 0.1)
    assert heard == [str(number) for number in range(1, len(heard) + 1)]
    assert heard
    with pytest.raises(RuntimeError, match="ended by itself"):
        kill_at_random(give_up, home, Dice(7), 2.0)


def test_the_table_says_what_was_lost() -> None:
    table = describe(Survival(100, 2_345, 1, 0), Survival(100, 9, 0, 2))
    assert "| deciding | 100 | 2,345 decisions | 1 | 0 |" in table
    assert "| training | 100 | 9 versions | 0 | 2 |" in table
