"""Writes what was recorded before a moment to files that anybody can read and check.

The same records give the same bytes, whichever database held them. Tables are Parquet (columns: `export_schema.py`),
the audit log is JSON lines that `data.audit.verify_file` checks without a database.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from data.audit import GENESIS, Details, Head
from data.canonical import canonical_json, format_utc, sha256_hex
from data.formats.fhir_audit import to_fhir
from data.store.audit import append_event, iter_events
from data.store.decision_log import iter_decision_log
from data.store.session import Store
from training.datasets import DenialExample, LabelledEncounter, iter_coding_examples, iter_denial_examples
from training.deidentify import Deidentifier
from training.export_schema import CODING, DECISIONS, DENIAL, FORMAT_VERSION
from training.holdout import is_held_out
from training.leak_guard import check_coding_rows, check_denial_rows

_ROWS_AT_ONCE = 10_000


def read_as_of(text: str) -> datetime:
    """A day means up to its end (UTC): `2026-03-14` is midnight of the 15th. A time with its zone means itself."""
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("expected a day such as 2026-03-14 or a time with its zone")
    return moment


def export_training(store: Store, as_of: datetime, out: Path, *, hide: Deidentifier | None = None) -> tuple[Path, Path]:
    """Writes `coding.parquet` and `denial.parquet` into the folder `out`; `X.parquet` comes with `X-denial.parquet`.

    `hide` takes out what tells who a patient or a coder is. Raises LeakError rather than write what was not known.
    """
    if out.suffix == ".parquet":
        coding, denial = out, out.with_stem(f"{out.stem}-denial")
    else:
        coding, denial = out / "coding.parquet", out / "denial.parquet"
    with store.reading() as session:
        found = (row for labelled in iter_coding_examples(session, as_of) for row in _coding_rows(labelled))
        rows = check_coding_rows(found, as_of)
        _write_table(coding, CODING, map(hide.hide_coding, rows) if hide else rows, as_of)
        found = (row for example in iter_denial_examples(session, as_of) for row in _denial_rows(example))
        lines = check_denial_rows(found, as_of)
        _write_table(denial, DENIAL, map(hide.hide_denial, lines) if hide else lines, as_of)
    return coding, denial


def export_decisions(store: Store, as_of: datetime, out: Path) -> Path:
    """Every decision of coders and billers, superseded ones included, as one table."""
    with store.reading() as session:
        rows = (entry._asdict() for entry in iter_decision_log(session, as_of))
        _write_table(out, DECISIONS, rows, as_of)
    return out


def export_audit(store: Store, as_of: datetime, out: Path) -> Head:
    """Keep the head that is returned in another place: with it, a cut-off or rewritten file is found."""
    head = Head(sequence=0, hash=GENESIS)
    with store.reading() as session, _replacing(out) as stream:
        for event in iter_events(session, until=as_of):
            stream.write(canonical_json(event).encode() + b"\n")
            head = Head(sequence=event.sequence, hash=event.hash)
    return head


def export_fhir_audit(store: Store, as_of: datetime, out: Path) -> int:
    """The audit log as FHIR AuditEvent resources, one a line (NDJSON); the number of them."""
    count = 0
    with store.reading() as session, _replacing(out) as stream:
        for event in iter_events(session, until=as_of):
            stream.write(canonical_json(to_fhir(event)).encode() + b"\n")
            count += 1
    return count


def record_export(store: Store, what: str, as_of: datetime, out: Path, *, by: str) -> None:
    """Tells the audit log who wrote what; `out` by its name alone."""
    details: Details = {"what": what, "as_of": format_utc(as_of), "file": out.name[:250]}
    with store.transaction() as session:
        append_event(session, "export.written", actor=by, subject=what, at=datetime.now(UTC), details=details)


def _coding_rows(labelled: LabelledEncounter) -> Iterator[dict[str, Any]]:
    encounter = labelled.stored.encounter
    shared = {
        "date_of_service": encounter.date_of_service,
        "setting": encounter.setting.value,
        "profile": labelled.stored.profile.value,
        "payer_id": encounter.payer.payer_id if encounter.payer else None,
        "notes_sha256": [sha256_hex(note.text) for note in encounter.documents],
        "is_held_out": is_held_out(encounter.encounter_id),
    }
    for example in labelled.examples:
        row = example.model_dump() | {"releases": canonical_json(example.releases)}
        yield row | shared | {"system": example.system.value}


def _denial_rows(example: DenialExample) -> Iterator[dict[str, Any]]:
    submitted, claim = example.submitted, example.submitted.claim
    shared = {
        "claim_id": claim.claim_id,
        "submitted_at": submitted.submitted_at,
        "prepared_on": claim.prepared_on,
        "payer_id": claim.payer.payer_id,
        "payer_kind": claim.payer.kind.value,
        "known_on": example.labelled.known_on,
        "outcome": submitted.outcome.value,
        "decision_id": submitted.decision_id,
        "predicted": submitted.review.risk.probability,
        "model_version": submitted.review.model_version,
        "claim": canonical_json(claim),
        "is_held_out": is_held_out(claim.claim_id),
    }
    for label in example.labelled.lines:
        answer = example.answers[label.line_number]
        yield shared | {
            "line_number": label.line_number,
            "is_denied": label.is_denied,
            "carc": label.carc,
            "category": label.category.value if label.category else None,
            "charge_cents": answer.charge_cents,
            "paid_cents": answer.paid_cents,
        }


def _write_table(path: Path, schema: pa.Schema, rows: Iterable[dict[str, Any]], as_of: datetime) -> None:
    described = schema.with_metadata(
        dict(schema.metadata) | {"format_version": FORMAT_VERSION, "as_of": format_utc(as_of)}
    )
    with _replacing(path) as stream, pq.ParquetWriter(stream, described, compression="zstd") as writer:
        remaining = iter(rows)
        while chunk := list(islice(remaining, _ROWS_AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(chunk, schema=described))


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """The file appears whole or not at all; it holds patient data, so it is its owner's alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            yield stream
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
