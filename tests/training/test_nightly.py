"""The time of a retrain is that of all its processes, and the page says how busy the machine was."""

import subprocess
import sys

from data.store.sent_claims import read_stamps
from data.store.session import Store
from training.nightly import Timed, describe, import_world, take_time

_BUSY = "for number in range(3_000_000): pass"


def test_processes_that_it_starts_count() -> None:
    found = take_time("coding", lambda: subprocess.run([sys.executable, "-c", _BUSY], check=True))
    assert found.what == "coding"
    assert found.processor > 0
    assert found.seconds > 0
    assert take_time("nothing", lambda: None).processor < found.processor


def test_claims_come_in_with_their_answers(sqlite_store: Store) -> None:
    assert import_world(sqlite_store, 300) > 200
    with sqlite_store.reading() as session:
        stamps = read_stamps(session)
    assert sum(stamp.answers > 0 for stamp in stamps.values()) > 0.8 * len(stamps)


def test_the_table_gives_both_times() -> None:
    rows = describe([Timed("denial, 120,000 claims", 201.4, 350.6, 1.26)]).splitlines()
    assert rows[2:] == ["| denial, 120,000 claims | 201 | 351 | 1.3 |"]
