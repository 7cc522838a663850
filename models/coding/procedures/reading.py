"""A note read for services: what it names, whether each was rendered here, and the facts that it states."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from data.services import Family
from data.suggestions import Evidence
from models.coding.procedures.facts import Fact
from models.coding.procedures.mentions import Mention
from models.coding.procedures.rendering import Rendering
from models.coding.procedures.text import ProcedureText
from models.coding.procedures.tokens import Tokens


@dataclass(frozen=True, slots=True)
class NamedService:
    """A mention and how it was judged. `is_here`: words about it name this place ("in office", "in our lab");
    `is_title`: the first line of the note names it."""

    mention: Mention
    family: Family
    rendering: Rendering
    is_in_procedure: bool = False
    is_here: bool = False
    is_title: bool = False


@dataclass(frozen=True)
class Reading:
    """Everything that the recogniser reads in one note. `facts` and `services` are in the order of the note."""

    text: ProcedureText
    tokens: Tokens
    facts: Sequence[Fact]
    services: Sequence[NamedService]

    def section_of(self, token: int) -> str:
        return self.text.sentences[self.tokens.sentences[token]].section_kind

    def evidence_of(self, first: int, last: int) -> Evidence:
        """The words of tokens [first, last)."""
        return self.text.evidence(self.tokens.starts[first], self.tokens.ends[last - 1])

    def sentence_of(self, token: int) -> Evidence:
        sentence = self.text.sentences[self.tokens.sentences[token]]
        return self.text.evidence(sentence.start, sentence.end)

    def tokens_in(self, start: int, end: int) -> tuple[int, int] | None:
        """Tokens [first, last) that begin in text[start:end]; None when there are none."""
        first, last = bisect_left(self.tokens.starts, start), bisect_left(self.tokens.starts, end)
        return (first, last) if first < last else None

    def item_at(self, start: int) -> int | None:
        """The paragraph or list item of the token that starts at a character."""
        return self._items.get(start)

    @cached_property
    def _items(self) -> Mapping[int, int]:
        return dict(zip(self.tokens.starts, self.tokens.items, strict=True))

    @cached_property
    def _sentences(self) -> Mapping[int, int]:
        return dict(zip(self.tokens.starts, self.tokens.sentences, strict=True))

    def sentence_at(self, start: int) -> int | None:
        """The sentence of the token that starts at a character."""
        return self._sentences.get(start)

    @cached_property
    def items_of_sentences(self) -> Mapping[int, int]:
        """The paragraph or list item of each sentence that has words."""
        return dict(zip(self.tokens.sentences, self.tokens.items, strict=True))

    @cached_property
    def facts_by_item(self) -> Mapping[int, Sequence[Fact]]:
        grouped: dict[int, list[Fact]] = {}
        for fact in self.facts:
            grouped.setdefault(self.tokens.items[fact.first], []).append(fact)
        return grouped
