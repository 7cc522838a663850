"""Fixtures shared by all rooms."""

import os
from pathlib import Path

import pytest

from data.home import Home

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of open and official data for development; tests that need it are skipped without it."""
    folder = Path(os.environ.get("CHARTCODE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the development data is not here (CHARTCODE_SHARED_DATA names its folder)")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh, empty home."""
    return Home(tmp_path / "home")
