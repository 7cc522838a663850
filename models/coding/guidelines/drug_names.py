"""Drugs where the notes name them, with the codes of their effects (Table of Drugs and Chemicals, I.C.19.e)."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from data.codes import Icd10Cm
from data.notes import Span
from data.suggestions import Evidence
from models.coding.assertion import Assertion, assert_span
from models.coding.document import Sentence
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention
from models.coding.guidelines.tables import cite, rows
from models.coding.headers import SectionKind

_MOST_WORDS = 3
_WORD = re.compile(r"[A-Za-z0-9][\w/-]*")
_NOT_TOLD = frozenset({SectionKind.ALLERGIES, SectionKind.FAMILY_HISTORY, SectionKind.DIFFERENTIAL})


class NamedDrug(NamedTuple):
    """A drug where a sentence names it; `stem` begins its codes, compact."""

    stem: str
    sentence: Sentence
    start: int
    end: int
    document_id: str

    @property
    def before(self) -> str:
        """The words of the sentence before it."""
        return self.sentence.text[self.sentence.span.start : self.start]

    @property
    def after(self) -> str:
        return self.sentence.text[self.end : self.sentence.span.end]

    @property
    def assertion(self) -> Assertion:
        return assert_span(Span(start=self.start, end=self.end), self.sentence.scopes, self.sentence.section.kind)

    def one_of_class(self, drugs: Sequence["NamedDrug"]) -> "NamedDrug":
        """With the stem of the one member of its class that the notes name, where it is named by its class."""
        members = _classes().get(self.stem, frozenset())
        named = {drug.stem for drug in drugs if drug.stem in members}
        return self._replace(stem=named.pop()) if len(named) == 1 else self

    def mention(self, start: int, end: int) -> DraftMention:
        """Words of its sentence, by their place in the note, asserted as the drug is."""
        quote = self.sentence.text[start:end]
        evidence = Evidence(document_id=self.document_id, start=start, end=end, quote=quote)
        return DraftMention(evidence, self.assertion, self.sentence.section.kind)

    def draft(self, intent: str, probability: float, rule_id: str) -> Draft:
        """`intent`: the sixth character, 1 to 4 for a poisoning, 5 for an adverse effect, 6 for underdosing."""
        code = Icd10Cm((self.stem + intent).ljust(6, "X") + "A")
        return Draft(code, probability, (self.mention(self.start, self.end),)).because(cite(rule_id))


def find_drugs(context: CodingContext) -> Iterator[NamedDrug]:
    """In the order of the notes; lists of allergies and of relatives' diseases are not read."""
    for doc in context.documents:
        for sentence in doc._.sentences:
            if sentence.section.kind not in _NOT_TOLD:
                yield from _drugs_in(sentence, str(doc.user_data.get("document_id", "")))


@cache
def _stems() -> dict[str, str]:
    """By the name of a drug in lower case, single spaces."""
    return {
        name: row["stem"].replace(".", "") for row in rows("drug_effects") for name in row["drugs"].split("|") if name
    }


@cache
def _classes() -> dict[str, frozenset[str]]:
    """The stems of a class's members, by the stem of the class."""
    return {
        row["stem"].replace(".", ""): frozenset(stem.replace(".", "") for stem in row["members"].split())
        for row in rows("drug_classes")
    }


@cache
def _first_words() -> frozenset[str]:
    """Most words of a note begin no drug: one look tells."""
    return frozenset(name.split()[0] for name in _stems())


def _drugs_in(sentence: Sentence, document_id: str) -> Iterator[NamedDrug]:
    """The longest name at each place. Joined words are read whole and by their heads ("oxycodone-induced")."""
    words = list(_WORD.finditer(sentence.text, sentence.span.start, sentence.span.end))
    taken = sentence.span.start
    for index, word in enumerate(words):
        if word.start() >= taken and (found := _name_at(words, index, sentence.text)):
            stem, taken = found
            yield NamedDrug(stem, sentence, word.start(), taken, document_id)


def _name_at(words: list[re.Match[str]], index: int, text: str) -> tuple[str, int] | None:
    """The stem of the drug that begins at the word, and where its name ends."""
    stems, start = _stems(), words[index].start()
    head = re.split("[-/]", words[index][0].lower())[0]
    if words[index][0].lower() not in _first_words() and head not in stems:
        return None
    for last in range(min(index + _MOST_WORDS, len(words)) - 1, index - 1, -1):
        name = " ".join(text[start : words[last].end()].lower().split())
        if name in stems:
            return stems[name], words[last].end()
    return (stems[head], start + len(head)) if head in stems else None
