"""The words of visits (data/reference/procedures/visits/), found in a note."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data.catalogue import FOLDER
from data.catalogue_rows import parse_list, read_rows
from models.coding.procedures.reading import Reading
from models.coding.procedures.tokens import split_phrase, stem
from models.coding.procedures.trie import Match, Trie, drop_contained

_Entry = tuple[str, str, str]


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
        return tuple(sorted(hits, key=lambda hit: (hit.first, hit.element)))


def _read_entries() -> Iterator[tuple[str, _Entry]]:
    """(phrase, (element, value, concept)); a concept is named by its first phrase."""
    folder = FOLDER / "visits"
    for row in read_rows(folder / "problems.tsv", ("weight", "phrases")):
        phrases = row.parse("phrases", parse_list)
        yield from ((phrase, ("problem", row["weight"], phrases[0])) for phrase in phrases)
    for row in read_rows(folder / "medicines.tsv", ("supply", "phrases")):
        yield from ((phrase, (row["supply"], row["supply"], phrase)) for phrase in row.parse("phrases", parse_list))
    for row in read_rows(folder / "words.tsv", ("element", "value", "phrases")):
        phrases = row.parse("phrases", parse_list)
        yield from ((phrase, (row["element"], row["value"], phrase)) for phrase in phrases)


def of(hits: Iterable[Hit], element: str, value: str | None = None) -> list[Hit]:
    return [hit for hit in hits if hit.element == element and (value is None or hit.value == value)]


def in_item(hits: Sequence[Hit], reading: Reading, token: int) -> list[Hit]:
    """The hits of the paragraph or list item of a token."""
    items = reading.tokens.items
    return [hit for hit in hits if items[hit.first] == items[token]]
