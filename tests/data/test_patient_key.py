"""The secret of a home: drawn once, for its owner alone, and never a part of what is copied."""

import stat

import pytest

from data.home import Home
from data.patient_key import FILE, make_patient_key, read_patient_key


def test_a_key_is_drawn_once_and_for_its_owner(home: Home) -> None:
    assert read_patient_key(home) == b""
    key = make_patient_key(home)
    assert len(key) == 32
    assert make_patient_key(home) == read_patient_key(home) == key
    assert stat.S_IMODE((home.keys / FILE).stat().st_mode) == 0o600
    assert home.models not in (home.keys / FILE).parents


def test_an_empty_key_is_not_replaced(home: Home) -> None:
    """Something emptied it: a new one would part the models from their patients without a word."""
    home.keys.mkdir(parents=True)
    (home.keys / FILE).touch()
    with pytest.raises(FileExistsError):
        make_patient_key(home)


def test_homes_have_different_keys(home: Home) -> None:
    assert make_patient_key(home) != make_patient_key(Home(home.path / "other"))
