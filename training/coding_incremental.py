"""The champion learns from decisions: phrases that coders' evidence supports, kept and refused codes alike."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from data.codes import CodeSystem
from data.gold import GoldCase
from data.store.session import Store
from models.artifacts import MANIFEST_FILE
from models.coding.recognize import PRIORS_FILE
from training.coding_card import CARD_FILE
from training.coding_sources import CodedNote
from training.datasets import CodingExample, LabelledEncounter, iter_coding_examples
from training.phrase_update import add_phrases


def read_decided(store: Store, as_of: datetime) -> list[CodedNote]:
    """Notes with the diagnoses that coders kept, each with the sentences that support it."""
    with store.reading() as session:
        return [coded for labelled in iter_coding_examples(session, as_of) for coded in _to_coded(labelled)]


def _to_coded(labelled: LabelledEncounter) -> Iterable[CodedNote]:
    kept = [example for example in labelled.examples if _is_kept(example)]
    for note in labelled.stored.encounter.documents:
        evidence = [
            (example.code.replace(".", ""), place.quote)
            for example in kept
            for place in example.evidence
            if place.document_id == note.document_id
        ]
        if evidence:
            yield CodedNote(note, frozenset(code for code, _ in evidence), tuple(dict.fromkeys(evidence)))


def _is_kept(example: CodingExample) -> bool:
    return example.system is CodeSystem.ICD10CM and example.is_positive and example.weight > 0


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


def learn_incrementally(folder: Path, champion: Path, decided: Sequence[CodedNote], weight: int) -> None:
    """Copies the champion and adds what the decided notes teach, each counted `weight` times."""
    for path in champion.iterdir():
        if path.name not in (MANIFEST_FILE, CARD_FILE):
            shutil.copyfile(path, folder / path.name)
    add_phrases(folder, decided, weight)
    priors = Counter(json.loads((champion / PRIORS_FILE).read_text("utf8")))
    priors.update(code for note in decided for code in note.codes)
    (folder / PRIORS_FILE).write_text(json.dumps(dict(sorted(priors.items()))) + "\n", "utf8")
