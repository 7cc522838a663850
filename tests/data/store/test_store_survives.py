"""A process that is killed while it decides loses nothing that it had acknowledged."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from data.notes import Profile
from data.store.audit import verify_chain
from data.store.encounters import add_encounter, get_encounter
from data.store.session import Store

_DECIDE_FOREVER = """
import sys
from datetime import UTC, datetime
from data.decisions import Decision
from data.store.encounters import append_decisions, get_encounter
from data.store.session import open_store

store = open_store(sys.argv[1])
accept = Decision(suggestion_id="s1", outcome="accepted", system="icd10cm", code="E11.22")
with store.reading() as session:
    version = get_encounter(session, "e1").version
while True:
    with store.transaction() as session:
        stored = append_decisions(session, "e1", [accept], by="a", at=datetime.now(UTC), expected_version=version)
    version = stored.version
    print(stored.decisions[-1].decision_id, flush=True)
"""


@pytest.mark.slow
def test_no_acknowledged_decision_is_lost(
    sqlite_store: Store, make_encounter: Callable[..., Any], now: datetime
) -> None:
    with sqlite_store.transaction() as session:
        add_encounter(session, *make_encounter(), Profile.OUTPATIENT, by="ada", at=now)
    url = str(sqlite_store.engine.url)
    acknowledged: list[str] = []
    for seed in range(3):
        acknowledged += _decide_until_killed(url, random.Random(seed).uniform(0.02, 0.3))
    assert len(acknowledged) > 3
    with sqlite_store.transaction() as session:
        stored = get_encounter(session, "e1")
        assert set(acknowledged) <= {one.decision_id for one in stored.decisions}
        assert stored.version == len(stored.decisions) + 1
        assert verify_chain(session).is_intact
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def _decide_until_killed(url: str, seconds: float) -> list[str]:
    """What the process had said to be done when it was killed, some time after the first."""
    command = [sys.executable, "-c", _DECIDE_FOREVER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        lines = [first, *process.stdout]
    return [line.strip() for line in lines if line.endswith("\n")]
