"""The application over a real store, with fakes for the models. Every patient is invented."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import examples
from api.main import create_app
from api.services import Services
from api.settings import Settings
from data.claims import Claim
from data.code_library import CodeLibrary
from data.code_notes import CodeNote, NoteKind
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.codeset_table import CodeRow, Level, from_table, to_table
from data.home import Home
from data.notes import Encounter, Profile
from data.reviews import (
    ClaimReview,
    DenialReason,
    DenialRisk,
    Disposition,
    Edit,
    LineRisk,
    ReasonCategory,
    Severity,
    Source,
    Support,
)
from data.store.session import Store, open_store
from data.store.users import Role, add_user, issue_token
from data.suggestions import Evidence, Suggestion, SuggestionSet, Tier
from data.suggestions import Role as CodeRole
from models.artifacts import write_manifest

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

_PHRASES = (
    ("diabetes", CodeSystem.ICD10CM, "E11.22", CodeRole.FIRST_LISTED),
    ("kidney disease", CodeSystem.ICD10CM, "N18.32", CodeRole.SECONDARY),
    ("PLAN", CodeSystem.CPT, "99214", CodeRole.PROCEDURE),
)


class FakeSuggester:
    """Finds three phrases. `before` runs first, so that a test can slow it down or make it fail."""

    model_version = "fake-coding-1"

    def __init__(self) -> None:
        self.asked: list[Profile] = []
        self.before: Callable[[], None] = lambda: None

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]:
        self.asked.append(profile)
        self.before()
        return [self._answer(encounter) for encounter in encounters]

    def _answer(self, encounter: Encounter) -> SuggestionSet:
        found = [
            (note, note.text.find(phrase), phrase, system, code, role)
            for note in encounter.documents
            for phrase, system, code, role in _PHRASES
            if phrase in note.text
        ]
        return SuggestionSet(
            encounter_id=encounter.encounter_id,
            suggestion_set_id=f"set-{encounter.encounter_id}"[:128],
            model_version=self.model_version,
            code_set_releases={"icd10cm": "TEST"},
            suggestions=tuple(
                Suggestion(
                    suggestion_id=f"s{rank}",
                    system=system,
                    code=code,
                    term="a term",
                    probability=0.9,
                    tier=Tier.SUGGESTED,
                    rank=rank,
                    role=role,
                    modifiers=("25",) if role is CodeRole.PROCEDURE else (),
                    linked_diagnoses=("E11.22",) if role is CodeRole.PROCEDURE else (),
                    evidence=(Evidence(document_id=note.document_id, start=at, end=at + len(phrase), quote=phrase),),
                )
                for rank, (note, at, phrase, system, code, role) in enumerate(found, start=1)
            ),
        )


class FakeReviewer:
    model_version = "fake-denial-1"

    def __init__(self) -> None:
        self.before: Callable[[], None] = lambda: None

    def review(self, claims: Sequence[Claim]) -> list[ClaimReview]:
        self.before()
        return [self._review(claim) for claim in claims]

    def _review(self, claim: Claim) -> ClaimReview:
        reason = DenialReason(category=ReasonCategory.BUNDLING, carcs=("97",), probability=0.2)
        line = claim.lines[0].line_number
        edit = Edit(
            rule_id="test.rule",
            severity=Severity.WARN,
            message="A rule of the test.",
            lines=(line,),
            source=Source(name="test", release="1", citation="here"),
        )
        risk = DenialRisk(
            probability=0.3,
            expected_loss_cents=claim.charge_cents // 3,
            support=Support(similar_claims=12, is_low=True),
            operating_point="balanced",
            lines=(LineRisk(line_number=line, probability=0.3, reasons=(reason,)),),
        )
        return ClaimReview(
            claim_id=claim.claim_id,
            model_version=self.model_version,
            edits=(edit,),
            risk=risk,
            disposition=Disposition.HOLD,
        )


@dataclass(frozen=True)
class FakeHit:
    system: CodeSystem
    code: str
    term: str
    is_billable: bool = True
    score: float = 1.0


class FakeSearch:
    """Whole words of the term."""

    _hits = (
        FakeHit(CodeSystem.ICD10CM, "E11.22", "Sugar disease of the kidney"),
        FakeHit(CodeSystem.CPT, "99214", "Longer visit"),
    )

    def search(
        self, query: str, *, system: CodeSystem | None = None, on: date | None = None, limit: int = 20
    ) -> list[FakeHit]:
        words = set(query.lower().split())
        hits = [hit for hit in self._hits if words & set(hit.term.lower().split()) and system in (None, hit.system)]
        return hits[:limit]


class FakeRegistry:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def champion(self, name: str) -> Path:
        return self.folder / name

    def versions(self, name: str) -> list[str]:
        return ["1", "2"]


def small_icd10cm() -> CodeSet:
    """Two categories in one chapter, with invented terms; E11.23 is retired."""
    excluded = CodeNote("E11", NoteKind.EXCLUDES1, "another disease (E10.-)")
    rows = [
        CodeRow(Level.CHAPTER, "4", "Term of 4"),
        CodeRow(Level.BLOCK, "E08-E13", "Term of E08-E13", parent=0),
        CodeRow(Level.CODE, "E11", "Term of E11", parent=1, notes=[excluded]),
        CodeRow(Level.CODE, "E112", "Term of E11.2", parent=2),
        CodeRow(Level.CODE, "E1122", "Term of E11.22", parent=3, is_billable=True),
        CodeRow(Level.CODE, "N18", "Term of N18", parent=0),
        CodeRow(Level.CODE, "N1832", "Term of N18.32", parent=5, is_billable=True),
        CodeRow(Level.RETIRED, "E1123", "An old term", successors=("E1122",), valid_to=date(2025, 9, 30)),
    ]
    return from_table(CodeSystem.ICD10CM, "TEST", date(2015, 10, 1), None, to_table(rows))


@dataclass
class World:
    """An application, and what a test may turn."""

    app: FastAPI
    services: Services
    suggester: FakeSuggester
    reviewer: FakeReviewer
    tokens: dict[str, str]
    now: list[datetime] = field(default_factory=lambda: [NOW])

    def client(self, role: str | None = "admin", **options: Any) -> TestClient:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False, follow_redirects=False, **options)

    def race(self, path: str, body: dict[str, Any], headers: dict[str, str], count: int = 6) -> list[Any]:
        """The same request from several clients at the same moment."""
        barrier = Barrier(count)

        def send(_number: int) -> Any:
            with self.client() as client:
                barrier.wait()
                return client.post(path, json=body, headers=headers)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(send, range(count)))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one user a role, each with a token, and one with none; copying it is faster than making it."""
    folder = tmp_path_factory.mktemp("template")
    store = open_store(f"sqlite:///{folder / 'chartcode.db'}")
    tokens = {}
    with store.transaction() as session:
        for role in Role:
            add_user(session, role.value, [role], password=PASSWORD, at=NOW)
            tokens[role.value] = issue_token(session, role.value, at=NOW)
        add_user(session, "nobody", [], password=PASSWORD, at=NOW)
        tokens["nobody"] = issue_token(session, "nobody", at=NOW)
    store.close()
    (folder / "tokens.json").write_text(json.dumps(tokens))
    for name in ("coding", "denial"):
        (folder / "models" / name).mkdir(parents=True)
        (folder / "models" / name / "MODEL_CARD.md").write_text(f"# The {name} model\n")
        write_manifest(folder / "models" / name, name=name, version="1", data_hash="0" * 64, metrics={"f1": 0.5})
    return folder


