"""Adds to the phrases that a model knows, without what they were learned from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from data.notes import Note
from models.coding.phrases import PhraseTable, hash_phrases
from models.coding.recognize import PHRASES_FILE
from models.coding.words import read_words
from training.coding_sources import CodedNote
from training.phrase_learning import PhraseCounts, build_phrase_table, count_phrases


def add_phrases(folder: Path, notes: Sequence[CodedNote], weight: int = 1, usage: PhraseCounts | None = None) -> None:
    """Counts the evidence of each note `weight` times on top of the table in `folder`, and replaces the table.

    The table holds no phrase that supports nothing: how common a phrase is that it meets for the first time, `usage`
    says. Without it, a word of every second note would stand for the one code that it was seen with.
    """
    counts = to_counts(PhraseTable.load(folder / PHRASES_FILE))
    known = set(counts.sentences)
    for note in notes:
        counts.add(_weigh(count_phrases(note), weight))
    if usage is not None:
        for phrase in {phrase for phrase, _ in counts.link_sentences} - known:
            counts.sentences[phrase] += usage.sentences[phrase]
            counts.documents[phrase] += usage.documents[phrase]
    build_phrase_table(counts).save(folder / PHRASES_FILE)


def withdraw_support(
    folder: Path, refused: Sequence[tuple[str, str]], weight: int = 1, kept: PhraseCounts | None = None
) -> None:
    """Takes support away from phrases that stood for a refused code: pairs of a compact code and the words.

    None is left with less than it has in `kept`: decisions take back what decisions taught.
    """
    counts, least = to_counts(PhraseTable.load(folder / PHRASES_FILE)), kept or PhraseCounts()
    pairs = ((counts.link_sentences, least.link_sentences), (counts.link_documents, least.link_documents))
    for code, words in refused:
        for phrase in {value for value, _, _ in hash_phrases(read_words(words))}:
            for supported, floor in pairs:
                if supported[phrase, code] > floor[phrase, code]:
                    supported[phrase, code] = max(floor[phrase, code], supported[phrase, code] - weight)
    build_phrase_table(counts).save(folder / PHRASES_FILE)


def count_usage(notes: Iterable[Note]) -> PhraseCounts:
    """How common phrases are in notes, whatever they stand for."""
    usage = PhraseCounts()
    for note in notes:
        usage.add(count_phrases(CodedNote(note, frozenset(), ())))
    return usage


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
