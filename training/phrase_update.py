"""Adds to the phrases that a model knows, without what they were learned from."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from models.coding.phrases import PhraseTable, hash_phrases
from models.coding.recognize import PHRASES_FILE
from models.coding.words import read_words
from training.coding_sources import CodedNote
from training.phrase_learning import PhraseCounts, build_phrase_table, count_phrases


def add_phrases(folder: Path, notes: Sequence[CodedNote], weight: int = 1) -> None:
    """Counts the evidence of each note `weight` times on top of the table in `folder`, and replaces the table."""
    counts = to_counts(PhraseTable.load(folder / PHRASES_FILE))
    for note in notes:
        counts.add(_weigh(count_phrases(note), weight))
    build_phrase_table(counts).save(folder / PHRASES_FILE)


def withdraw_support(folder: Path, refused: Sequence[tuple[str, str]], weight: int = 1) -> None:
    """Takes support away from phrases that stood for a refused code: pairs of a compact code and the words."""
    counts = to_counts(PhraseTable.load(folder / PHRASES_FILE))
    for code, words in refused:
        for phrase in {value for value, _, _ in hash_phrases(read_words(words))}:
            for supported in (counts.link_sentences, counts.link_documents):
                if supported[phrase, code] > 0:
                    supported[phrase, code] = max(0, supported[phrase, code] - weight)
    build_phrase_table(counts).save(folder / PHRASES_FILE)


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
