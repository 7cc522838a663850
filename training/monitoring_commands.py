"""`chartcode monitor`: what changed lately, and for whom the model does worse."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from data.home import Home
from data.monitoring import Drift, GroupShares, MonitoringReport, Proportion, save_report
from data.own_store import open_own_store

DAYS = click.IntRange(1, 3660)


@click.command()
@click.argument("name", type=click.Choice(["coding", "denial"]))
@click.option("--as-of", help="A day, up to its end, or a time with its zone; now when left out.")
@click.option("--days", type=DAYS, default=30, show_default=True, help="How long lately is.")
@click.option("--before", type=DAYS, default=90, show_default=True, help="The days before, to compare with.")
def monitor(name: str, as_of: str | None, days: int, before: int) -> None:
    """Compare what a model sees, says and is told lately with the days before; exit 1 on an alarm."""
    from training.export import read_as_of
    from training.monitoring import Windows
    from training.monitoring import monitor as compare

    moment = read_as_of(as_of) if as_of else datetime.now(UTC)
    with open_own_store() as store:
        report = compare(name, store, Windows.of(moment, recent_days=days, before_days=before))
    save_report(Home.from_environment(), report)
    click.echo("\n".join(_describe(report)))
    if report.alarms:
        raise click.exceptions.Exit(1)


def _describe(report: MonitoringReport) -> Iterator[str]:
    yield (
        f"{report.name}: {report.units_after} from {report.recent_since:%Y-%m-%d} to {report.as_of:%Y-%m-%d} beside "
        f"{report.units_before} from {report.before_since:%Y-%m-%d}; {len(report.alarms)} alarms"
    )
    for drift in sorted(report.drifts, key=lambda one: (not one.is_alarm, one.p_value, one.quantity)):
        yield _describe_drift(drift)
    for group in report.groups:
        yield _describe_group(group)


def _describe_drift(drift: Drift) -> str:
    ks = "-" if drift.ks is None else f"{drift.ks:.3f}"
    measures = f"PSI {drift.psi:.3f}\tKS {ks}\tp {drift.p_value}\t{drift.units_after} beside {drift.units_before}"
    return f"{'ALARM' if drift.is_alarm else 'drift'}\t{drift.quantity}\t{measures}"


def _describe_group(group: GroupShares) -> str:
    behind = "BEHIND" if group.is_behind else "group"
    shares = f"precision {_tell(group.precision)}\trecall {_tell(group.recall)}"
    return f"{behind}\t{group.group}\t{group.units} units\t{shares}"


def _tell(share: Proportion) -> str:
    value = "-" if share.value is None else f"{share.value:.3f}"
    return f"{value} [{share.low:.3f}, {share.high:.3f}] of {share.cases}"
