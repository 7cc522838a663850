"""Exports are reproducible, documented and checkable."""

import json
import os
import shutil
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.audit import Head, Problem, verify_file
from data.canonical import canonical_json
from data.checkpoints import verify_export
from data.claims import Claim
from data.decisions import ClaimDecision
from data.operator_key import OperatorKey
from data.remittances import Remittance
from data.reviews import ClaimReview
from data.store.audit import append_checkpoint, find_head, iter_events
from data.store.claims import add_claim, append_claim_decision
from data.store.remittances import add_remittance
from data.store.session import Store, open_store
from data.synthetic.coders import record_visits, simulate_visits
from training.deidentify import Deidentifier
from training.export import (
    export_audit,
    export_decisions,
    export_fhir_audit,
    export_training,
    read_as_of,
    record_export,
)
from training.export_schema import CODING, DECISIONS, DENIAL
from training.leak_guard import LeakError, check_coding_rows, check_denial_rows

AS_OF = datetime(2026, 5, 1, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


CLAIM = Claim.model_validate(
    {
        "claim_id": "c1",
        "payer": {"payer_id": "P1", "kind": "commercial"},
        "patient": {"patient_id": "Zoë"},
        "prepared_on": "2026-03-14",
        "lines": [
            {
                "line_number": 1,
                "procedure": {"system": "cpt", "code": "99214"},
                "charge_cents": 10000,
                "service_date": "2026-03-14",
            }
        ],
    }
)
REVIEW = ClaimReview.model_validate(
    {
        "claim_id": "c1",
        "model_version": "denial-1",
        "risk": {
            "probability": 0.25,
            "expected_loss_cents": 2500,
            "support": {"similar_claims": 0, "is_low": True},
            "operating_point": "balanced",
        },
        "disposition": "release",
    }
)
ANSWER = Remittance.model_validate(
    {
        "claim_id": "c1",
        "adjudicated_on": "2026-04-01",
        "lines": [
            {
                "line_number": 1,
                "charge_cents": 10000,
                "paid_cents": 0,
                "adjustments": [{"group": "CO", "carc": "97", "amount_cents": 10000}],
            }
        ],
    }
)


def _fill(store: Store, order: int = 1) -> None:
    """The same history; the audit log, which is a chain, depends on the order in which it was written."""
    record_visits(store, iter(list(simulate_visits(24))[::order]))
    at = datetime(2026, 3, 15, tzinfo=UTC)
    with store.transaction() as session:
        add_claim(session, CLAIM, REVIEW, by="bob", at=at)
        append_claim_decision(session, "c1", ClaimDecision(outcome="submitted"), by="bob", at=at)
        add_remittance(session, ANSWER, by="bob", at=at.replace(month=4, day=2))


def _export_all(store: Store, folder: Path, as_of: datetime = AS_OF) -> dict[str, bytes]:
    export_training(store, as_of, folder)
    export_training(store, as_of, folder / "hidden.parquet", hide=Deidentifier(b"0123456789abcdef"))
    export_decisions(store, as_of, folder / "decisions.parquet")
    export_audit(store, as_of, folder / "audit.jsonl")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_history_gives_the_same_bytes_on_both_databases(
    sqlite_store: Store, postgres_store: Store, tmp_path: Path
) -> None:
    for store in (sqlite_store, postgres_store):
        _fill(store)
    once, again, there = (
        _export_all(store, tmp_path / name)
        for name, store in (("once", sqlite_store), ("again", sqlite_store), ("there", postgres_store))
    )
    assert list(once) == [
        "audit.jsonl",
        "coding.parquet",
        "decisions.parquet",
        "denial.parquet",
        "hidden-denial.parquet",
        "hidden.parquet",
    ]
    assert once == again == there


def test_tables_do_not_depend_on_the_order_of_writing(
    sqlite_store: Store, migrated_sqlite: Path, tmp_path: Path
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "other.db")
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    _fill(sqlite_store)
    _fill(other, order=-1)
    one, two = _export_all(sqlite_store, tmp_path / "one"), _export_all(other, tmp_path / "two")
    assert {name for name in one if one[name] != two[name]} == {"audit.jsonl"}
    other.close()


def test_the_future_changes_no_byte(sqlite_store: Store, tmp_path: Path) -> None:
    _fill(sqlite_store)
    before = _export_all(sqlite_store, tmp_path / "before")
    with sqlite_store.transaction() as session:
        other = {"claim_id": "c2"}
        add_claim(session, CLAIM.model_copy(update=other), REVIEW.model_copy(update=other), by="bob", at=LATER)
        append_claim_decision(session, "c2", ClaimDecision(outcome="held"), by="bob", at=LATER)
    assert _export_all(sqlite_store, tmp_path / "after") == before
    assert _export_all(sqlite_store, tmp_path / "later", LATER.replace(day=2)) != before


def test_rows_and_columns_are_documented(sqlite_store: Store, tmp_path: Path) -> None:
    _fill(sqlite_store)
    _export_all(sqlite_store, tmp_path / "out")
    for name, schema in (("coding", CODING), ("denial", DENIAL), ("decisions", DECISIONS)):
        table = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        assert table.schema.names == schema.names
        assert all(field.metadata[b"description"] for field in table.schema)
        assert table.schema.metadata[b"as_of"] == b"2026-05-01T00:00:00.000000Z"
        assert table.num_rows > 0
    (denial,) = pq.read_table(tmp_path / "out" / "denial.parquet").to_pylist()
    assert (denial["is_denied"], denial["carc"], denial["category"]) == (True, "97", "bundling")
    assert (denial["known_on"], denial["paid_cents"]) == (date(2026, 4, 1), 0)


def test_nobody_is_told_in_a_de_identified_export(sqlite_store: Store, tmp_path: Path) -> None:
    _fill(sqlite_store)
    coding, denial = export_training(sqlite_store, AS_OF, tmp_path, hide=Deidentifier(b"0123456789abcdef"))
    rows, (line,) = pq.read_table(coding).to_pylist(), pq.read_table(denial).to_pylist()
    told = json.dumps([rows, line], default=str)
    for word in ("Zoë", "sim-0", "coder-", "quote", "-03-", '"c1"'):
        assert word not in told
    assert len({row["encounter_id"] for row in rows}) > 5
    claim = json.loads(line["claim"])
    assert Claim.model_validate(claim).prepared_on == date(2026, 1, 1)
    assert (line["is_denied"], claim["lines"][0]["procedure"]["code"]) == (True, "99214")
    again = pq.read_table(export_training(sqlite_store, AS_OF, tmp_path, hide=Deidentifier(b"another key ....."))[0])
    assert again.column("encounter_id") != pq.read_table(tmp_path / "coding.parquet").column("decided_by")


@pytest.mark.parametrize(("age", "shown"), [(None, None), (0, 0), (89, 89), (90, 90), (104, 90)])
def test_ages_from_90_on_are_one(age: int | None, shown: int | None) -> None:
    claim = CLAIM.model_dump(mode="json")
    claim["patient"]["age_years"] = age
    assert Deidentifier(b"0123456789abcdef").hide_claim(claim)["patient"]["age_years"] == shown


def test_days_of_a_claim_keep_their_distance() -> None:
    claim = CLAIM.model_dump(mode="json") | {"prepared_on": "2026-03-20", "prior_authorization": "A77"}
    hidden = Deidentifier(b"0123456789abcdef").hide_claim(claim)
    assert (hidden["prepared_on"], hidden["lines"][0]["service_date"]) == ("2026-01-01", "2025-12-26")
    assert hidden["prior_authorization"] == "hidden"
    with pytest.raises(ValueError, match="16 bytes"):
        Deidentifier(b"short")


@pytest.mark.parametrize(
    ("check", "row"),
    [
        (check_coding_rows, {"decided_at": AS_OF, "decision_ids": ["d"]}),
        (check_coding_rows, {"decided_at": datetime(2026, 1, 1, tzinfo=UTC), "decision_ids": []}),
        (check_denial_rows, {"submitted_at": AS_OF, "known_on": date(2026, 4, 1)}),
        (check_denial_rows, {"submitted_at": datetime(2026, 1, 1, tzinfo=UTC), "known_on": AS_OF.date()}),
    ],
)
def test_a_row_that_knows_its_future_is_not_written(check: Any, row: dict[str, Any]) -> None:
    with pytest.raises(LeakError):
        list(check([row], AS_OF))


def test_a_file_name_is_used_as_given(sqlite_store: Store, tmp_path: Path) -> None:
    coding, denial = export_training(sqlite_store, AS_OF, tmp_path / "new" / "rows.parquet")
    assert (coding.name, denial.name) == ("rows.parquet", "rows-denial.parquet")
    assert pq.read_table(coding).num_rows == 0


def test_exports_are_private_and_whole(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(sqlite_store)
    path = export_decisions(sqlite_store, AS_OF, tmp_path / "decisions.parquet")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    (tmp_path / "closed").mkdir()
    sqlite_store.close()
    os.truncate(sqlite_store.engine.url.database or "", 0)
    with pytest.raises(Exception, match="Error"):
        export_decisions(sqlite_store, AS_OF, path)
    assert path.read_bytes() == before
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith(".decisions")]


def test_an_exported_log_is_checked_without_a_database(sqlite_store: Store, tmp_path: Path) -> None:
    _fill(sqlite_store)
    path = tmp_path / "audit.jsonl"
    head = export_audit(sqlite_store, LATER, path)
    with sqlite_store.reading() as session:
        assert head == find_head(session)
    report = verify_file(path, head)
    assert (report.is_intact, report.events) == (True, head.sequence)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    cut = verify_file(path, head)
    assert (cut.problem, cut.sequence) == (Problem.TRUNCATED, head.sequence)
    path.write_bytes(b"".join(lines)[:-1])
    assert verify_file(path).sequence == head.sequence
    path.write_bytes(b"".join(lines) + b"\xff")
    assert verify_file(path).sequence == head.sequence + 1


def test_a_signed_log_is_checked_with_the_public_key_alone(store: Store, tmp_path: Path) -> None:
    key = OperatorKey.generate()
    with pytest.raises(ValueError, match="no event"), store.transaction() as session:
        append_checkpoint(session, key, actor="ada", at=AS_OF)
    _fill(store)
    with store.transaction() as session:
        published = append_checkpoint(session, key, actor="ada", at=AS_OF)
    path = tmp_path / "audit.jsonl"
    head = export_audit(store, LATER, path)
    found = verify_export(path, expected=head, key=key.public, published=published)
    assert (found.is_intact, found.checkpoints, found.signed) == (True, 1, head.sequence - 1)
    assert not verify_export(path, key=OperatorKey.generate().public).is_intact


def test_the_log_as_fhir_and_the_export_in_the_log(sqlite_store: Store, tmp_path: Path) -> None:
    _fill(sqlite_store)
    path = tmp_path / "audit.ndjson"
    count = export_fhir_audit(sqlite_store, LATER, path)
    resources = [json.loads(line) for line in path.read_text("utf8").splitlines()]
    assert len(resources) == count > 0
    assert {one["resourceType"] for one in resources} == {"AuditEvent"}
    assert "Zoë" not in path.read_text("utf8")
    record_export(sqlite_store, "audit", LATER, path, by="ada")
    with sqlite_store.reading() as session:
        last = list(iter_events(session))[-1]
    assert (last.kind, last.actor, last.details["file"]) == ("export.written", "ada", "audit.ndjson")


def test_an_empty_log_has_the_first_head(sqlite_store: Store, tmp_path: Path) -> None:
    head = export_audit(sqlite_store, AS_OF, tmp_path / "audit.jsonl")
    assert canonical_json(head) == canonical_json(Head(sequence=0, hash="0" * 64))
    assert verify_file(tmp_path / "audit.jsonl", head).is_intact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-14", datetime(2026, 3, 15, tzinfo=UTC)),
        ("2026-03-14T12:00:00Z", datetime(2026, 3, 14, 12, tzinfo=UTC)),
        ("2026-03-14T12:00:00+02:00", datetime(2026, 3, 14, 10, tzinfo=UTC)),
    ],
)
def test_a_day_is_meant_to_its_end(text: str, expected: datetime) -> None:
    assert read_as_of(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "2026-03-14T12:00:00", "9999-12-31"])
def test_other_texts_are_no_moment(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        read_as_of(text)