def make_world(template: Path, folder: Path, **limits: Any) -> World:
    shutil.copytree(template, folder)
    suggester, reviewer, now = FakeSuggester(), FakeReviewer(), [NOW]
    services = Services(
        store=open_store(f"sqlite:///{folder / 'chartcode.db'}"),
        suggester=suggester,
        reviewer=reviewer,
        search=FakeSearch(),
        library=CodeLibrary.of(small_icd10cm()),
        registry=FakeRegistry(folder / "models"),
        clock=lambda: now[0],
    )
    app = create_app(Settings(home=Home(folder), **limits), services)
    return World(app, services, suggester, reviewer, json.loads((folder / "tokens.json").read_text()), now)


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    made = make_world(template, tmp_path / "world")
    yield made
    made.services.store.close()


@pytest.fixture
def postgres_world(world: World, postgres_store: Store) -> World:
    """The same over PostgreSQL, with an administrator."""
    with postgres_store.transaction() as session:
        add_user(session, "admin", [Role.ADMIN], password=PASSWORD, at=NOW)
        token = issue_token(session, "admin", at=NOW)
    services = replace(world.services, store=postgres_store)
    app = create_app(world.app.state.settings, services)
    return replace(world, app=app, services=services, tokens={"admin": token})


@pytest.fixture(params=["world", "postgres_world"])
def any_world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def shared_world(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """For tables of requests that don't disturb each other."""
    made = make_world(template, tmp_path_factory.mktemp("shared") / "world")
    yield made
    made.services.store.close()


@pytest.fixture(scope="module")
def shared_client(shared_world: World) -> Iterator[TestClient]:
    with shared_world.client() as opened:
        yield opened


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """Signed in as an administrator."""
    with world.client() as opened:
        yield opened


@pytest.fixture
def encounter() -> dict[str, Any]:
    return json.loads(json.dumps(examples.ENCOUNTER))


@pytest.fixture
def claim() -> dict[str, Any]:
    return json.loads(json.dumps(examples.CLAIM))


@pytest.fixture
def stored_encounter(client: TestClient, encounter: dict[str, Any]) -> dict[str, Any]:
    """Stored, at version 1."""
    answer = client.post("/v1/encounters", json=encounter)
    assert answer.status_code == 201, answer.text
    return encounter


@pytest.fixture
def stored_claim(client: TestClient, claim: dict[str, Any]) -> dict[str, Any]:
    """Stored, at version 1."""
    answer = client.post("/v1/claims", json=claim)
    assert answer.status_code == 201, answer.text
    return claim


@pytest.fixture
def password() -> str:
    """Of every user of the template."""
    return PASSWORD
