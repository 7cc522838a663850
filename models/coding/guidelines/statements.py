"""What the notes of a visit state: words found in them with their section and assertion."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc

from data.notes import Span
from data.suggestions import Evidence
from models.coding.assertion import Assertion, assert_span
from models.coding.document import Sentence
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention
from models.coding.headers import SectionKind


class Statement(NamedTuple):
    """A match in a note, with the sentence that holds it; None inside a header."""

    document_id: str
    match: re.Match[str]
    sentence: Sentence | None
    assertion: Assertion
    section: SectionKind

    @property
    def mention(self) -> DraftMention:
        start, end = self.match.span()
        evidence = Evidence(document_id=self.document_id, start=start, end=end, quote=self.match.group())
        return DraftMention(evidence, self.assertion, self.section)

    @property
    def before(self) -> str:
        """The words of the sentence before the match; none inside a header."""
        return "" if self.sentence is None else self.sentence.text[self.sentence.span.start : self.match.start()]

    @property
    def after(self) -> str:
        return "" if self.sentence is None else self.sentence.text[self.match.end() : self.sentence.span.end]


def find_statements(
    pattern: re.Pattern[str], context: CodingContext, hints: tuple[str, ...] = ("",)
) -> Iterator[Statement]:
    """Every place of the notes where the pattern matches; notes without any of the hints are not searched."""
    for doc in context.documents:
        text: str = doc._.note.text
        lowered = text.lower()
        if not any(hint in lowered for hint in hints):
            continue
        for match in pattern.finditer(text):
            if match.end() > match.start():
                yield _statement(doc, match)


def find_plain(pattern: re.Pattern[str], context: CodingContext) -> Iterator[Statement]:
    """The places where it is stated as present, of the patient, now."""
    return (found for found in find_statements(pattern, context) if found.assertion.is_plain)


def find_sentences(draft: Draft, context: CodingContext) -> tuple[Sentence, ...]:
    """The sentences in which the words of the draft begin, each once, in the order of its mentions."""
    found = (find_sentence(mention.evidence, context) for mention in draft.mentions)
    return tuple(dict.fromkeys(sentence for sentence in found if sentence))


def find_sentence(evidence: Evidence, context: CodingContext) -> Sentence | None:
    """The sentence in which the evidence begins; None when its document is not at hand."""
    doc = next((doc for doc in context.documents if doc.user_data.get("document_id") == evidence.document_id), None)
    return None if doc is None else _sentence_at(doc, evidence.start)


def find_sentence_before(sentence: Sentence, document_id: str, context: CodingContext) -> Sentence | None:
    """The sentence of the document that ends last before it; None for the first one."""
    doc = next((doc for doc in context.documents if doc.user_data.get("document_id") == document_id), None)
    if doc is None:
        return None
    index = _index_at(doc._.sentences, sentence.span.start)
    return doc._.sentences[index - 1] if index > 0 else None


def find_cue_words(mention: DraftMention, context: CodingContext) -> str:
    """The words that make the mention's assertion; empty when its section alone does."""
    sentence = find_sentence(mention.evidence, context)
    cue = mention.assertion.cue
    return cue.slice(sentence.text) if cue and sentence else ""


def _statement(doc: Doc, match: re.Match[str]) -> Statement:
    sentence = _sentence_at(doc, match.start())
    name = str(doc.user_data.get("document_id", ""))
    if sentence is None:
        return Statement(name, match, None, Assertion(), SectionKind.OTHER)
    kind = sentence.section.kind
    assertion = assert_span(Span(start=match.start(), end=match.end()), sentence.scopes, kind)
    return Statement(name, match, sentence, assertion, kind)


def _sentence_at(doc: Doc, position: int) -> Sentence | None:
    sentences: tuple[Sentence, ...] = doc._.sentences
    index = _index_at(sentences, position)
    if index < 0 or position >= sentences[index].span.end:
        return None
    return sentences[index]


def _index_at(sentences: tuple[Sentence, ...], position: int) -> int:
    """Of the last sentence that begins at or before the position; -1 before the first one."""
    return bisect_right(sentences, position, key=lambda sentence: sentence.span.start) - 1
