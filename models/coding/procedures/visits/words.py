"""The words of visits (data/reference/procedures/visits/), found in a note."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from data.catalogue import FOLDER
from data.catalogue_rows import parse_list, read_rows
from models.coding.procedures.reading import Reading
from models.coding.procedures.tokens import split_phrase, stem
from models.coding.procedures.trie import Match, Trie, drop_contained

_Entry = tuple[str, str, str]
_ENDING = "ending"
_SUPPLIES = frozenset({"prescription", "over_the_counter"})
# A name of a medicine has at least so many letters.
_LONG = 7


@dataclass(frozen=True, slots=True)
class Hit:
    """Words at tokens [first, last) that speak for `value` of `element`; `concept` names what synonyms share."""

    element: str
    value: str
    concept: str
    first: int
    last: int


class VisitWords:
    """All visit words, compiled; words of one element hide shorter ones inside them."""

    def __init__(self) -> None:
        self._endings = _read_endings()
        self._trie: Trie[_Entry] = Trie(
            (tuple(map(stem, split_phrase(phrase))), entry) for phrase, entry in _read_entries()
        )

    def find(self, reading: Reading) -> tuple[Hit, ...]:
        tokens = reading.tokens
        by_element: dict[str, list[Match[_Entry]]] = {}
        for match in self._trie.find(tokens.stems, tokens.sentences):
            for entry in match.payloads:
                by_element.setdefault(entry[0], []).append(Match(match.first, match.last, (entry,)))
        hits = [
            Hit(*match.payloads[0], match.first, match.last)
            for matches in by_element.values()
            for match in drop_contained(matches)
        ]
        hits += self._find_by_ending(tokens.words, {hit.first for hit in hits if hit.element in _SUPPLIES})
        return tuple(sorted(hits, key=lambda hit: (hit.first, hit.element)))

    def _find_by_ending(self, words: Sequence[str], known: Collection[int]) -> Iterator[Hit]:
        """Medicines that no list names, by their endings."""
        for index, word in enumerate(words):
            if len(word) >= _LONG and word.endswith(self._endings) and index not in known:
                yield Hit("prescription", "prescription", word, index, index + 1)


def _read_entries() -> Iterator[tuple[str, _Entry]]:
    """(phrase, (element, value, concept)); a concept is named by its first phrase."""
    folder = FOLDER / "visits"
    for row in read_rows(folder / "problems.tsv", ("weight", "phrases")):
        phrases = row.parse("phrases", parse_list)
        yield from ((phrase, ("problem", row["weight"], phrases[0])) for phrase in phrases)
    for row in read_rows(folder / "medicines.tsv", ("supply", "phrases")):
        if row["supply"] != _ENDING:
            yield from ((phrase, (row["supply"], row["supply"], phrase)) for phrase in row.parse("phrases", parse_list))
    for row in read_rows(folder / "words.tsv", ("element", "value", "phrases")):
        phrases = row.parse("phrases", parse_list)
        yield from ((phrase, (row["element"], row["value"], phrase)) for phrase in phrases)


def _read_endings() -> tuple[str, ...]:
    """Last letters that only names of prescription medicines have."""
    rows = read_rows(FOLDER / "visits" / "medicines.tsv", ("supply", "phrases"))
    return tuple(chain(*(row.parse("phrases", parse_list) for row in rows if row["supply"] == _ENDING)))


def of(hits: Iterable[Hit], element: str, value: str | None = None) -> list[Hit]:
    return [hit for hit in hits if hit.element == element and (value is None or hit.value == value)]


def in_item(hits: Sequence[Hit], reading: Reading, token: int) -> list[Hit]:
    """The hits of the paragraph or list item of a token."""
    items = reading.tokens.items
    return [hit for hit in hits if items[hit.first] == items[token]]
