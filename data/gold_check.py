"""Checks the gold set against the code sets and itself: `python -m data.gold_check`."""

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import click

from data.code_library import CodeLibrary, load_library
from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.gold import CODED_ONCE, FOLDER, GoldCase, Split, each_evidence, load_gold
from data.gold_passes import Agreement, Coding, load_pass, measure_agreement, required_coding
from data.home import Home
from data.modifiers import ModifierRole, modifiers_in
from data.ncci_pairs import ModifierIndicator

PASSES = ("a", "b", "ab", "c")
COMPARED = (("a", "b"), ("a", "c"), ("b", "c"), ("ab", "c"), ("a", "labels"), ("b", "labels"), ("c", "labels"))
COMPARED_ON_DEV_AND_TEST = (("ab", "c"), ("c", "labels"))
COMPARED_WHERE_BLIND = (("a", "b"), ("a", "labels"), ("b", "labels"))


@dataclass(frozen=True, slots=True)
class Finding:
    encounter_id: str
    rule: str
    message: str


class PairTable(Protocol):
    """`data.ncci_pairs.NcciPairs`, or another table of pairs."""

    def find(self, column1: str, column2: str, day: date) -> ModifierIndicator | None: ...


def check_quotes(case: GoldCase) -> Iterator[Finding]:
    """Every quote stands in its document at its offsets."""
    texts = {note.document_id: note.text for note in case.encounter.documents}
    for evidence in each_evidence(case.labels):
        if texts.get(evidence.document_id, "")[evidence.start : evidence.end] != evidence.quote:
            place = f"{evidence.document_id} {evidence.start}-{evidence.end}"
            yield Finding(case.encounter.encounter_id, "quote", f"the words at {place} are not the quote")


def check_billable(case: GoldCase, library: CodeLibrary) -> Iterator[Finding]:
    """Every diagnosis code, alternatives and traps included, is billable on the date of service."""
    day = case.encounter.date_of_service
    code_set = library.release_on(CodeSystem.ICD10CM, day)
    for code in sorted(_all_diagnosis_codes(case)):
        if code_set is None or not code_set.is_billable_on(code.compact, day):
            yield Finding(case.encounter.encounter_id, "billable", f"{code.dotted} is not billable on {day}")


def check_exclusions(
    case: GoldCase, library: CodeLibrary, exceptions: frozenset[tuple[str, str, str]]
) -> Iterator[Finding]:
    """No two required diagnoses exclude each other (Excludes1), but for the exceptions that were justified."""
    code_set = library.release_on(CodeSystem.ICD10CM, case.encounter.date_of_service)
    codes = [diagnosis.code for diagnosis in case.labels.diagnoses]
    for code in codes if code_set else ():
        for other in codes:
            name = case.encounter.encounter_id
            if code_set and _excludes(code_set, code, other) and (name, code.dotted, other.dotted) not in exceptions:
                yield Finding(name, "excludes1", f"{code.dotted} excludes {other.dotted}")


def check_pairs(case: GoldCase, pairs: PairTable) -> Iterator[Finding]:
    """Of two services that NCCI pays only apart, one carries a modifier that separates them."""
    lines = case.labels.procedures
    for one in lines:
        for two in lines:
            indicator = pairs.find(one.code, two.code, case.encounter.date_of_service)
            if indicator is ModifierIndicator.NEVER or (
                indicator is ModifierIndicator.ALLOWED
                and not _separating_modifiers() & {*one.modifiers, *two.modifiers}
            ):
                yield Finding(case.encounter.encounter_id, "ncci", f"{two.code} is bundled into {one.code}")


def check_gold(cases: Sequence[GoldCase], library: CodeLibrary, pairs: PairTable | None = None) -> list[Finding]:
    """NCCI pairs are checked where a table of them is given."""
    exceptions = read_exceptions()
    checks: list[Callable[[GoldCase], Iterator[Finding]]] = [
        check_quotes,
        lambda case: check_billable(case, library),
        lambda case: check_exclusions(case, library, exceptions),
    ]
    if pairs is not None:
        checks.append(lambda case: check_pairs(case, pairs))
    return [finding for case in cases for check in checks for finding in check(case)]


def read_exceptions(folder: Path = FOLDER) -> frozenset[tuple[str, str, str]]:
    """Encounter, code and excluded code of each justified Excludes1 pair."""
    with (folder / "excludes1_exceptions.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return frozenset((row["encounter_id"], row["code"], row["excluded"]) for row in rows)


def measure_passes(cases: Sequence[GoldCase]) -> dict[str, Agreement]:
    """How far the passes and the labels agree, by the name of the comparison; `cases` is the whole set.

    Passes a and b are blind to each other in the notes that pass c does not cover, and in no other.
    """
    codings = {name: load_pass(name) for name in PASSES}
    codings["labels"] = [required_coding(case.labels) for case in cases]
    first = names_of(codings["c"])
    held = {case.encounter.encounter_id for case in cases if case.split is not Split.TRAIN}
    groups = (
        (COMPARED, first, ""),
        (COMPARED_ON_DEV_AND_TEST, first & held, ", dev and test"),
        (COMPARED_WHERE_BLIND, names_of(codings["a"]) - first, ", blind"),
    )
    return {
        f"{one} and {two}{which}": measure_agreement(_only(codings[one], names), _only(codings[two], names))
        for pairs, names, which in groups
        for one, two in pairs
    }


def names_of(codings: Sequence[Coding]) -> frozenset[str]:
    """The encounters that a pass covers."""
    return frozenset(coding.encounter_id for coding in codings)


def _only(codings: Sequence[Coding], names: Collection[str]) -> list[Coding]:
    return [coding for coding in codings if coding.encounter_id in names]


def _excludes(code_set: CodeSet, code: Icd10Cm, other: Icd10Cm) -> bool:
    notes = code_set.notes(code.compact, "excludes1", inherited=True)
    return code != other and any(note.refers_to(other.compact) for note in notes)


def _all_diagnosis_codes(case: GoldCase) -> set[Icd10Cm]:
    labelled = {code for d in case.labels.diagnoses for code in (d.code, *d.alternatives)}
    return labelled | {Icd10Cm.parse(t.code) for t in case.labels.traps if t.system is CodeSystem.ICD10CM}


def _separating_modifiers() -> frozenset[str]:
    return modifiers_in(ModifierRole.SEPARATE_EVALUATION, ModifierRole.SEPARATE_PROCEDURE)


@click.command()
@click.option("--coded-once", is_flag=True, help="Check the notes that were coded once; they have no passes.")
def main(coded_once: bool) -> None:
    """Prints the findings (none when all is well) and how far the passes agree."""
    cases = load_gold(*Split, folder=CODED_ONCE if coded_once else FOLDER)
    findings = check_gold(cases, load_library(Home.from_environment()))
    for finding in findings:
        click.echo(f"{finding.encounter_id}\t{finding.rule}\t{finding.message}")
    for name, agreement in ({} if coded_once else measure_passes(cases)).items():
        click.echo(f"{name}: {agreement}")
    raise SystemExit(1 if findings else 0)


if __name__ == "__main__":
    main()
