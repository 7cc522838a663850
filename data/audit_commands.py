"""`chartcode audit`: checks the log of who did what, and signs it."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from data.home import Home
from data.own_store import open_own_store

if TYPE_CHECKING:
    from data.audit import AuditReport, Head
    from data.checkpoints import Checkpoint
    from data.operator_key import PublicKey

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """The log of who did what."""


@audit.command()
@click.option("--head", help="The head that an export printed: with it a cut-off end is found too.")
@click.option("--log", type=FILE, help="An exported log, to be checked without a database.")
@click.option("--key", type=FILE, help="With --log: the operator's public key; every checkpoint has to fit it.")
@click.option("--checkpoint", type=FILE, help="With --log: a published checkpoint that the log has to hold.")
def verify(head: str | None, log: Path | None, key: Path | None, checkpoint: Path | None) -> None:
    """Check that no event was changed, dropped, reordered or cut off; exit 1 and name the first when one was."""
    from data.audit import Head

    expected = Head.parse(head) if head else None
    if log is None and (key or checkpoint):
        raise click.UsageError("--key and --checkpoint go with --log")
    if log is None:
        _verify_database(expected)
    else:
        from data.checkpoints import verify_export

        found = verify_export(log, expected=expected, key=_read_key(key), published=_read_checkpoint(checkpoint))
        signed = f", {found.checkpoints} checkpoints, signed through event {found.signed}" if key else ""
        _tell(found.report, signed)


def _verify_database(expected: "Head | None") -> None:
    from data.store.audit import verify_chain

    with open_own_store() as store, store.reading() as session:
        report = verify_chain(session, expected)
    _tell(report)


def _tell(report: "AuditReport", signed: str = "") -> None:
    if report.is_intact:
        click.echo(f"intact: {report.events} events, head {report.head.hash}{signed}")
        return
    click.echo(f"chartcode: the log is broken at event {report.sequence}: {report.problem}", err=True)
    raise click.exceptions.Exit(1)


def _read_key(path: Path | None) -> "PublicKey | None":
    from data.operator_key import load_public_key

    return load_public_key(path) if path else None


def _read_checkpoint(path: Path | None) -> "Checkpoint | None":
    from data.checkpoints import Checkpoint
    from data.formats.jsonl import read_one

    return read_one(path, Checkpoint) if path else None


@audit.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="By default the home's keys/.")
def key(folder: Path | None) -> None:
    """Make the operator's key for checkpoints; keep its private half away from the log."""
    from data.operator_key import PUBLIC_FILE, OperatorKey

    made, place = OperatorKey.generate(), folder or Home.from_environment().keys
    made.save(place)
    click.echo(f"key {made.public.key_id}; give {place / PUBLIC_FILE} to whoever checks the log")


@audit.command()
@click.option("--key", "path", type=FILE, help="The private key; by default the one in the home's keys/.")
def checkpoint(path: Path | None) -> None:
    """Sign the log as it stands; prints the checkpoint, one line to publish elsewhere."""
    from data.operator_key import PRIVATE_FILE, load_operator_key
    from data.store.audit import append_checkpoint

    signer = load_operator_key(path or Home.from_environment().keys / PRIVATE_FILE)
    with open_own_store() as store, store.transaction() as session:
        found = append_checkpoint(session, signer, actor=getpass.getuser(), at=datetime.now(UTC))
    click.echo(found.model_dump_json())
