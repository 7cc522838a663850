"""The `chartcode` command: it wires the rooms and holds no logic. Rooms are imported by the command that needs them."""

import getpass
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from data.audit_commands import audit
from data.home import Home
from data.import_commands import import_files
from data.notes import Encounter, Note, Patient, PatientStatus, Profile, Setting, Sex
from data.own_store import open_own_store
from data.user_commands import users
from training.autonomy_commands import autonomy
from training.learning_commands import export, gate, labels, quality, replay, shadow
from training.monitoring_commands import monitor
from training.payer_rule_commands import rules

if TYPE_CHECKING:
    from data.claim_history import ClaimHistory

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=True, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
SYSTEM = click.Choice(["icd10cm", "icd10pcs", "cpt", "hcpcs"])
MODEL = click.Choice(["coding", "denial"])
MAX_NOTE_BYTES = 4_000_000


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chartcode")
def cli() -> None:
    """Suggests codes from clinical notes and predicts claim denials; people decide, models learn."""


def _home() -> Home:
    return Home.from_environment()


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Add invented patients and users, and say how to sign in.")
def serve(host: str, port: int, demo: bool) -> None:
    """Serve the HTTP API and the workbench."""
    from api.demo import DemoError
    from api.serve import ServeError
    from api.serve import serve as run

    try:
        run(host, port, demo=demo)
    except (DemoError, ServeError) as error:
        raise click.ClickException(str(error)) from None


@cli.command()
@click.argument("note", type=FILE, required=False)
@click.option("--jsonl", type=FILE, help="Encounters, one JSON object a line.")
@click.option("--out", type=OUT, help="Where the suggestion sets of --jsonl go.")
@click.option("--profile", type=click.Choice([p.value for p in Profile]), default=Profile.OUTPATIENT.value)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--setting", type=click.Choice([s.value for s in Setting]), default=Setting.OFFICE.value)
@click.option("--date", "day", type=DAY, help="Date of service; today when left out.")
@click.option("--age", type=click.IntRange(0, 130))
@click.option("--sex", type=click.Choice([s.value for s in Sex]), default=Sex.UNKNOWN.value)
@click.option("--status", type=click.Choice([s.value for s in PatientStatus]))
def suggest(  # noqa: PLR0917 - one option each
    note: Path | None,
    jsonl: Path | None,
    out: Path | None,
    profile: str,
    workers: int,
    setting: str,
    day: datetime | None,
    age: int | None,
    sex: str,
    status: str | None,
) -> None:
    """Suggest codes for NOTE (a text file), or for every encounter of a JSON-lines file."""
    from models.coding.bulk import suggest_in_bulk

    if note is None and jsonl is not None and out is not None:
        _suggest_all(jsonl, out, Profile(profile), workers)
        return
    if note is None or jsonl is not None or out is not None:
        raise click.UsageError("give a NOTE, or --jsonl with --out")
    patient = Patient(age_years=age, sex=Sex(sex), status=PatientStatus(status) if status else None)
    encounter = _read_encounter(note, Setting(setting), _day(day) or datetime.now(UTC).date(), patient)
    for answer in suggest_in_bulk(_home(), [encounter], Profile(profile), workers=1):
        click.echo(answer.model_dump_json(indent=2))


def _read_encounter(path: Path, setting: Setting, day: date, patient: Patient) -> Encounter:
    from data.formats.jsonl import read_text

    document = Note(document_id="d1", text=read_text(path, max_bytes=MAX_NOTE_BYTES))
    return Encounter(encounter_id="e1", setting=setting, date_of_service=day, patient=patient, documents=(document,))


def _suggest_all(jsonl: Path, out: Path, profile: Profile, workers: int) -> None:
    from data.formats.jsonl import read_lines, write_lines
    from models.coding.bulk import suggest_in_bulk
    from training.progress import track

    encounters = read_lines(jsonl, Encounter)
    answers = suggest_in_bulk(_home(), encounters, profile, workers=workers)
    count = write_lines(out, track(answers, "suggest", len(encounters)))
    click.echo(f"{count} suggestion sets in {out}", err=True)


