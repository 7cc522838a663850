"""The demo: four users with made-up passwords, invented encounters and claims to work on, and what came before."""

import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy.orm import Session

from api.acts import Act
from api.claims.service import keep_claim
from api.coding.service import choose_profile, keep_encounter
from api.services import Services
from data.claims import Claim
from data.home import Home
from data.notes import Encounter
from data.store.claims import get_claim
from data.store.encounters import get_encounter
from data.store.errors import NotFoundError
from data.store.users import Role, add_user, list_users

DEMO_ROLES = (Role.CODER, Role.BILLER, Role.AUDITOR, Role.ADMIN)
BY = "demo"
_FILE = "demo-users.json"


class DemoError(Exception):
    """The home holds users that this demo did not make."""


def prepare_demo(services: Services, home: Home) -> dict[str, str]:
    """Passwords by user name. Everything that is there already is left as it is."""
    from api.demo_past import load_denied_visit, load_past
    from data.synthetic.demo_claims import demo_claims
    from data.synthetic.demo_notes import demo_encounters

    passwords = prepare_users(services, home)
    load_samples(services, demo_encounters(), demo_claims())
    load_denied_visit(services)
    load_past(services)
    return passwords


def prepare_contracts(home: Home) -> None:
    """Before the services are loaded, which read them."""
    from data.synthetic.demo_rules import record_demo_rules
    from data.synthetic.demo_tables import save_demo_contracts

    save_demo_contracts(home)
    record_demo_rules(home)


def prepare_users(services: Services, home: Home) -> dict[str, str]:
    """The file is written first, so that no user ever exists without a known password."""
    path = home.path / _FILE
    with services.store.transaction() as session:
        known = {user.name for user in list_users(session)} & set(DEMO_ROLES)
        if known and not path.exists():
            raise DemoError(f"{_FILE} is missing, but its users exist: start the demo with a fresh CHARTCODE_HOME")
        passwords = _read_or_make(path)
        for role in DEMO_ROLES:
            if role not in known:
                add_user(session, role, [role], password=passwords[role], by=BY, at=services.clock())
    return passwords


def load_samples(services: Services, encounters: Iterable[Encounter], claims: Iterable[Claim]) -> None:
    """Goes through the same functions as the routes, one transaction each."""
    for encounter in encounters:
        if not is_stored(services, get_encounter, encounter.encounter_id):
            _load_encounter(services, encounter)
    for claim in claims:
        if not is_stored(services, get_claim, claim.claim_id):
            _load_claim(services, claim)


def _load_encounter(services: Services, encounter: Encounter) -> None:
    profile = choose_profile(encounter, None)
    (suggestion_set,) = services.suggester.suggest([encounter], profile)
    with services.store.transaction() as session:
        keep_encounter(Act(session, BY, services.clock()), encounter, suggestion_set, profile)


def _load_claim(services: Services, claim: Claim) -> None:
    (review,) = services.reviewer.review([claim])
    with services.store.transaction() as session:
        keep_claim(Act(session, BY, services.clock()), claim, review)


def is_stored(services: Services, get: Callable[[Session, str], object], identifier: str) -> bool:
    with services.store.reading() as session:
        try:
            get(session, identifier)
        except NotFoundError:
            return False
        return True


def _read_or_make(path: Path) -> dict[str, str]:
    if path.exists():
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return found
    passwords = {role.value: secrets.token_urlsafe(12) for role in DEMO_ROLES}
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(passwords, stream, indent=1)
    return passwords
