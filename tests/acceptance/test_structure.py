"""The shape of the house: four rooms, small modules, and names that nobody else owns."""

import ast
import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("api", "models", "training", "data")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
MODULES.append(ROOT / "chartcode.py")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", [*ROOMS, "chartcode"])
def test_generic_names_are_ours_alone(name: str) -> None:
    module = importlib.import_module(name)
    place = Path(module.__file__ or module.__path__[0]).resolve()
    assert place.is_relative_to(ROOT)
    owners = packages_distributions().get(name, ["chartcode"])
    assert set(owners) == {"chartcode"}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text("utf8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_clocks_have_zones_and_nobody_prints(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "datetime.utcnow"), f"line {node.lineno}"
            assert called != "datetime.now" or node.args or node.keywords, f"line {node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_the_session_commits(path: Path) -> None:
    calls = [
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert "commit" not in calls or path.name in ("session.py", "migrate.py", "env.py")


def test_no_tests_package_hides_a_room() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
