"""The home as it was at a moment: the same models and cache, and only the tables and payer rules of then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from data.home import Home
from data.payer_rules import read_payer_rules, write_payer_rules
from data.tables import find_manifests


@contextmanager
def open_past_home(home: Home, at: datetime) -> Iterator[Home]:
    """Read it only: it is made of links. A release that was imported anew since then is missing from it."""
    with TemporaryDirectory(prefix="chartcode-past-") as folder:
        past = Home(Path(folder))
        for part in (home.cache, home.models):
            part.mkdir(parents=True, exist_ok=True)
            (past.path / part.name).symlink_to(part)
        for kind in sorted(path.name for path in home.tables.glob("*") if path.is_dir()):
            (past.tables / kind).mkdir(parents=True)
            for manifest in find_manifests(home, kind):
                if manifest.imported_at <= at:
                    (past.tables / kind / manifest.release).symlink_to(home.tables / kind / manifest.release)
        write_payer_rules(past, [one for one in read_payer_rules(home) if one.recorded_at <= at])
        yield past
