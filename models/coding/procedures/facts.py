"""Facts about services that a note states: body sites, sides, techniques, sizes, counts, views, minutes and doses."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from data.services import Term
from models.coding.procedures.amounts import find_amounts
from models.coding.procedures.clock import find_moments
from models.coding.procedures.measures import Measure, find_measures
from models.coding.procedures.tokens import Tokens, split_phrase, stem
from models.coding.procedures.trie import Match, Trie, drop_contained


@dataclass(frozen=True, slots=True)
class Fact:
    """`attribute` has `value` by the words text[start:end], tokens [first, last).

    A measure's value is a number in the unit of its attribute (cm, sq cm, minutes, mg ...), a term's is its name.
    """

    attribute: str
    value: str | float
    first: int
    last: int
    start: int
    end: int
    unit: str = ""


class FactFinder:
    """Finds the catalogue's terms and the measures of a note."""

    def __init__(self, terms: Iterable[Term]) -> None:
        terms = tuple(terms)
        self.paired_sites = frozenset(term.value for term in terms if term.attribute == "site" and term.is_paired)
        self._trie: Trie[tuple[str, str]] = Trie(
            (tuple(map(stem, split_phrase(phrase))), (term.attribute, term.value))
            for term in terms
            for phrase in term.phrases
        )

    def find(self, text: str, tokens: Tokens) -> tuple[Fact, ...]:
        """All facts in order of their start."""
        measures = chain(find_measures(text), find_amounts(text), find_moments(text))
        facts = [*self._find_terms(text, tokens), *_place(measures, tokens)]
        return tuple(sorted(facts, key=lambda fact: (fact.start, fact.attribute, str(fact.value))))

    def _find_terms(self, text: str, tokens: Tokens) -> Iterator[Fact]:
        by_attribute: dict[str, list[Match[str]]] = defaultdict(list)
        for first, last, payloads in self._trie.find(tokens.stems, tokens.sentences):
            for attribute, value in payloads:
                by_attribute[attribute].append(Match(first, last, (value,)))
        for attribute, matches in by_attribute.items():
            for match in drop_contained(matches):
                start, end = tokens.starts[match.first], tokens.ends[match.last - 1]
                if attribute != "laterality" or end - start > 1 or _is_side_letter(text, start, end):
                    yield Fact(attribute, match.payloads[0], match.first, match.last, start, end)


def _is_side_letter(text: str, start: int, end: int) -> bool:
    """A single L or R means a side when it is a capital that stands alone before a word."""
    stands_alone = text[start - 1 : start].strip("([,:;-/ \t\n") == "" and text[end : end + 1] in (" ", ".", ")")
    return text[start:end].isupper() and stands_alone


def _place(measures: Iterable[Measure], tokens: Tokens) -> Iterator[Fact]:
    """Measures with the tokens that they cover; those outside any sentence are dropped."""
    index = {start: number for number, start in enumerate(tokens.starts)}
    for attribute, value, start, end, unit in measures:
        first = next((index[place] for place in range(start, end) if place in index), None)
        if first is None:
            continue
        last = first + 1
        while last < len(tokens) and tokens.starts[last] < end:
            last += 1
        yield Fact(attribute, value, first, last, start, end, unit)
