"""Finds the words that are a clinic's own: phrases that its coders decided on, and that nobody else was seen to use."""

from collections import Counter
from collections.abc import Sequence

from models.coding.phrases import hash_phrases
from models.coding.words import read_words
from training.decided_notes import DecidedNotes
from training.phrase_learning import Link, PhraseCounts

# In fewer encounters than this it may be a slip.
_LEAST = 2


def find_own_words(
    decided: Sequence[DecidedNotes], known: PhraseCounts, usage: PhraseCounts
) -> dict[str, frozenset[int]]:
    """By compact code. `known` are the champion's phrases, `usage` those of the notes that it learned to read from."""
    found = Counter[Link]()
    for one in decided:
        found.update(_read_links(one))
    own: dict[str, set[int]] = {}
    for (phrase, code), encounters in found.items():
        if encounters >= _LEAST and not known.sentences[phrase] and not usage.sentences[phrase]:
            own.setdefault(code, set()).add(phrase)
    return {code: frozenset(phrases) for code, phrases in sorted(own.items())}


def _read_links(decided: DecidedNotes) -> set[Link]:
    """The phrases of the words that each decided code was given for, kept or refused."""
    return {
        (phrase, one.code)
        for one in decided.codes
        for _, quote in one.quotes
        for phrase, _, _ in hash_phrases(read_words(quote))
    }