@cli.command()
@click.argument("claim", type=FILE, required=False)
@click.option("--jsonl", type=FILE, help="Claims, one JSON object a line.")
@click.option("--out", type=OUT, help="Where the reviews of --jsonl go.")
@click.option("--history", type=FILE, help="Earlier claims of the same patients, one JSON object a line.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes for --jsonl; up to one a core when left out.")
def review(claim: Path | None, jsonl: Path | None, out: Path | None, history: Path | None, workers: int | None) -> None:
    """Check CLAIM (a JSON file) against the edits and predict its denial, or every claim of a JSON-lines file."""
    from data.claim_history import ClaimHistory
    from data.claims import Claim
    from data.code_library import load_library
    from data.formats.jsonl import read_lines, read_one
    from models.denial.review import load_reviewer

    if (claim is None) == (jsonl is None) or (jsonl is None) != (out is None):
        raise click.UsageError("give a CLAIM, or --jsonl with --out")
    past = ClaimHistory.of(read_lines(history, Claim)) if history else None
    if jsonl is not None and out is not None:
        _review_all(jsonl, out, past, workers)
    elif claim is not None:
        one = read_one(claim, Claim)
        reviewer = load_reviewer(_home(), load_library(_home()))
        click.echo(reviewer.review([one], past)[0].model_dump_json(indent=2))


def _review_all(jsonl: Path, out: Path, past: "ClaimHistory | None", workers: int | None) -> None:
    from data.formats.jsonl import iter_texts, tell_problems, write_texts
    from models.denial.bulk import review_in_bulk, useful_workers
    from models.denial.unreviewed import Unreviewed, answer_lines
    from training.progress import track

    lines, failed = dict(iter_texts(jsonl)), list[Unreviewed]()
    answers = review_in_bulk(_home(), [*lines.values()], past, workers=workers or useful_workers(len(lines)))
    count = write_texts(out, track(answer_lines(lines, answers, failed), "review", len(lines)))
    click.echo(f"{count} reviews in {out}", err=True)
    if failed:
        told = tell_problems((each.number, each.problem) for each in failed)
        _fail(f"{len(failed)} not reviewed, so held: {told}", 1 if any(each.is_ours for each in failed) else 2)


@cli.group()
def codes() -> None:
    """Look codes up."""


