"""Settings come from the environment, and wrong ones are refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings
from data.home import Home


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHARTCODE_HOME", str(tmp_path))
    monkeypatch.setenv("CHARTCODE_MAX_BODY_BYTES", "4096")
    settings = Settings()
    assert (settings.home, settings.max_body_bytes) == (Home(tmp_path.resolve()), 4096)


def test_without_it_the_home_is_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARTCODE_HOME", raising=False)
    assert Settings().home == Home(Path("var").resolve())


@pytest.mark.parametrize("wrong", [{"max_body_bytes": 0}, {"model_slots": 0}, {"sign_in_attempts": 0}])
def test_limits_stay_limits(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)
