"""The audit log from the command line: signed, exported, checked by somebody who has only the files."""

import subprocess
import sys
from pathlib import Path

from data.home import Home


def _run(home: Home, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chartcode", *map(str, arguments)]
    environment = {"CHARTCODE_HOME": str(home.path), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)


def test_a_signed_log_is_checked_offline(home: Home, tmp_path: Path) -> None:
    log, published = tmp_path / "audit.jsonl", tmp_path / "checkpoint.json"
    assert _run(home, "users", "add", "ada", "--role", "coder").returncode == 0
    assert _run(home, "audit", "key").returncode == 0
    assert _run(home, "audit", "key").returncode == 2
    published.write_text(_run(home, "audit", "checkpoint").stdout)
    assert _run(home, "export", "audit", "--as-of", "2099-01-01", "--out", log).returncode == 0
    offline = Home(tmp_path / "elsewhere")
    check = ("audit", "verify", "--log", log, "--key", home.keys / "audit_key.pub.pem", "--checkpoint", published)
    done = _run(offline, *check)
    assert (done.returncode, "signed through event 1" in done.stdout) == (0, True), done.stderr
    assert not offline.path.exists()
    log.write_text(log.read_text().replace('"ada"', '"bob"'))
    done = _run(offline, *check)
    assert (done.returncode, done.stderr) == (1, "chartcode: the log is broken at event 1: changed\n")


def test_what_is_not_there_is_said_in_one_line(home: Home) -> None:
    for arguments in (("replay", "encounter", "e1"), ("gate", "coding", "v1"), ("audit", "verify", "--key", __file__)):
        done = _run(home, *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
