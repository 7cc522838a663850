"""The demo: the same users and samples however often it starts."""

import json
from dataclasses import replace

import pytest

from api import examples
from api.demo import DemoError, load_samples, prepare_users
from data.claims import Claim
from data.home import Home
from data.notes import Encounter
from data.store.session import open_store
from data.store.users import Role, check_password, list_users


@pytest.fixture
def services(world, home: Home):
    store = open_store(home.database_url)
    yield replace(world.services, store=store)
    store.close()


def test_users_are_made_once_and_keep_their_passwords(services, home: Home) -> None:
    first, second = prepare_users(services, home), prepare_users(services, home)
    assert first == second
    assert set(first) == {"coder", "biller", "auditor", "admin"}
    with services.store.reading() as session:
        assert {user.name: user.roles for user in list_users(session)} == {name: {Role(name)} for name in first}
        assert check_password(session, "coder", first["coder"]).name == "coder"


def test_the_passwords_are_their_owner_s_to_read(services, home: Home) -> None:
    passwords = prepare_users(services, home)
    path = home.path / "demo-users.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == passwords
    assert len(set(passwords.values())) == 4
    assert all(len(one) >= 16 for one in passwords.values())


def test_an_interrupted_start_is_finished_by_the_next(services, home: Home) -> None:
    passwords = {name: f"{name}-password-0123" for name in ("coder", "biller", "auditor", "admin")}
    (home.path / "demo-users.json").write_text(json.dumps(passwords))
    assert prepare_users(services, home) == passwords
    with services.store.reading() as session:
        assert check_password(session, "biller", passwords["biller"])


def test_users_without_their_file_are_not_guessed(services, home: Home) -> None:
    prepare_users(services, home)
    (home.path / "demo-users.json").unlink()
    with pytest.raises(DemoError, match="fresh CHARTCODE_HOME"):
        prepare_users(services, home)


def test_samples_are_loaded_once_and_left_alone(world) -> None:
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
