"""The workbench on a real server, in a real browser, over models that answer from files. All patients are invented."""

import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from api.acts import Act
from api.auth import SESSION_COOKIE
from api.claims.service import keep_claim
from api.coding.service import keep_encounter
from api.main import create_app
from api.services import Services
from api.settings import Settings
from data.claims import Claim
from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.home import Home
from data.notes import Encounter, Note, Profile
from data.reviews import ClaimReview
from data.store.browser_sessions import open_browser_session
from data.store.session import open_store
from data.store.users import Role, add_user
from data.suggestions import SuggestionSet
from data.synthetic.demo_notes import demo_encounters

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
ANSWERS = Path(__file__).parent / "workbench"


def read_answer(name: str) -> Any:
    return json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))


class FakeSuggester:
    """Answers from `suggestions.json`, where evidence is a quote of the encounter's first document."""

    model_version = "fake-coding-1"

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]:
        answers = read_answer("suggestions")
        return [self._answer(encounter, answers.get(encounter.encounter_id, {})) for encounter in encounters]

    def _answer(self, encounter: Encounter, answer: dict[str, Any]) -> SuggestionSet:
        parts = {
            name: [item | {"evidence": _locate(encounter.documents[0], item["evidence"])} for item in items]
            for name, items in answer.items()
        }
        for rank, suggestion in enumerate(parts.get("suggestions", ()), start=1):
            suggestion |= {"suggestion_id": f"{encounter.encounter_id}-{rank}", "rank": rank}
        given = {
            "encounter_id": encounter.encounter_id,
            "suggestion_set_id": f"set-{encounter.encounter_id}",
            "model_version": self.model_version,
            "code_set_releases": {"icd10cm": "FY2026"},
        }
        return SuggestionSet.model_validate(given | parts)


def _locate(note: Note, quotes: Sequence[str]) -> list[dict[str, Any]]:
    starts = [note.text.index(quote) for quote in quotes]
    return [
        {"document_id": note.document_id, "start": start, "end": start + len(quote), "quote": quote}
        for start, quote in zip(starts, quotes, strict=True)
    ]


class FakeReviewer:
    """A visit beside a procedure is denied unless modifier 25 sets it apart; the answers are files."""

    model_version = "fake-denial-1"

    def review(self, claims: Sequence[Claim]) -> list[ClaimReview]:
        return [self._review(claim) for claim in claims]

    def _review(self, claim: Claim) -> ClaimReview:
        is_bundled = len(claim.lines) > 1 and "25" not in claim.lines[0].modifiers
        answer = read_answer("review_bundled" if is_bundled else "review_clean")
        answer["risk"]["expected_loss_cents"] = int(claim.charge_cents * answer["risk"]["probability"])
        answer["fixes"] = [fix for fix in answer["fixes"] if len(claim.diagnoses) > 2 or fix["needs"] == "coder"]
        return ClaimReview.model_validate(answer | {"claim_id": claim.claim_id})


@dataclass(frozen=True)
class Hit:
    system: CodeSystem
    code: str
    term: str
    is_billable: bool
    score: float = 1.0

    def matches(self, words: Sequence[str]) -> bool:
        """Each word begins a word of the term, or all together begin the code."""
        names = self.term.lower().replace("[", "").split()
        is_code = self.code.lower().replace(".", "").startswith("".join(words).replace(".", ""))
        return is_code or all(any(name.startswith(word) for name in names) for word in words)


class FakeSearch:
    hits = tuple(Hit(**row | {"system": CodeSystem(row["system"])}) for row in read_answer("codes"))

    def search(
        self, query: str, *, system: CodeSystem | None = None, on: date | None = None, limit: int = 20
    ) -> list[Hit]:
        words = query.lower().split()
        return [hit for hit in self.hits if system in (None, hit.system) and hit.matches(words)][:limit]


@dataclass(frozen=True)
class FakeRegistry:
    """Has no artefacts, so the pages call the denial model synthetic."""

    folder: Path

    def champion(self, name: str) -> Path:
        return self.folder / name

    def versions(self, name: str) -> list[str]:
        return []


def open_services(folder: Path) -> Services:
    return Services(
        store=open_store(f"sqlite:///{folder / 'chartcode.db'}"),
        suggester=FakeSuggester(),
        reviewer=FakeReviewer(),
        search=FakeSearch(),
        library=CodeLibrary([]),
        registry=FakeRegistry(folder),
        clock=lambda: NOW,
    )


