"""What the model learns from the coders of one clinic: `python -m training.simulated_clinic`. All of it is synthetic.

Invented visits in a clinic's own shorthand are coded by the champion, decided on by simulated coders who err, and
learned from. Both versions then code other visits of the clinic, and the gate's frozen set.
"""

import argparse
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

from data.code_library import load_library
from data.home import Home
from data.notes import Profile
from data.store.encounters import add_encounter, append_decisions
from data.store.session import Store, open_store
from data.synthetic.clinic_coders import REALISTIC, ErrorRates, decide_visit
from data.synthetic.clinic_notes import ClinicVisit, write_visits
from data.synthetic.dice import Dice
from models.artifacts import load_manifest
from models.coding.suggest import load_suggester, open_suggester
from training.coding import train_coding
from training.coding_trial import Case, Suggester, count, run_trials
from training.examine import Gate, describe_verdict
from training.paired_bootstrap import compare, pooled_f1
from training.progress import track

_CODERS = (("coder-ada", 0.5), ("coder-ben", 0.3), ("coder-cleo", 0.2))
_DAY = timedelta(days=1)
_HEAD = """# Learning from a clinic's decisions

Everything here is invented: visits in a clinic's own shorthand, simulated coders who err by type, and other visits of
the same clinic to measure on. It shows that the loop learns and that the gate judges, and nothing about real notes.

"""
_NOW = datetime(2027, 1, 1, tzinfo=UTC)


def record_clinic(
    store: Store, suggester: Suggester, visits: list[ClinicVisit], rates: ErrorRates, *, seed: int = 5
) -> int:
    """Stores each visit with the model's answer and a coder's decisions; the number of decisions."""
    dice, total = Dice(seed), 0
    for visit in track(visits, "visits"):
        (answer,) = suggester.suggest([visit.encounter], Profile.OUTPATIENT)
        decisions = decide_visit(visit, answer, rates, dice)
        at = datetime.combine(visit.encounter.date_of_service, time.min, UTC)
        by = dice.pick(_CODERS)
        with store.transaction() as session:
            stored = add_encounter(session, visit.encounter, answer, Profile.OUTPATIENT, by="clinic", at=at)
            if decisions:
                name = visit.encounter.encounter_id
                at_work = at + _DAY
                append_decisions(session, name, decisions, by=by, at=at_work, expected_version=stored.version)
        total += len(decisions)
    return total


def to_case(visit: ClinicVisit) -> Case:
    return Case(visit.encounter, Profile.OUTPATIENT, frozenset(visit.meant), groups=("payer commercial",))


def run(home: Home, *, notes: int, held: int, rates: ErrorRates) -> str:
    """Micro-F1 before and after, and the gate's verdict, as a page."""
    library, store = load_library(home), open_store(home.database_url)
    champion = load_suggester(home, library)
    decisions = record_clinic(store, champion, list(write_visits(notes)), rates)
    start = perf_counter()
    folder = train_coding(home, write_incremental_config(home), _NOW, store)
    seconds = perf_counter() - start
    manifest = load_manifest(folder, "coding")
    challenger = open_suggester(folder, library, manifest.version)
    own = [to_case(visit) for visit in write_visits(held, seed=12)]
    before, after = (count(trial) for trial in run_trials(champion, challenger, own))
    verdict = Gate.of(home, store).examine("coding", manifest.version, by="simulation", at=_NOW)
    measures = {
        "visits, decisions": f"{notes}, {decisions}",
        "learned in": f"{seconds:.0f} s",
        "micro-F1 on other visits, champion": f"{pooled_f1(before):.4f}",
        "micro-F1 on other visits, challenger": f"{pooled_f1(after):.4f}",
        f"difference on {held} visits": str(compare(before, after)),
        "gate": "passed" if verdict.is_passed else "refused",
    }
    return f"## {notes} visits\n{rates}\n\n{_to_table(measures)}\n\n```\n{describe_verdict(verdict)}\n```"


def _to_table(measures: Mapping[str, str]) -> str:
    return "\n".join(
        ["| measure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in measures.items())]
    )


def write_incremental_config(home: Home) -> Path:
    text = (Path(__file__).parent / "configs" / "coding.toml").read_text("utf8")
    path = home.path / "incremental.toml"
    path.write_text(text.replace('mode = "auto"', 'mode = "incremental"'), "utf8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, nargs="+", default=[100, 400], help="visits to learn from, one run each")
    parser.add_argument("--held", type=int, default=120)
    parser.add_argument("--opposed", type=float, help="one more run with this share of decisions turned around")
    parser.add_argument("--home", type=Path, help="an empty folder; a temporary one by default")
    parser.add_argument("--out", type=Path, help="also writes the page into this file")
    chosen = parser.parse_args()
    folder = chosen.home or Path(mkdtemp(prefix="chartcode-clinic-"))
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pages = []
    for notes, rates in plan_runs(chosen.notes, chosen.opposed):
        home = Home(folder / f"{notes}-{rates.opposes}")
        home.path.mkdir(parents=True)
        pages.append(run(home, notes=notes, held=chosen.held, rates=rates))
        logging.getLogger(__name__).info(pages[-1])
    if chosen.out:
        command = f"python -m training.simulated_clinic --notes {' '.join(map(str, chosen.notes))} --held {chosen.held}"
        command += f" --opposed {chosen.opposed}" if chosen.opposed else ""
        text = "\n\n".join([f"{_HEAD}`{command} --out {chosen.out.as_posix()}`", *pages])
        chosen.out.write_text(f"{text}\n", "utf8")


def plan_runs(notes: list[int], opposed: float | None) -> list[tuple[int, ErrorRates]]:
    """Each number of visits with realistic errors; the last one once more with what is `opposed`."""
    runs = [(count, REALISTIC) for count in notes]
    return [*runs, (notes[-1], replace(REALISTIC, opposes=opposed))] if opposed else runs


if __name__ == "__main__":
    main()
