"""A fresh store on each database, and small nouns to put into it."""

import getpass
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from data.claims import Claim
from data.notes import Encounter, Note
from data.reviews import ClaimReview
from data.store.session import Store, open_store
from data.suggestions import Evidence, Suggestion, SuggestionSet

NOW = datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)
TEXT = "Type 2 diabetes with chronic kidney disease, stage 3b. No chest pain."


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of this test run's own, on a socket only; CHARTCODE_TEST_POSTGRES_URL names another."""
    if given := os.environ.get("CHARTCODE_TEST_POSTGRES_URL"):
        yield given
        return
    binaries = _find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed and CHARTCODE_TEST_POSTGRES_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="chartcode-pg-"))
    owner = "postgres" if getpass.getuser() == "root" else None  # the server refuses to run as root
    if owner:
        shutil.chown(folder, owner)
    try:
        yield from _serve(binaries, folder, owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_binaries() -> Path | None:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def _serve(binaries: Path, folder: Path, owner: str | None) -> Iterator[str]:
    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=owner, cwd=folder, stdout=subprocess.DEVNULL, timeout=60)

    data = str(folder / "data")
    run(str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    log = str(folder / "log")
    run(str(binaries / "pg_ctl"), "-D", data, "-o", options, "-l", log, "-w", "start")
    try:
        yield f"postgresql://tester@/postgres?host={folder}"
    finally:
        run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[str]:
    for url in _lend_database(postgres_url, "template0"):
        open_store(url).close()
        yield make_url(url).database or ""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, not yet migrated."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        yield from _lend_database(request.getfixturevalue("postgres_url"), "template0")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "store.db")
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        server = request.getfixturevalue("postgres_url")
        yield from _lend_database(server, request.getfixturevalue("migrated_postgres"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def make_encounter() -> Callable[..., tuple[Encounter, SuggestionSet]]:
    return _make_encounter


@pytest.fixture
def make_claim() -> Callable[..., tuple[Claim, ClaimReview]]:
    return _make_claim


def _make_encounter(
    encounter_id: str = "e1", *, text: str = TEXT, probabilities: tuple[float, ...] = (0.9, 0.6)
) -> tuple[Encounter, SuggestionSet]:
    note = Note(document_id="d1", text=text)
    encounter = Encounter(encounter_id=encounter_id, date_of_service=date(2026, 3, 14), documents=(note,))
    codes = ("E11.22", "N18.32", "I10", "E78.5")
    suggestions = tuple(
        Suggestion(
            suggestion_id=f"s{rank}",
            system="icd10cm",
            code=codes[rank - 1],
            term="a term",
            probability=probability,
            tier="suggested",
            rank=rank,
            role="secondary",
            evidence=(Evidence(document_id="d1", start=0, end=4, quote=text[:4]),),
        )
        for rank, probability in enumerate(probabilities, start=1)
    )
    answer = SuggestionSet(
        encounter_id=encounter_id,
        suggestion_set_id=f"set-{encounter_id}",
        model_version="coding-1",
        code_set_releases={"icd10cm": "FY2026"},
        suggestions=suggestions,
    )
    return encounter, answer


def _make_claim(
    claim_id: str = "c1", *, loss_cents: int = 5700, disposition: str = "release", charge_cents: int = 18500
) -> tuple[Claim, ClaimReview]:
    line = {
        "line_number": 1,
        "procedure": {"system": "cpt", "code": "99214"},
        "modifiers": ["25"],
        "diagnosis_pointers": [1],
        "charge_cents": charge_cents,
        "service_date": "2026-03-14",
    }
    claim = Claim.model_validate(
        {
            "claim_id": claim_id,
            "payer": {"payer_id": "P1", "kind": "commercial"},
            "patient": {"patient_id": "p1", "age_years": 57, "sex": "female"},
            "diagnoses": ["E11.22"],
            "prepared_on": "2026-03-20",
            "lines": [line],
        }
    )
    risk = {
        "probability": 0.31,
        "expected_loss_cents": loss_cents,
        "support": {"similar_claims": 412, "is_low": False},
        "operating_point": "balanced",
    }
    review = ClaimReview.model_validate(
        {"claim_id": claim_id, "model_version": "denial-1", "risk": risk, "disposition": disposition}
    )
    return claim, review


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _lend_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")
