"""`python -m training.metamorphic` changes notes in ways whose effect on the codes is known, and counts what flips.

Needs no labels: the answer to the changed note is compared with the answer to the note as it was.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from data.code_library import load_library
from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.gold import GoldCase, Split, load_gold
from data.home import Home
from data.notes import Encounter, Note
from data.suggestions import Evidence, Suggestion, SuggestionSet, Tier
from data.wilson import wilson
from models.artifacts import load_manifest
from models.coding.suggest import NAME, Suggester, open_suggester
from models.registry import ModelRegistry
from training.gold_evaluation import suggest_cases
from training.note_changes import KEEPING, swap_sides
from training.progress import track

ROOT = Path(__file__).resolve().parents[1]
_NEGATION, _RELATIVE = "No evidence of ", "Mother had "
_HEAD = """# What a changed note does to its diagnoses

{version}, {notes} gold notes of the development split.

| change | codes | flipped | 95 % interval |
|---|---|---|---|"""
_FOOT = """
The first four should change nothing, and exchanging the sides should exchange them in the codes: flipped are codes that
come or go. The last two put words before the only evidence of a code that take it back: flipped are codes that stay.

`python -m training.metamorphic` writes this page.
"""
Codes = frozenset[str]


@dataclass(frozen=True, slots=True)
class Flips:
    """Of `asked` codes, `flipped` ones did not do what the change asks for."""

    change: str
    asked: int
    flipped: int


def measure_flips(suggester: Suggester, cases: Sequence[GoldCase], code_set: CodeSet) -> list[Flips]:
    """Cost: about six answers a note, and two for each diagnosis that one place in the note supports."""
    answers = suggest_cases(suggester, cases)
    found = [_compare(suggester, cases, answers, name, change, lambda code: code) for name, change in KEEPING.items()]
    mirror = mirror_codes(code_set)
    found.append(_compare(suggester, cases, answers, "left for right", swap_sides, lambda code: mirror.get(code, code)))
    found.append(_withdraw(suggester, cases, answers, "negated", _NEGATION))
    found.append(_withdraw(suggester, cases, answers, "a relative's", _RELATIVE))
    return found


def mirror_codes(code_set: CodeSet) -> dict[str, str]:
    """The code for the other side, by dotted code, where there is one with the same words otherwise."""
    by_term = {term.lower(): code for code, term in zip(code_set.codes, code_set.terms, strict=True)}
    pairs = ((code, by_term.get(swap_sides(term))) for term, code in by_term.items())
    return {
        Icd10Cm(code).dotted: Icd10Cm(other).dotted
        for code, other in pairs
        if other not in (None, code) and code_set.is_billable(code)
    }


def _compare(
    suggester: Suggester,
    cases: Sequence[GoldCase],
    answers: Sequence[SuggestionSet],
    name: str,
    change: Callable[[str], str],
    becomes: Callable[[str], str],
) -> Flips:
    """Codes that came or went, of those of either answer."""
    asked = flipped = 0
    for case, answer in track(list(zip(cases, answers, strict=True)), name):
        documents = tuple(note.model_copy(update={"text": change(note.text)}) for note in case.encounter.documents)
        expected = frozenset(map(becomes, _codes(answer)))
        given = _codes(_suggest(suggester, case, documents))
        asked, flipped = asked + len(expected | given), flipped + len(expected ^ given)
    return Flips(name, asked, flipped)


def _withdraw(
    suggester: Suggester, cases: Sequence[GoldCase], answers: Sequence[SuggestionSet], name: str, words: str
) -> Flips:
    """Codes that stay suggested although words before their only evidence take it back."""
    asked = flipped = 0
    for case, answer in track(list(zip(cases, answers, strict=True)), name):
        for code, place in _single_places(case.encounter, answer):
            documents = tuple(_insert(note, place, words) for note in case.encounter.documents)
            asked, flipped = asked + 1, flipped + (code in _codes(_suggest(suggester, case, documents)))
    return Flips(name, asked, flipped)


def _single_places(encounter: Encounter, answer: SuggestionSet) -> Iterator[tuple[str, Evidence]]:
    """Diseases with one piece of evidence, whose words stand in the notes once and open their line or sentence."""
    texts = {note.document_id: note.text for note in encounter.documents}
    for suggestion in _diagnoses(answer):
        if len(suggestion.evidence) == 1 and suggestion.code[0] not in "VWXYZ":
            place = suggestion.evidence[0]
            before = texts[place.document_id][: place.start].rstrip(" -#*0123456789")
            if sum(text.count(place.quote) for text in texts.values()) == 1 and before[-1:] in ("", "\n", ".", ":"):
                yield suggestion.code, place


def _insert(note: Note, place: Evidence, words: str) -> Note:
    if note.document_id != place.document_id:
        return note
    return note.model_copy(update={"text": note.text[: place.start] + words + note.text[place.start :]})


def _suggest(suggester: Suggester, case: GoldCase, documents: tuple[Note, ...]) -> SuggestionSet:
    encounter = case.encounter.model_copy(update={"documents": documents})
    return suggester.suggest([encounter], case.labels.profile)[0]


def _diagnoses(answer: SuggestionSet) -> Iterator[Suggestion]:
    return (s for s in answer.suggestions if s.tier is Tier.SUGGESTED and s.system is CodeSystem.ICD10CM)


def _codes(answer: SuggestionSet) -> Codes:
    return frozenset(suggestion.code for suggestion in _diagnoses(answer))


def render(version: str, notes: int, found: Sequence[Flips]) -> str:
    rows = [f"| {one.change} | {one.asked} | {_rate(one)} |" for one in found]
    return "\n".join([_HEAD.format(version=version, notes=notes), *rows, _FOOT])


def _rate(one: Flips) -> str:
    share = wilson(one.flipped, one.asked)
    return f"{share.value:.3f} | {share.low:.3f} to {share.high:.3f}"


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "docs" / "metamorphic.md")
def main(out: Path) -> None:
    """Measures the champion on the development notes and writes the page."""
    home = Home.from_environment()
    folder = ModelRegistry(home).champion(NAME)
    version = load_manifest(folder, NAME).version
    library = load_library(home)
    code_set = library.latest(CodeSystem.ICD10CM)
    if code_set is None:
        raise click.ClickException("no ICD-10-CM release is at hand")
    cases = load_gold(Split.DEV)
    found = measure_flips(open_suggester(folder, library, version), cases, code_set)
    out.write_text(render(version, len(cases), found), "utf8")


if __name__ == "__main__":
    main()