@codes.command()
@click.argument("query")
@click.option("--system", type=SYSTEM)
@click.option("--on", type=DAY, help="Only codes in force on this day.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
def search(query: str, system: str | None, on: datetime | None, limit: int) -> None:
    """Find codes by words, shorthand, part of a code, or with typing errors."""
    from data.code_library import load_library
    from data.codes import CodeSystem
    from models.search.code_search import load_code_search

    found = load_code_search(_home(), load_library(_home()))
    hits = found.search(query, system=CodeSystem(system) if system else None, on=_day(on), limit=limit)
    for hit in hits:
        click.echo(f"{hit.system.value}\t{hit.code}\t{'billable' if hit.is_billable else 'header'}\t{hit.term}")


@codes.command()
@click.argument("code")
@click.option("--system", type=SYSTEM, default="icd10cm")
@click.option("--on", type=DAY, help="As of this day; the newest release when left out.")
def show(code: str, system: str, on: datetime | None) -> None:
    """Show a code with its notes, its own and inherited."""
    from data.code_library import load_library
    from data.codes import CodeSystem
    from models.search.code_text import describe_code

    click.echo(describe_code(load_library(_home()), CodeSystem(system), code, _day(on)))


@cli.command()
@click.argument("diagnoses", nargs=-1, required=True)
@click.option("--procedure", "procedures", multiple=True, help="An ICD-10-PCS code; may be given again.")
@click.option("--date", "day", type=DAY, help="Day of discharge; today when left out.")
@click.option("--sex", type=click.Choice([s.value for s in Sex]), default=Sex.UNKNOWN.value)
@click.option("--discharge-status", default="01", show_default=True, help="UB-04 form locator 17; 01 is home.")
def drg(
    diagnoses: tuple[str, ...], procedures: tuple[str, ...], day: datetime | None, sex: str, discharge_status: str
) -> None:
    """Group a stay into its MS-DRG by ICD-10-CM codes, the principal diagnosis first."""
    from data.codes import Icd10Cm, Icd10Pcs
    from data.stays import Stay
    from models.grouping.drgpy_grouper import DrgpyGrouper
    from models.grouping.grouper import explain_group

    principal, *secondary = dict.fromkeys(map(Icd10Cm.parse, diagnoses))
    stay = Stay(
        principal=principal,
        secondary=tuple(secondary),
        procedures=tuple(map(Icd10Pcs.parse, procedures)),
        discharged_on=_day(day) or datetime.now(UTC).date(),
        sex=Sex(sex),
        discharge_status=discharge_status,
    )
    click.echo(explain_group(DrgpyGrouper(), stay).model_dump_json(indent=2))


for command in (import_files, users, export, audit, gate, replay, shadow, labels, quality, autonomy, monitor, rules):
    cli.add_command(command)


@cli.command()
@click.argument("name", type=MODEL)
@click.option("--config", type=FILE)
@click.option("--as-of", help="Learn only from what was known at the end of this day.")
@click.option("--promote", is_flag=True, help="Make the new version champion if the gate lets it.")
def train(name: str, config: Path | None, as_of: str | None, promote: bool) -> None:
    """Train a new version of a model from decisions and remittances."""
    from training.export import read_as_of
    from training.run import train_model

    with open_own_store() as store:
        version = train_model(name, _home(), store, config=config, as_of=read_as_of(as_of) if as_of else None)
        click.echo(f"{name} {version}")
        if promote:
            _promote(name, version, None)


@cli.command()
@click.argument("name", type=MODEL)
@click.option("--version", help="A version in the registry; the champion when left out.")
@click.option(
    "--split", type=click.Choice(["dev", "test"]), default="dev", show_default=True, help="Of the gold notes."
)
def evaluate(name: str, version: str | None, split: str) -> None:
    """Measure a model on data that it was not trained on."""
    from training.run import evaluate_model

    click.echo(evaluate_model(name, _home(), version, split))


@cli.command()
@click.argument("name", type=MODEL)
@click.argument("version")
@click.option("--force", "reason", help="Promote against the gate, for this reason.")
def promote(name: str, version: str, reason: str | None) -> None:
    """Make a version champion."""
    _promote(name, version, reason)


def _promote(name: str, version: str, reason: str | None) -> None:
    from training.promote import promote as act

    with open_own_store() as store:
        verdict = act(_home(), name, version, by=getpass.getuser(), store=store, force_reason=reason)
    click.echo(verdict)


@cli.command()
@click.argument("name", type=MODEL)
def rollback(name: str) -> None:
    """Go back to the champion before."""
    from training.promote import rollback as act

    with open_own_store() as store:
        click.echo(act(_home(), name, by=getpass.getuser(), store=store))


@cli.command()
@click.option("--out", type=OUT, help="Also write the table into this file.")
def bench(out: Path | None) -> None:
    """Measure latency, throughput, memory and start-up on this machine."""
    from training.bench import run_bench

    table = run_bench(_home())
    click.echo(table)
    if out:
        out.write_text(table + "\n", "utf8")


def main() -> None:
    """Exit 0 done, 2 bad usage or input with one line on stderr, 1 internal failure; never a traceback."""
    try:
        sys.exit(cli(standalone_mode=False))
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except click.Abort:
        _fail("stopped", 130)
    except BrokenPipeError:
        sys.exit(0)
    except (KeyError, IndexError) as error:
        _fail(f"internal failure ({type(error).__name__})", 1)
    except (ValueError, LookupError, OSError) as error:
        from data.formats.jsonl import describe

        _fail(describe(error), 2)
    except Exception as error:  # the last resort: its text might hold a patient's words
        _fail(f"internal failure ({type(error).__name__})", 1)


def _fail(message: str, status: int) -> None:
    click.echo(f"chartcode: {message}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
