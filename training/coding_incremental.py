"""The champion learns from decisions: phrases that coders' evidence supports, kept and refused codes alike."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from data.codes import CodeSystem
from data.store.session import Store
from models.artifacts import MANIFEST_FILE
from models.coding.phrases import PhraseTable
from models.coding.recognize import PHRASES_FILE, PRIORS_FILE
from training.coding_card import CARD_FILE
from training.coding_sources import CodedNote
from training.datasets import CodingExample, LabelledEncounter, iter_coding_examples
from training.phrase_learning import PhraseCounts, build_phrase_table, count_phrases


def read_decided(store: Store, as_of: datetime) -> list[CodedNote]:
    """Notes with the diagnoses that coders kept, each with the sentences that support it."""
    with store.transaction() as session:
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


def learn_incrementally(folder: Path, champion: Path, decided: Sequence[CodedNote], weight: int) -> None:
    """Copies the champion and adds what the decided notes teach, each counted `weight` times."""
    for path in champion.iterdir():
        if path.name not in (MANIFEST_FILE, CARD_FILE):
            shutil.copyfile(path, folder / path.name)
    counts = to_counts(PhraseTable.load(champion / PHRASES_FILE))
    for note in decided:
        counts.add(_weigh(count_phrases(note), weight))
    build_phrase_table(counts).save(folder / PHRASES_FILE)
    priors = Counter(json.loads((champion / PRIORS_FILE).read_text("utf8")))
    priors.update(code for note in decided for code in note.codes)
    (folder / PRIORS_FILE).write_text(json.dumps(dict(sorted(priors.items()))) + "\n", "utf8")


def to_counts(table: PhraseTable) -> PhraseCounts:
    """The counts that a saved table holds."""
    arrays = table.arrays
    hashes = arrays["hashes"].tolist()
    starts = arrays["starts"].tolist()
    links = [
        (hashes[row], table.codes[arrays["link_codes"][link]], link)
        for row in range(len(hashes))
        for link in range(starts[row], starts[row + 1])
    ]
    return PhraseCounts(
        sentences=Counter(dict(zip(hashes, arrays["sentences"].tolist(), strict=True))),
        documents=Counter(dict(zip(hashes, arrays["documents"].tolist(), strict=True))),
        link_sentences=Counter({(phrase, code): int(arrays["link_sentences"][i]) for phrase, code, i in links}),
        link_documents=Counter({(phrase, code): int(arrays["link_documents"][i]) for phrase, code, i in links}),
    )


def _weigh(counts: PhraseCounts, weight: int) -> PhraseCounts:
    """Phrases that support a code count more; the notes' other sentences count once, as they stand."""
    for supported in (counts.link_sentences, counts.link_documents):
        for key in supported:
            supported[key] *= weight
    for phrase, _ in counts.link_sentences:
        counts.sentences[phrase] = max(counts.sentences[phrase], weight)
        counts.documents[phrase] = max(counts.documents[phrase], weight)
    return counts
