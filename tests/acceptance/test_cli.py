"""The command as people and scripts call it: answers, exit status, one line per error, nothing half-written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.home import Home
from data.suggestions import SuggestionSet
from data.synthetic.demo_claims import draft_claim
from data.synthetic.demo_notes import demo_encounters

SECRET = "Zebulon Quackenbush"


def run(home: Home, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chartcode", *map(str, arguments)]
    environment = {"CHARTCODE_HOME": str(home.path), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)


def test_a_note_becomes_a_suggestion_set(built_home: Home, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    text = "A/P:\r\n1. Essential hypertension - continue lisinopril\r\n"
    note.write_bytes(text.encode())
    done = run(built_home, "suggest", note, "--date", "2026-03-14", "--age", "57", "--sex", "female")
    assert done.returncode == 0, done.stderr
    answer = SuggestionSet.model_validate_json(done.stdout)
    assert "I10" in {suggestion.code for suggestion in answer.suggestions}
    for suggestion in answer.suggestions:
        for place in suggestion.evidence:
            assert text[place.start : place.end] == place.quote


def test_many_encounters_come_back_in_order(built_home: Home, tmp_path: Path) -> None:
    encounters = demo_encounters()[:3]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(item.model_dump_json() + "\n" for item in encounters), "utf8")
    done = run(built_home, "suggest", "--jsonl", source, "--out", out, "--profile", "mentions", "--workers", "2")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in out.read_text("utf8").splitlines()]
    assert [answer["encounter_id"] for answer in answers] == [item.encounter_id for item in encounters]


BAD_NOTES = [
    (b"", "empty"),
    (b"   \n", "empty"),
    (b"\xff\xfe\x00bad", "UTF-8"),
    (b"text with \x00 in it", "NUL"),
    (b"x" * 5_000_000, "at most"),
]


@pytest.mark.parametrize(("content", "reason"), BAD_NOTES, ids=["empty", "blank", "encoding", "binary", "huge"])
def test_a_bad_note_is_refused_in_one_line(home: Home, tmp_path: Path, content: bytes, reason: str) -> None:
    note = tmp_path / "note.txt"
    note.write_bytes(content)
    done = run(home, "suggest", note)
    assert done.returncode == 2
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


BAD_LINES = [
    '{"encounter_id": "e1"}',
    "not json",
    json.dumps(
        {"encounter_id": "e", "date_of_service": "2026-13-45", "documents": [{"document_id": "d", "text": SECRET}]}
    ),
    json.dumps({"encounter_id": "e", "date_of_service": "2026-03-14", "documents": [], "note": SECRET}),
]


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_is_named_and_nothing_is_written(home: Home, tmp_path: Path, line: str) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(line + "\n", "utf8")
    done = run(home, "suggest", "--jsonl", source, "--out", out)
    assert done.returncode == 2
    assert "line 1" in done.stderr
    assert SECRET not in done.stderr
    assert not out.exists()


def test_a_claim_that_cannot_be_reviewed_stops_no_other(built_home: Home, tmp_path: Path) -> None:
    source, out = tmp_path / "claims.jsonl", tmp_path / "reviews.jsonl"
    bed = {"line_number": 1, "revenue_code": "0120", "charge_cents": 9900, "service_date": "2026-03-16"}
    stay = draft_claim("a").model_dump(mode="json") | {"claim_id": "stay", "lines": [], "revenue_lines": [bed]}
    lines = [draft_claim("a").model_dump_json(), json.dumps(stay), json.dumps({"claim_id": "c", "note": SECRET}), "x"]
    source.write_text("\n".join([*lines, draft_claim("e").model_dump_json()]), "utf8")
    done = run(built_home, "review", "--jsonl", source, "--out", out)
    assert done.returncode == 2
    assert "3 not reviewed, so held: line 2: " in done.stderr.splitlines()[-1]
    assert SECRET not in done.stderr
    answers = [json.loads(line) for line in out.read_text("utf8").splitlines()]
    assert [answer["claim_id"] for answer in answers] == ["a", "stay", "c", "e"]
    assert [answer["disposition"] for answer in answers[1:3]] == ["hold", "hold"]


USAGE = [
    ("suggest",),
    ("suggest", "--jsonl", "/nowhere.jsonl", "--out", "x"),
    ("review",),
    ("codes", "show", "not-a-code"),
    ("codes", "search", "x", "--system", "icd11"),
    ("import", "unknown-kind", __file__),
    ("promote", "coding", "no-such-version"),
    ("train", "weather"),
    ("export", "training", "--as-of", "someday", "--out", "x"),
    ("users", "add", "someone", "--role", "emperor"),
    ("nonsense",),
]


@pytest.mark.parametrize("arguments", USAGE, ids=lambda arguments: " ".join(arguments[:2]))
def test_bad_usage_ends_with_2_and_no_traceback(home: Home, arguments: tuple[str, ...]) -> None:
    done = run(home, *arguments)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("suggest",), ("users", "add"), ("codes",), ("audit", "verify")])
def test_every_command_explains_itself(home: Home, arguments: tuple[str, ...]) -> None:
    done = run(home, *arguments, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_users_come_and_go_and_the_log_stays_intact(home: Home) -> None:
    added = run(home, "users", "add", "ada", "--role", "coder")
    assert added.returncode == 0, added.stderr
    assert len(added.stdout.strip()) >= 16
    assert run(home, "users", "add", "ada", "--role", "coder").returncode == 2
    assert len(run(home, "users", "token", "ada").stdout.strip()) >= 20
    assert run(home, "users", "disable", "ada").returncode == 0
    assert "disabled" in run(home, "users", "list").stdout
    verified = run(home, "audit", "verify")
    assert verified.returncode == 0
    assert "intact" in verified.stdout
