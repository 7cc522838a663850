"""Fixtures shared by all rooms."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import make_url

from data.code_library import CodeLibrary, load_library
from data.home import Home
from data.notes import Note, Span
from data.store.session import Store, open_store
from models.coding.assertion import assert_span
from models.coding.candidates import Mention
from models.coding.document import read_note

ROOT = Path(__file__).resolve().parent.parent

# Slow machines are no failures, and the same code passes or fails everywhere alike. HYPOTHESIS_PROFILE=explore draws
# new examples each time: run it by night, and keep what it finds as an @example.
settings.register_profile("chartcode", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "chartcode"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of open and official data for development; tests that need it are skipped without it."""
    folder = Path(os.environ.get("CHARTCODE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the development data is not here (CHARTCODE_SHARED_DATA names its folder)")
    return folder


@pytest.fixture
def mention_of() -> Callable[..., Mention]:
    """Builds the mention of a code at the first place where the words stand in a note."""

    def build(text: str, words: str, code: str = "J459", document_id: str = "n") -> Mention:
        sentences = read_note(Note(document_id=document_id, text=text))._.sentences
        span = Span(start=text.index(words), end=text.index(words) + len(words))
        index = max(i for i, sentence in enumerate(sentences) if sentence.span.start <= span.start)
        assertion = assert_span(span, sentences[index].scopes, sentences[index].section.kind)
        return Mention(code, document_id, index, span, sentences[index], assertion)

    return build


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that the session shares, with the code sets built; read it only."""
    return Home(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def library(built_home: Home) -> CodeLibrary:
    """The embedded code sets, built once."""
    return load_library(built_home)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh, empty home."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of this test run's own, on a socket only; CHARTCODE_TEST_POSTGRES_URL names another."""
    if given := os.environ.get("CHARTCODE_TEST_POSTGRES_URL"):
        yield given
        return
    binaries = _find_binaries()
    owner = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if binaries is None or (owner and not _is_user(owner)):
        pytest.skip("PostgreSQL is not installed and CHARTCODE_TEST_POSTGRES_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="chartcode-pg-"))
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


def _is_user(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


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


@pytest.fixture
def sqlite_store(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(migrated_sqlite, tmp_path / "store.db")
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres_url: str, migrated_postgres: str) -> Iterator[Store]:
    for url in _lend_database(postgres_url, migrated_postgres):
        opened = open_store(url)
        yield opened
        opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store, on each database."""
    found: Store = request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, not yet migrated."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        yield from _lend_database(request.getfixturevalue("postgres_url"), "template0")


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
