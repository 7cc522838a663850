"""The name of a version changes with what it was made from."""

import re

from data.program import program_digest
from training.code_revision import find_code_revision, name_training


def test_the_same_data_and_code_give_the_same_name() -> None:
    assert name_training("a") == name_training("a")
    assert re.fullmatch("[0-9a-f]{8}", name_training("a"))


def test_other_data_give_another_name() -> None:
    assert name_training("a") != name_training("b")


def test_the_name_is_not_that_of_the_data_or_the_program_alone() -> None:
    digest = program_digest()
    assert name_training(digest) not in digest


def test_a_revision_is_a_commit_or_a_release() -> None:
    assert re.match(r"[0-9a-f]{40}(\+changes)?$|release ", find_code_revision())
