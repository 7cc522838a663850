"""`chartcode import x12`: claims, remittances and payments out of X12 files go into the store.

Files are read as streams and kept in parts, each in a transaction of its own: an import that was stopped is finished
by running it again, and what is known already is known by its content. All that could not be read is in the report.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from data.claims import Claim
from data.noun import Count, Noun
from data.remittances import Payment, Remittance
from data.store.imported_answers import keep_payments, keep_remittances
from data.store.imported_claims import Kept, keep_submitted_claims
from data.store.imported_rejections import KeptRejections, keep_rejections
from data.x12.acknowledgements import Acknowledgement, ClaimStatus
from data.x12.delimiters import MAX_HEADER_BYTES, START
from data.x12.problems import Lost, SegmentProblem
from data.x12.reader import BilledClaim, Item, X12Reader

ITEMS_A_PART = 4000
# A report tells of so many problems one by one, of the others by their number.
MOST_TOLD = 1000

Opener = Callable[[], AbstractContextManager[Session]]


class KeptCounts(Noun):
    """`changed` said something new of a claim that was there; `known` changed nothing."""

    new: Count
    changed: Count
    known: Count

    @classmethod
    def of(cls, kept: Kept) -> "KeptCounts":
        return cls(new=kept.new, changed=kept.changed, known=kept.known)


class X12Report(Noun):
    """What came of an import. Lists hold the first thousand; `problem_counts` counts all by kind, `lost` by what.

    `rejections` are claims that the payer did not take in (277CA): they were never decided, so they are no denials.
    `rejected` counts those that became so here, `unmatched_rejections` those of claims that are not here.
    """

    interchanges: Count
    transactions: dict[str, Count]
    segments: Count
    claims: KeptCounts
    remittances: KeptCounts
    payments: KeptCounts
    rejected: KeptCounts
    unmatched_rejections: Count
    rejections: tuple[ClaimStatus, ...]
    acknowledgements: tuple[Acknowledgement, ...]
    problems: tuple[SegmentProblem, ...]
    problem_counts: dict[str, Count]
    lost: dict[str, Count]


@dataclass(slots=True)
class _Tally:
    sources: int = 0
    interchanges: int = 0
    segments: int = 0
    transactions: Counter[str] = field(default_factory=Counter)
    claims: Kept = field(default_factory=Kept)
    remittances: Kept = field(default_factory=Kept)
    payments: Kept = field(default_factory=Kept)
    rejected: KeptRejections = field(default_factory=KeptRejections)
    rejections: list[ClaimStatus] = field(default_factory=list)
    acknowledgements: list[Acknowledgement] = field(default_factory=list)
    problems: list[SegmentProblem] = field(default_factory=list)
    problem_counts: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def add_problem(self, problem: SegmentProblem) -> None:
        """Under the number of the file that is being read."""
        self.problem_counts[problem.kind.value] += 1
        if problem.lost is not Lost.NOTHING:
            self.lost[problem.lost.value] += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem.model_copy(update={"source": self.sources}))

    def add_rejections(self, rejections: Sequence[ClaimStatus], kept: KeptRejections) -> None:
        self.rejections += rejections[: MOST_TOLD - len(self.rejections)]
        self.rejected.claims.add(kept.claims)
        self.rejected.unmatched += kept.unmatched

    def add_reader(self, reader: X12Reader) -> None:
        self.interchanges += reader.interchanges
        self.segments += reader.segments
        self.transactions.update(reader.transactions)

    def report(self) -> X12Report:
        return X12Report(
            interchanges=self.interchanges,
            transactions=dict(sorted(self.transactions.items())),
            segments=self.segments,
            claims=KeptCounts.of(self.claims),
            remittances=KeptCounts.of(self.remittances),
            payments=KeptCounts.of(self.payments),
            rejected=KeptCounts.of(self.rejected.claims),
            unmatched_rejections=self.rejected.unmatched,
            rejections=tuple(self.rejections),
            acknowledgements=tuple(self.acknowledgements),
            problems=tuple(self.problems),
            problem_counts=dict(sorted(self.problem_counts.items())),
            lost=dict(sorted(self.lost.items())),
        )


@dataclass(slots=True)
class _Part:
    """What is stored together."""

    claims: list[Claim] = field(default_factory=list)
    remittances: list[Remittance] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    rejections: list[ClaimStatus] = field(default_factory=list)

    def keep(self, session: Session, tally: _Tally, *, by: str, at: datetime) -> None:
        if self.claims:
            tally.claims.add(keep_submitted_claims(session, self.claims, by=by, at=at))
        if self.remittances:
            tally.remittances.add(keep_remittances(session, self.remittances, by=by, at=at))
        if self.payments:
            tally.payments.add(keep_payments(session, self.payments, by=by, at=at))
        if self.rejections:
            tally.add_rejections(self.rejections, keep_rejections(session, self.rejections, by=by, at=at))


def import_x12(streams: Iterable[BinaryIO], open_session: Opener, *, by: str, at: datetime) -> X12Report:
    """Reads and closes the streams; `open_session` gives the transaction of each part."""
    tally = _Tally()
    for opened in streams:
        tally.sources += 1
        with opened as stream:
            reader = X12Reader(stream)
            items = reader.read()
            while some := list(islice(items, ITEMS_A_PART)):
                part = _sort(some, tally)
                with open_session() as session:
                    part.keep(session, tally, by=by, at=at)
            tally.add_reader(reader)
    return tally.report()


def import_within(session: Session, stream: BinaryIO, *, by: str, at: datetime) -> X12Report:
    """One stream, in a transaction that is open already."""
    return import_x12([stream], lambda: nullcontext(session), by=by, at=at)


def _sort(items: Iterable[Item], tally: _Tally) -> _Part:
    part = _Part()
    for item in items:
        match item:
            case BilledClaim():
                part.claims.append(item.claim)
            case Remittance():
                part.remittances.append(item)
            case Payment():
                part.payments.append(item)
            case ClaimStatus(is_rejected=True):
                part.rejections.append(item)
            case Acknowledgement():
                if len(tally.acknowledgements) < MOST_TOLD:
                    tally.acknowledgements.append(item)
            case SegmentProblem():
                tally.add_problem(item)
    return part


def find_files(paths: Iterable[Path]) -> list[Path]:
    """All files, those of folders included, in the order in which their interchanges were made: a corrected claim
    comes after the claim that it corrects, in whatever order the files are named."""
    found = [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    return sorted((file for file in found if file.is_file()), key=lambda file: (_made_at(file), file))


def _made_at(path: Path) -> str:
    """ISA09 and ISA10 of the first interchange; empty when there is none."""
    with path.open("rb") as stream:
        head = stream.read(4 * MAX_HEADER_BYTES)
    found = START.search(head)
    fields = head[found.start() :].split(found[1], 11) if found else []
    return b"".join(fields[9:11]).decode("latin-1") if len(fields) > 10 else ""
