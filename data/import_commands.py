"""`chartcode import`: official tables, and X12 files."""

import gc
import getpass
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
from tqdm import tqdm

from data.home import Home
from data.own_store import open_own_store

if TYPE_CHECKING:
    from data.x12_imports import KeptCounts, X12Report

DAY = click.DateTime(["%Y-%m-%d"])
X12 = "x12"
_PROBLEMS_SHOWN = 20
# Millions of values come and go, and hardly any refer to one another: Python's default looks for cycles all the time.
_GARBAGE_THRESHOLD = 100_000


@click.command("import")
@click.argument("kind")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--release", help="Name of the release, such as FY2027.")
@click.option("--valid-from", type=DAY)
@click.option("--valid-to", type=DAY)
@click.option("--accept-licence", help="Name of the licence that you accept, such as AMA.")
def import_files(
    kind: str,
    paths: Sequence[Path],
    release: str | None,
    valid_from: datetime | None,
    valid_to: datetime | None,
    accept_licence: str | None,
) -> None:
    """Import official files: icd10cm, icd10cm-index, icd10pcs, hcpcs, cpt, ncci, mue, addon, pfs, coverage or contract;
    or x12: 837 claims and 835 remittances, any mix, files or folders."""
    from data.imports import import_release

    if kind == X12:
        _import_x12(paths)
        return
    report = import_release(
        kind,
        paths,
        home=Home.from_environment(),
        release=release,
        valid_from=valid_from.date() if valid_from else None,
        valid_to=valid_to.date() if valid_to else None,
        accept_licence=accept_licence,
        by=getpass.getuser(),
    )
    state = "imported" if report.is_new else "unchanged, it was imported before"
    click.echo(f"{report.kind} {report.release}: {state}; {report.rows:,} rows, {report.rejected:,} rejected")
    for remark in report.remarks:
        click.echo(f"  {remark}")


def _import_x12(paths: Sequence[Path]) -> None:
    from data.x12_imports import find_files, import_x12

    files = find_files(paths)
    gc.set_threshold(_GARBAGE_THRESHOLD)
    with open_own_store() as store:
        report = import_x12(_opened(files), store.transaction, by=getpass.getuser(), at=datetime.now(UTC))
    if not report.interchanges:
        raise click.UsageError("no file holds an X12 interchange")
    for line in _describe(report, len(files)):
        click.echo(line)
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        click.echo(f"  {files[problem.source - 1]}: {problem}", err=True)
    if (others := sum(report.problem_counts.values()) - _PROBLEMS_SHOWN) > 0:
        click.echo(f"  and {others:,} more problems", err=True)


def _opened(files: Sequence[Path]) -> Iterator[BinaryIO]:
    for path in tqdm(files, desc="import", disable=not sys.stderr.isatty(), leave=False):
        yield path.open("rb")


def _describe(report: "X12Report", files: int) -> Iterator[str]:
    yield f"x12: {files:,} files, {report.interchanges:,} interchanges, {report.segments:,} segments"
    yield f"  claims: {_count(report.claims)}"
    yield f"  remittances: {_count(report.remittances)}"
    yield f"  payments: {_count(report.payments)}"
    if report.rejections:
        yield f"  rejected claims: {_count(report.rejected)}, {report.unmatched_rejections:,} not of claims here"
    if report.acknowledgements:
        refused = sum(not one.is_accepted for one in report.acknowledgements)
        yield f"  acknowledgements: {len(report.acknowledgements):,}, {refused:,} of them refuse what was sent"
    for one in report.rejections[:_PROBLEMS_SHOWN]:
        yield f"  rejected before any decision: claim {one.claim_id} ({one.category} {one.status})"
    if report.problem_counts:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.problem_counts.items())
        lost = ", ".join(f"{count:,} {what}" for what, count in report.lost.items()) or "nothing"
        yield f"  problems: {kinds}; lost: {lost}"


def _count(kept: "KeptCounts") -> str:
    return f"{kept.new:,} new, {kept.changed:,} changed, {kept.known:,} known before"