def seed(services: Services) -> None:
    """A user a role and one with two, the demo's encounters, three claims."""
    knee = Claim.model_validate(read_answer("claim"))
    second = knee.model_copy(update={"claim_id": "demo-second"})
    visit = knee.model_copy(update={"claim_id": "demo-visit", "lines": knee.lines[:1], "diagnoses": knee.diagnoses[:1]})
    with services.store.transaction() as session:
        act = Act(session, "test", NOW)
        for role in Role:
            add_user(session, role.value, [role], password=PASSWORD, at=NOW)
        add_user(session, "Dana Reyes", [Role.CODER, Role.BILLER], password=PASSWORD, at=NOW)
        for encounter in demo_encounters():
            (suggestions,) = services.suggester.suggest([encounter], Profile.OUTPATIENT)
            keep_encounter(act, encounter, suggestions, Profile.OUTPATIENT)
        for claim in (knee, second, visit):
            (review,) = services.reviewer.review([claim])
            keep_claim(act, claim, review)


@contextmanager
def serving(services: Services, home: Path) -> Iterator[str]:
    """A real server on a free port, in a thread; its address."""
    app = create_app(Settings(home=Home(home), demo=True), services)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@dataclass(frozen=True)
class Site:
    """A running workbench."""

    url: str
    services: Services

    def open_session(self, user: str) -> dict[str, str]:
        """The cookie of somebody who has signed in."""
        with self.services.store.transaction() as session:
            token, _ = open_browser_session(session, user, at=NOW)
        return {"name": SESSION_COOKIE, "value": token, "url": self.url, "sameSite": "Strict"}


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hashing passwords takes seconds: done once, copied for every test."""
    folder = tmp_path_factory.mktemp("seeded")
    services = open_services(folder)
    seed(services)
    services.store.close()
    return folder


@pytest.fixture
def site(seeded: Path, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    shutil.copytree(seeded, folder)
    services = open_services(folder)
    with serving(services, folder) as url:
        yield Site(url, services)
    services.store.close()


_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Tab:
    """One tab for all tests, for opening a page takes longer than using it. `complaints` are its scripts' failures."""

    page: Page
    complaints: list[str]

    def clear(self) -> None:
        self.page.unroute_all()
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.set_viewport_size({"width": 1280, "height": 800})
        self.complaints.clear()


@pytest.fixture(scope="session")
def tab() -> Iterator[Tab]:
    """Debian's Chromium, or the one that CHARTCODE_CHROMIUM names."""
    executable = os.environ.get("CHARTCODE_CHROMIUM", "/usr/bin/chromium")
    if not Path(executable).exists():
        pytest.skip("no browser: sh tests/browser.sh installs Chromium, CHARTCODE_CHROMIUM names another")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_ARGUMENTS))
        expect.set_options(timeout=30_000)
        opened = Tab(browser.new_page(), [])
        opened.page.set_default_timeout(60_000)
        opened.page.on("dialog", lambda dialog: dialog.accept())
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("console", lambda line: opened.complaints.append(line.text) if _is_breach(line) else None)
        yield opened
        browser.close()


@pytest.fixture
def visit(tab: Tab, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens pages as somebody who has signed in; a failing script or a breach of the page's policy fails the test."""
    tab.clear()

    def open_page(path: str, *, user: str = "Dana Reyes") -> Page:
        if user:
            tab.page.context.add_cookies([site.open_session(user)])
        tab.page.goto(f"{site.url}{path}")
        tab.page.bring_to_front()
        tab.page.wait_for_function("document.hasFocus()")  # keys pressed before that are lost
        return tab.page

    yield open_page
    tab.page.goto("about:blank")
    assert tab.complaints == []


def _is_breach(line: ConsoleMessage) -> bool:
    return line.type == "error" and "Content Security Policy" in line.text


@pytest.fixture
def violations(tab: Tab) -> Callable[..., list[tuple[str, str]]]:
    """What axe-core finds on the page that is open, each with its place."""

    def find(**options: Any) -> list[tuple[str, str]]:
        answer = Axe().run(tab.page, options=options).response
        assert answer["passes"]
        return [(rule["id"], node["html"][:160]) for rule in answer["violations"] for node in rule["nodes"]]

    return find
