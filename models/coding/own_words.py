"""A clinic's own words for a condition, and how much sooner or later it reports what they name.

Elsewhere nobody writes them: what is learned for them moves no other note.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from models.coding.candidates import Mention
from models.coding.document import Sentence
from models.coding.phrases import hash_phrases


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Of one code: hashes of phrases, and a `shift` in log-odds."""

    phrases: frozenset[int]
    shift: float

    def is_in(self, mentions: Iterable[Mention]) -> bool:
        return has_words(mentions, self.phrases)

    def write(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"phrases": sorted(self.phrases), "shift": self.shift}

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        return cls(frozenset(values["phrases"]), values["shift"])


def has_words(mentions: Iterable[Mention], phrases: frozenset[int]) -> bool:
    """Whether one of the sentences that speak of a code says so in one of the phrases."""
    return bool(phrases) and any(not phrases.isdisjoint(_read_phrases(mention.sentence)) for mention in mentions)


def _read_phrases(sentence: Sentence) -> Iterator[int]:
    words = sentence.words
    return (phrase for phrase, _, _ in hash_phrases(words))
