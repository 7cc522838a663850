"""Signed checkpoints of the audit log: what the log was, said by the operator.

A checkpoint is an event of the chain itself, and a line of text that can be published elsewhere. Whoever changes the
log without the operator's key can't make the checkpoints after the change fit.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError

from data.audit import AuditEvent, AuditReport, Details, Head, Problem, Sha256, verify_file
from data.audit_file import read_events
from data.canonical import canonical_json
from data.merkle import merkle_root
from data.noun import Flag, Noun, Positive
from data.operator_key import OperatorKey, PublicKey

KIND = "audit.checkpoint"


class Checkpoint(Noun):
    """`events` are the events from the first on that it covers; `head` is the hash of the last of them."""

    events: Positive
    head: Sha256
    root: Sha256
    key_id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    @classmethod
    def sign(cls, hashes: Sequence[str], key: OperatorKey) -> Self:
        """`hashes` are of all events so far, at least one."""
        unsigned = {
            "events": len(hashes),
            "head": hashes[-1],
            "root": merkle_root(hashes),
            "key_id": key.public.key_id,
        }
        return cls.model_validate(unsigned | {"signature": key.sign(canonical_json(unsigned))})

    def is_signed_by(self, key: PublicKey) -> bool:
        text = canonical_json(self.model_dump(mode="json", exclude={"signature"}))
        return self.key_id == key.key_id and key.is_signed(text, self.signature)

    def fits(self, hashes: Sequence[str]) -> bool:
        """Whether the log begins with the events that were signed."""
        covered = hashes[: self.events]
        return len(covered) == self.events and covered[-1] == self.head and merkle_root(covered) == self.root

    def as_details(self) -> Details:
        return self.model_dump(mode="json")

    @classmethod
    def find(cls, event: AuditEvent) -> Self | None:
        """The checkpoint that an event carries; None when it carries none or a malformed one."""
        try:
            return cls.model_validate(event.details) if event.kind == KIND else None
        except ValidationError:
            return None


class SignedReport(Noun):
    """`signed` events, from the first on, are vouched for by the operator's key."""

    report: AuditReport
    is_intact: Flag
    checkpoints: int = 0
    signed: int = 0


def verify_export(
    path: Path, *, expected: Head | None = None, key: PublicKey | None = None, published: Checkpoint | None = None
) -> SignedReport:
    """Checks an exported log without a database: the chain, then every checkpoint in it and a published one.

    With a key, a log without a checkpoint is refused. A wrong checkpoint names the first event that no right one
    covers.
    """
    report = verify_file(path, expected)
    if not report.is_intact or (key is None and published is None):
        return SignedReport(report=report, is_intact=report.is_intact)
    hashes: list[str] = []
    good: list[int] = [0]
    for event in read_events(path):
        if event.kind == KIND and key is not None and not _is_right(event, hashes, key):
            return _refuse(report, Problem.FORGED, good)
        if event.kind == KIND and key is not None:
            good.append(len(hashes))
        hashes.append(event.hash)
    if published is not None and not (published.fits(hashes) and (key is None or published.is_signed_by(key))):
        problem = Problem.TRUNCATED if published.events > len(hashes) else Problem.REWRITTEN
        return _refuse(report, problem, [len(hashes)] if problem is Problem.TRUNCATED else good)
    if key is not None and len(good) == 1:
        return _refuse(report, Problem.UNSIGNED, good)
    return SignedReport(report=report, is_intact=True, checkpoints=len(good) - 1, signed=good[-1])


def _is_right(event: AuditEvent, hashes: Sequence[str], key: PublicKey) -> bool:
    found = Checkpoint.find(event)
    return found is not None and found.events == len(hashes) and found.is_signed_by(key) and found.fits(hashes)


def _refuse(report: AuditReport, problem: Problem, good: Sequence[int]) -> SignedReport:
    first = good[-1] + 1
    wrong = report.model_copy(update={"is_intact": False, "problem": problem, "sequence": first})
    return SignedReport(report=wrong, is_intact=False, checkpoints=len(good) - 1, signed=good[-1])
