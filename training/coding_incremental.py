"""The champion learns from decisions: phrases from kept and refused codes, and what a visit reports.

Its priors stay as they are: the rankers know them as counts of case reports, of which visits are none.
"""

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from data.codeset import CodeSet
from data.gold import CODED_ONCE, GoldCase, Split, load_gold
from models.artifacts import MANIFEST_FILE
from models.coding.phrases import PhraseTable
from models.coding.recognize import PHRASES_FILE, Recognizer
from models.coding.resolve import Resolver
from models.coding.siblings import Families
from models.coding.visit import VisitRanker
from training.coding_card import CARD_FILE
from training.coding_sources import CodedNote
from training.decided_notes import DecidedNotes, all_coded
from training.learned_notes import BASE_FILE, LEARNED_FILE, write_learned
from training.own_words import find_own_words
from training.phrase_learning import PhraseCounts
from training.phrase_update import add_phrases, count_usage, to_counts, withdraw_support
from training.visit_update import UpdateConfig, collect_rows, update_visit


def to_coded_note(case: GoldCase) -> CodedNote:
    """A gold case as the phrases see it: its first document and the quotes in it."""
    note = case.encounter.documents[0]
    evidence = tuple(
        (diagnosis.code.compact, place.quote)
        for diagnosis in case.labels.diagnoses
        for place in diagnosis.evidence
        if place.document_id == note.document_id
    )
    return CodedNote(note, frozenset(code for code, _ in evidence), evidence)


def learn_incrementally(
    folder: Path,
    champion: Path,
    decided: Sequence[DecidedNotes],
    weight: int,
    code_set: CodeSet,
    config: UpdateConfig | None = None,
) -> None:
    """Copies the champion and adds what the decided notes teach, each counted `weight` times."""
    for path in champion.iterdir():
        if path.name not in (MANIFEST_FILE, CARD_FILE, LEARNED_FILE, BASE_FILE):
            shutil.copyfile(path, folder / path.name)
    resolver, usage = Resolver(Families(code_set)), _count_usage()
    own = find_own_words(decided, to_counts(PhraseTable.load(champion / PHRASES_FILE)), usage)
    reader = partial(_load_without, champion, decided, weight=weight, code_set=code_set, usage=usage)
    rows = collect_rows(reader, resolver, decided, own)
    update_visit(VisitRanker.load(champion), rows, own, config or UpdateConfig()).save(folder)
    _learn_words(folder, decided, weight, usage)
    write_learned(folder, champion, (note.text for one in decided for note in one.documents))


def _count_usage() -> PhraseCounts:
    """In the gold notes that are for training, which are at hand wherever the champion is."""
    cases = (*load_gold(Split.TRAIN), *load_gold(Split.TRAIN, folder=CODED_ONCE))
    return count_usage(note for case in cases for note in case.encounter.documents)


def _learn_words(folder: Path, decided: Sequence[DecidedNotes], weight: int, usage: PhraseCounts) -> None:
    """What the champion took words for stays, whoever refuses it: it was right elsewhere. Its offset says so here."""
    before = to_counts(PhraseTable.load(folder / PHRASES_FILE))
    add_phrases(folder, all_coded(decided), weight, usage)
    withdraw_support(folder, [pair for one in decided for pair in one.withdrawn()], weight, before)


def _load_without(
    champion: Path, decided: Sequence[DecidedNotes], fold: int, weight: int, code_set: CodeSet, usage: PhraseCounts
) -> Recognizer:
    """The champion with the phrases of all notes but those of a fold."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path in champion.iterdir():
            (folder / path.name).symlink_to(path.resolve())
        (folder / PHRASES_FILE).unlink()
        shutil.copyfile(champion / PHRASES_FILE, folder / PHRASES_FILE)
        _learn_words(folder, [one for one in decided if one.fold != fold], weight, usage)
        return Recognizer.load(folder, code_set)
