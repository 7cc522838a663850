"""`chartcode autonomy`: families of codes that may go without confirmation, once their audit allows it."""

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from data.home import Home
from data.own_store import open_own_store

if TYPE_CHECKING:
    from data.autonomy import LevelChange
    from data.monitoring import Proportion
    from data.store.released_codes import FamilyReport

_SYSTEM = click.argument("system", type=click.Choice(["icd10cm", "icd10pcs", "cpt", "hcpcs"]))
_PREFIX = click.argument("prefix")
_REASON = click.option("--reason", required=True, help="Kept in the audit log.")


@click.group()
def autonomy() -> None:
    """Release families of codes from confirmation; a family is a system and how its codes begin, such as E11."""


@autonomy.command("list")
@click.option("--history", is_flag=True, help="Every change of a level.")
def list_families(history: bool) -> None:
    """List families in the test or released, with what their audits showed."""
    from data.store.autonomy import find_standing, list_changes
    from data.store.released_codes import report_family

    now = datetime.now(UTC)
    with open_own_store() as store, store.reading() as session:
        changes = list_changes(session) if history else ()
        reports = [report_family(session, one, now) for one in find_standing(session).values()]
    for change in changes:
        click.echo(_describe_change(change))
    for report in reports:
        click.echo("\n".join(_describe(report)))


@autonomy.command("test")
@_SYSTEM
@_PREFIX
@click.option("--target", type=click.FloatRange(0.5, 1, max_open=True), required=True, help="Precision to be shown.")
@click.option("--least-probability", type=click.FloatRange(0, 1), default=0.9, show_default=True)
@_REASON
def start_test(system: str, prefix: str, target: float, least_probability: float, reason: str) -> None:
    """Begin the silent test of a family: nothing changes, and it is told what a release would have done."""
    from data.autonomy import CodeFamily, Terms
    from data.store.autonomy import start_test as act

    terms = Terms(
        target=target,
        least_probability=least_probability,
        model_version=_find_version(),
        tested_since=datetime.now(UTC),
    )
    family = CodeFamily(system=system, prefix=prefix)
    with open_own_store() as store, store.transaction() as session:
        click.echo(_describe_change(act(session, family, terms, reason=reason, by=getpass.getuser())))


@autonomy.command("release")
@_SYSTEM
@_PREFIX
@_REASON
def release(system: str, prefix: str, reason: str) -> None:
    """Release a tested family whose audit meets the target; it is withdrawn by itself when it no longer does."""
    from data.autonomy import CodeFamily
    from data.store.autonomy import release as act

    family, by, now = CodeFamily(system=system, prefix=prefix), getpass.getuser(), datetime.now(UTC)
    with open_own_store() as store, store.transaction() as session:
        change = act(session, family, model_version=_find_version(), reason=reason, by=by, at=now)
    click.echo(_describe_change(change))


@autonomy.command("withdraw")
@_SYSTEM
@_PREFIX
@_REASON
def withdraw(system: str, prefix: str, reason: str) -> None:
    """End the test or the release of a family: people confirm each code."""
    from data.autonomy import CodeFamily
    from data.store.autonomy import withdraw as act

    family, by, now = CodeFamily(system=system, prefix=prefix), getpass.getuser(), datetime.now(UTC)
    with open_own_store() as store, store.transaction() as session:
        click.echo(_describe_change(act(session, family, reason=reason, by=by, at=now)))


def _find_version() -> str:
    from models.artifacts import read_manifest
    from models.registry import ModelRegistry

    return read_manifest(ModelRegistry(Home.from_environment()).champion("coding")).version


def _describe_change(change: "LevelChange") -> str:
    terms = change.terms
    bound = f"target {terms.target}\tfrom {terms.least_probability}\t{terms.model_version}"
    when = f"{change.changed_at:%Y-%m-%d %H:%M} UTC"
    return f"{change.level.value}\t{change.family}\t{bound}\t{when} by {change.changed_by}\t{change.reason}"


def _describe(report: "FamilyReport") -> Iterator[str]:
    audited, effect = report.audited, report.effect
    yield _describe_change(report.standing)
    yield f"\taudited: kept in {_tell(audited.precision)}, {audited.waiting} wait"
    yield f"\t{report.objection.value}" if report.objection else "\tmeets its target"
    yield f"\tlast 30 days: {effect.codes} codes of {effect.encounters} encounters, changed {_tell(effect.changed)}"


def _tell(share: "Proportion") -> str:
    value = "-" if share.value is None else f"{share.value:.3f}"
    return f"{value} [{share.low:.3f}, {share.high:.3f}] of {share.cases}"
