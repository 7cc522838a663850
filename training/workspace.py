"""What a notebook works on: the home of the installation, or an invented one where nothing was decided yet."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import select

from data.home import Home
from data.store.session import Store, open_store
from data.store.tables import DecisionRow
from data.synthetic.coders import record_visits, simulate_visits

_VISITS = 120


@dataclass(frozen=True, slots=True)
class Workspace:
    """`is_synthetic` says that coders, decisions and notes are invented: nothing learned here is about real people."""

    home: Home
    store: Store
    as_of: datetime
    is_synthetic: bool

    def describe(self) -> str:
        kind = "invented decisions" if self.is_synthetic else "the decisions of this installation"
        return f"{kind}, as known on {self.as_of:%Y-%m-%d}"


def open_workspace(as_of: datetime | None = None) -> Workspace:
    """Opens the home that CHARTCODE_HOME names; makes up a temporary one when its store holds no decision."""
    moment = as_of or datetime.now(UTC)
    home = Home.from_environment()
    store = open_store(home.database_url)
    if _has_decisions(store):
        return Workspace(home, store, moment, is_synthetic=False)
    store.close()
    return make_synthetic_workspace(Path(mkdtemp(prefix="chartcode-")), moment)


def make_synthetic_workspace(folder: Path, as_of: datetime, *, visits: int = _VISITS) -> Workspace:
    home = Home(folder)
    store = open_store(f"sqlite:///{folder / 'chartcode.db'}")
    record_visits(store, simulate_visits(visits))
    return Workspace(home, store, as_of, is_synthetic=True)


def _has_decisions(store: Store) -> bool:
    with store.reading() as session:
        return session.scalar(select(DecisionRow.decision_id).limit(1)) is not None
