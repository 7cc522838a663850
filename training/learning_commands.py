"""`chartcode gate`, `replay`, `shadow`, `labels`, `export`: what is learned from decisions, and how it is judged."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from data.home import Home
from data.own_store import open_own_store

OUT = click.Path(dir_okay=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MODEL = click.Choice(["coding", "denial"])


@click.command()
@click.argument("name", type=MODEL)
@click.argument("version")
def gate(name: str, version: str) -> None:
    """Compare a version with the champion and keep the verdict; exit 1 when it is refused."""
    from training.examine import Gate, describe_verdict

    with open_own_store() as store:
        judge = Gate.of(Home.from_environment(), store)
        verdict = judge.examine(name, version, by=getpass.getuser(), at=datetime.now(UTC))
    click.echo(describe_verdict(verdict))
    if not verdict.is_passed:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("kind", type=click.Choice(["encounter", "claim"]))
@click.argument("identifier")
@click.option("--revision", type=click.IntRange(1), help="Of a claim; the newest when left out.")
def replay(kind: str, identifier: str, revision: int | None) -> None:
    """Give a stored answer again by the version that gave it; exit 1 when it differs."""
    from training.replay import describe_replay, replay_claim, replay_encounter

    home = Home.from_environment()
    with open_own_store() as store:
        if kind == "claim":
            found = replay_claim(home, store, identifier, revision)
        else:
            found = replay_encounter(home, store, identifier)
    click.echo(describe_replay(found))
    if not found.is_same:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("version")
@click.option("--since", required=True, help="A day, or a time with its zone.")
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="Disagreements to list.")
@click.option("--model", type=MODEL, default="coding", show_default=True)
def shadow(version: str, since: str, limit: int, model: str) -> None:
    """Let a version of a model answer what was answered since a day, and list where it differs."""
    from training.export import read_as_of

    moment = read_as_of(since if len(since) > 10 else f"{since}T00:00:00Z")
    tell = _shadow_coding if model == "coding" else _shadow_denial
    tell(version, moment, limit)


def _shadow_denial(version: str, since: datetime, limit: int) -> None:
    from training.denial_shadow import shadow_denial

    with open_own_store() as store:
        report = shadow_denial(Home.from_environment(), store, version, since)
    right = [one.is_challenger_right for one in report.disagreements if one.is_challenger_right is not None]
    click.echo(f"{report.claims} claims, {len(report.disagreements)} disposed otherwise ({report.share:.0%})")
    click.echo(f"answered by payers: {len(right)}, of them the challenger was right on {sum(right)}")
    for one in report.disagreements[:limit]:
        shown = f"{one.champion.value} {one.champion_probability:.2f}\t{one.challenger.value}"
        click.echo(f"{one.claim_id}\t{shown} {one.challenger_probability:.2f}")


def _shadow_coding(version: str, since: datetime, limit: int) -> None:
    from training.shadow import shadow_coding

    with open_own_store() as store:
        report = shadow_coding(Home.from_environment(), store, version, since)
    click.echo(f"{report.encounters} encounters, {len(report.disagreements)} answered otherwise ({report.share:.0%})")
    for one in report.disagreements[:limit]:
        click.echo(f"{one.encounter_id}\t-{','.join(one.champion_only)}\t+{','.join(one.challenger_only)}")


@click.command()
@click.option("--as-of", help="A day, up to its end, or a time with its zone; now when left out.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def labels(as_of: str | None, limit: int) -> None:
    """List decisions that are probably wrong, for a second look."""
    from training.datasets import iter_coding_examples
    from training.export import read_as_of
    from training.label_quality import find_suspects

    moment = read_as_of(as_of) if as_of else datetime.now(UTC)
    with open_own_store() as store, store.reading() as session:
        examples = [one for labelled in iter_coding_examples(session, moment) for one in labelled.examples]
    click.echo(find_suspects(examples).as_table(limit))


@click.command()
@click.argument("what", type=click.Choice(["training", "decisions", "audit", "audit-fhir"]))
@click.option("--as-of", required=True, help="A day, up to its end, or a time with its zone.")
@click.option("--out", type=OUT, required=True)
@click.option("--deidentify", "key", type=FILE, help="For training: a file of 16 or more secret bytes for pseudonyms.")
def export(what: str, as_of: str, out: Path, key: Path | None) -> None:
    """Write training examples, decisions or the audit log, as they were known at a time."""
    from training import export as exports
    from training.deidentify import Deidentifier

    if key is not None and what != "training":
        raise click.UsageError("--deidentify is for training examples")
    moment = exports.read_as_of(as_of)
    head = ""
    with open_own_store() as store:
        if what == "training":
            exports.export_training(store, moment, out, hide=Deidentifier(key.read_bytes()) if key else None)
        elif what == "decisions":
            exports.export_decisions(store, moment, out)
        elif what == "audit":
            head = f"; head {exports.export_audit(store, moment, out)}"
        else:
            exports.export_fhir_audit(store, moment, out)
        exports.record_export(store, what, moment, out, by=getpass.getuser())
    click.echo(f"{what} as of {moment:%Y-%m-%d %H:%M} UTC in {out}{head}")


@click.command()
@click.option("--as-of", help="A day, up to its end, or a time with its zone; now when left out.")
@click.option("--seed", default="", help="Draws the random part; name the period, such as 2026-11.")
@click.option("--by-chance", type=click.IntRange(0), default=20, show_default=True)
@click.option("--by-risk", type=click.IntRange(0), default=20, show_default=True)
@click.option("--keep", is_flag=True, help="Record the draw, from what was first decided since the last one kept.")
def quality(as_of: str | None, seed: str, by_chance: int, by_risk: int, keep: bool) -> None:
    """List encounters for a second review, and how far coders agree beyond chance."""
    from data.store.drawn_reviews import find_last_draw
    from training.agreement import iter_shared
    from training.coder_quality import kappa_by_coder, kappa_by_family
    from training.datasets import iter_coding_examples
    from training.export import read_as_of
    from training.second_review import choose_reviews, find_new, keep_draw

    if keep and as_of:
        raise click.UsageError("--keep draws from what is known now")
    moment = read_as_of(as_of) if as_of else datetime.now(UTC)
    with open_own_store() as store:
        with store.reading() as session:
            since = find_last_draw(session) if keep else None
            examples = find_new(iter_coding_examples(session, moment), since)
            shared = list(iter_shared(session, moment))
        reviewed = () if keep else {opinions[0].encounter_id for opinions in shared}
        drawn = choose_reviews(examples, by_chance=by_chance, by_risk=by_risk, seed=seed, reviewed=reviewed)
        if keep:
            keep_draw(store, drawn, seed=seed, by=getpass.getuser(), at=moment)
    for one in drawn:
        click.echo(f"review\t{one.encounter_id}\t{one.chosen.value}\t{one.risk:.2f}")
    for name, found in (kappa_by_coder(shared) | kappa_by_family(shared)).items():
        click.echo(f"kappa\t{name}\t{found.pairs} pairs\tagreed {found.agreed:.2f}\tkappa {found.kappa:.2f}")
