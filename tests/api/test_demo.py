"""The demo: the same users and samples however often it starts."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from api import examples
from api.demo import DemoError, load_samples, prepare_users
from api.services import Services
from data.claims import Claim
from data.home import Home
from data.notes import Encounter
from data.store.session import open_store
from data.store.users import Role, check_password, list_users


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def services(shared_world: Any, home: Home) -> Iterator[Services]:
    store = open_store(home.database_url)
    yield replace(shared_world.services, store=store)
    store.close()


@pytest.fixture(scope="module")
def passwords(services: Services, home: Home) -> dict[str, str]:
    return prepare_users(services, home)


def test_users_are_made_once_and_keep_their_passwords(
    services: Services, home: Home, passwords: dict[str, str]
) -> None:
    assert prepare_users(services, home) == passwords
    with services.store.reading() as session:
        assert {user.name: user.roles for user in list_users(session)} == {name: {Role(name)} for name in passwords}
        assert check_password(session, "coder", passwords["coder"]).name == "coder"
    assert set(passwords) == {"coder", "biller", "auditor", "admin"}


def test_the_passwords_are_their_owner_s_to_read(home: Home, passwords: dict[str, str]) -> None:
    path = home.path / "demo-users.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == passwords
    assert len(set(passwords.values())) == 4
    assert all(len(one) >= 16 for one in passwords.values())


def test_users_without_their_file_are_not_guessed(services: Services, passwords: dict[str, str], tmp_path) -> None:
    with pytest.raises(DemoError, match="fresh CHARTCODE_HOME"):
        prepare_users(services, Home(tmp_path))
    assert not list(tmp_path.iterdir())


def test_an_interrupted_start_is_finished_by_the_next(shared_world: Any, tmp_path) -> None:
    """The file is there before the users are."""
    home = Home(tmp_path)
    expected = {name: f"{name}-password-0123" for name in ("coder", "biller", "auditor", "admin")}
    (tmp_path / "demo-users.json").write_text(json.dumps(expected))
    store = open_store(home.database_url)
    assert prepare_users(replace(shared_world.services, store=store), home) == expected
    with store.reading() as session:
        assert check_password(session, "biller", expected["biller"])
    store.close()


def test_samples_are_loaded_once_and_left_alone(world: Any) -> None:
    encounters, claims = [Encounter.model_validate(examples.ENCOUNTER)], [Claim.model_validate(examples.CLAIM)]
    load_samples(world.services, encounters, claims)
    client = world.client()
    client.post("/v1/claims/c1/decisions", json={"outcome": "released"})
    before = client.get("/v1/audit/events").json()["events"]
    load_samples(world.services, encounters, claims)
    assert client.get("/v1/encounters/e1").headers["etag"] == '"1"'
    assert client.get("/v1/claims/c1").headers["etag"] == '"2"'
    kinds = [event["kind"] for event in before if event["actor"] == "demo"]
    assert kinds == ["encounter.stored", "claim.stored"]
