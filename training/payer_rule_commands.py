"""`chartcode rules`: the operator's payer rules, tried on past claims before they go live."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from data.formats.jsonl import read_one
from data.home import Home
from data.own_store import open_own_store
from data.payer_rules import PayerRule, read_payer_rules, record_payer_rule, retire_payer_rule, standing_rules

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def rules() -> None:
    """Keep payers' own rules: each a JSON file with who and what it is about, one demand, its dates and its source."""


@rules.command()
@click.argument("rule", type=FILE)
@click.option("--by", default=getpass.getuser, help="The author; whoever runs this when left out.")
def add(rule: Path, by: str) -> None:
    """Record RULE as a new version; services read it when they start."""
    recorded = record_payer_rule(Home.from_environment(), read_one(rule, PayerRule), by=by, at=datetime.now(UTC))
    click.echo(f"{recorded.rule.rule_id} version {recorded.version} by {recorded.author}")


@rules.command("list")
@click.option("--all", "shows_all", is_flag=True, help="Earlier versions as well.")
def list_rules(shows_all: bool) -> None:
    """List the rules that stand."""
    recorded = read_payer_rules(Home.from_environment())
    for one in recorded if shows_all else standing_rules(recorded):
        written = one.rule
        days = f"{written.valid_from}..{written.valid_to or ''}"
        about = f"{written.rule_id}\tv{one.version}\t{days}\t{written.severity}\t{written.demand.kind}"
        click.echo(f"{about}\t{one.author}\t{written.message}")


@rules.command("try")
@click.argument("rule", type=FILE)
@click.option("--since", type=DAY, default="1900-01-01", help="Only claims with a service on or after this day.")
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="Claims to list.")
def try_rule(rule: Path, since: datetime, limit: int) -> None:
    """Tell which past claims RULE would have held, and which of them were denied."""
    from data.code_library import load_library
    from models.denial.edits.references import load_edit_references
    from training.payer_rule_trial import describe_trial, read_past_claims, try_payer_rule

    home = Home.from_environment()
    written = read_one(rule, PayerRule)
    references = load_edit_references(home, load_library(home))
    with open_own_store() as store, store.reading() as session:
        trial = try_payer_rule(written, read_past_claims(session, since.date()), references)
    click.echo(describe_trial(trial, limit))


@rules.command()
@click.argument("rule_id")
@click.option("--on", "last_day", type=DAY, required=True, help="The last day of service for which it holds.")
@click.option("--by", default=getpass.getuser, help="The author; whoever runs this when left out.")
def retire(rule_id: str, last_day: datetime, by: str) -> None:
    """End a rule: a new version with a last day."""
    recorded = retire_payer_rule(Home.from_environment(), rule_id, last_day.date(), by=by, at=datetime.now(UTC))
    click.echo(f"{recorded.rule.rule_id} version {recorded.version} ends on {recorded.rule.valid_to}")
