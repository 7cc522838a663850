"""What a notebook works on: the home of the installation, or an invented one where nothing was decided yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import select

from data.home import Home
from data.store.session import Store, open_store
from data.store.tables import DecisionRow
from data.synthetic.billers import record_claims
from data.synthetic.claim_world import build_world
from data.synthetic.coders import record_visits, simulate_visits

_VISITS = 100
_CLAIMS = 80
# Enough to see that training works, and too little for a good model.
_QUICK: Mapping[str, Mapping[str, str]] = {
    "coding": {"mode": '"incremental"'},
    "denial": {"claims": "1500", "rounds": "30"},
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """`is_synthetic` says that people, decisions and notes are invented: nothing learned here is about real ones."""

    home: Home
    store: Store
    as_of: datetime
    is_synthetic: bool

    def config(self, name: str) -> Path | None:
        """How to train here: None is the default; in an invented home, the default with settings for seconds."""
        if not self.is_synthetic:
            return None
        text = (files("training") / "configs" / f"{name}.toml").read_text("utf8")
        for key, value in _QUICK[name].items():
            text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
        path = self.home.path / f"quick-{name}.toml"
        path.write_text(text, "utf8")
        return path

    def describe(self) -> str:
        kind = "invented people and decisions" if self.is_synthetic else "the decisions of this installation"
        return f"{kind}, as known on {self.as_of:%Y-%m-%d}"


def open_workspace(as_of: datetime | None = None) -> Workspace:
    """Opens the home that CHARTCODE_HOME names; makes up a temporary one when its store holds no decision."""
    moment = as_of or datetime.now(UTC)
    home = Home.from_environment()
    store = open_store(home.database_url)
    if _has_decisions(store):
        return Workspace(home, store, moment, is_synthetic=False)
    store.close()
    folder = Path(mkdtemp(prefix="chartcode-"))
    if home.cache.is_dir():  # code sets, which take seconds to build
        (folder / "cache").symlink_to(home.cache)
    return make_synthetic_workspace(folder, moment)


def make_synthetic_workspace(
    folder: Path, as_of: datetime, *, visits: int = _VISITS, claims: int = _CLAIMS
) -> Workspace:
    home = Home(folder)
    store = open_store(f"sqlite:///{folder / 'chartcode.db'}")
    record_visits(store, simulate_visits(visits))
    record_claims(store, build_world(seed=7, size=claims).claims)
    return Workspace(home, store, as_of, is_synthetic=True)


def _has_decisions(store: Store) -> bool:
    with store.reading() as session:
        return session.scalar(select(DecisionRow.decision_id).limit(1)) is not None
