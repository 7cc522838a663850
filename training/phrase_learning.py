"""Learns the phrase table: which runs of words stand in the sentences that support a code."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from models.coding.document import Sentence, read_note
from models.coding.phrases import MIN_PRECISION, PhraseTable, hash_phrases
from models.coding.words import read_words
from training.coding_sources import CodedNote

Link = tuple[int, str]


@dataclass(slots=True)
class PhraseCounts:
    """Counts by phrase and by (phrase, code); they add up over notes."""

    sentences: Counter[int] = field(default_factory=Counter)
    documents: Counter[int] = field(default_factory=Counter)
    link_sentences: Counter[Link] = field(default_factory=Counter)
    link_documents: Counter[Link] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, other: "PhraseCounts") -> None:
        for name in self.__slots__:
            getattr(self, name).update(getattr(other, name))


def count_phrases(example: CodedNote, sentences: Iterable[Sentence] | None = None) -> PhraseCounts:
    """What one coded note teaches."""
    counts = PhraseCounts(codes=Counter(example.codes))
    for sentence in read_note(example.note)._.sentences if sentences is None else sentences:
        words = sentence.words
        counts.sentences.update({value for value, _, _ in hash_phrases(words)})
    counts.documents.update(counts.sentences.keys())
    for code, sentence_text in example.evidence:
        phrases = {value for value, _, _ in hash_phrases(read_words(sentence_text))}
        counts.link_sentences.update((value, code) for value in phrases)
    counts.link_documents.update(counts.link_sentences.keys())
    return counts


def build_phrase_table(counts: PhraseCounts) -> PhraseTable:
    """Keeps the links whose precision by sentence reaches MIN_PRECISION."""
    kept: dict[int, list[tuple[str, int]]] = {}
    for (phrase, code), supported in counts.link_sentences.items():
        if supported / (max(counts.sentences[phrase], supported) + 0.5) >= MIN_PRECISION:
            kept.setdefault(phrase, []).append((code, supported))
    phrases = sorted(kept)
    codes = sorted({code for links in kept.values() for code, _ in links})
    row_of = {code: row for row, code in enumerate(codes)}
    links = [(phrase, code, supported) for phrase in phrases for code, supported in sorted(kept[phrase])]
    return PhraseTable(
        {
            "codes": np.array(codes, dtype="U7"),
            "hashes": np.array(phrases, dtype=np.uint64),
            "starts": np.cumsum([0, *(len(kept[phrase]) for phrase in phrases)], dtype=np.uint32),
            "sentences": np.array([counts.sentences[phrase] for phrase in phrases], dtype=np.uint32),
            "documents": np.array([counts.documents[phrase] for phrase in phrases], dtype=np.uint32),
            "link_codes": np.array([row_of[code] for _, code, _ in links], dtype=np.uint32),
            "link_sentences": np.array([supported for _, _, supported in links], dtype=np.uint32),
            "link_documents": np.array([counts.link_documents[p, code] for p, code, _ in links], dtype=np.uint32),
        }
    )
