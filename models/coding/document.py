"""A note read once: a spaCy document that carries its sections, its sentences and what their cues assert."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc
from spacy.tokens import Span as TokenSpan
from spacy.vocab import Vocab

from data.notes import Note, Span
from models.coding.addressed import says_addressed
from models.coding.assertion import Scope, find_scopes
from models.coding.cues import Token, find_tokens
from models.coding.headers import SectionKind
from models.coding.sections import Section, find_sections
from models.coding.sentences import find_sentences
from models.coding.words import Words, read_words

_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_ITEM = re.compile(r"(?:[-*•·▪◦>+]|\(?\d{1,2}[.)]|[a-z][.)])\s*\S")
_ANSWERED_NO = re.compile(r"(no|none|nope|denies|denied|negative)\b[.,;]?", re.IGNORECASE)
_MAX_ITEM = 60


@dataclass(frozen=True)
class Sentence:
    """A sentence of a note. `lead_in` are scopes that an introducing line extends over it ("Denies:" and its list)."""

    text: str
    span: Span
    section: Section
    lead_in: tuple[Scope, ...] = ()

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        own = find_scopes(find_tokens(self.text, self.span.start, self.span.end), self.section.kind)
        return own + self.lead_in

    @cached_property
    def words(self) -> Words:
        return read_words(self.text, self.span.start, self.span.end)

    @cached_property
    def says_addressed(self) -> bool:
        return says_addressed(self.quote)

    @property
    def quote(self) -> str:
        return self.span.slice(self.text)

    def __repr__(self) -> str:
        return f"Sentence({self.span.start}-{self.span.end}, {self.section.kind})"


def read_note(note: Note) -> Doc:
    """The note as a spaCy document with `doc.text == note.text`.

    The note is `doc._.note`, its parts are `doc._.sections` and `doc._.sentences`, and span groups of those names.
    Each note gets a vocabulary of its own: the words of a patient go when the document goes.
    """
    doc = _tokenize(note.text)
    doc.user_data["document_id"] = note.document_id
    doc._.note = note  # doc.text joins its tokens anew at each call
    sections = find_sections(note.text)
    doc._.sections = sections
    doc._.sentences = _sentences(note.text, sections)
    starts = [token.idx for token in doc]
    doc.spans["sections"] = [_span(doc, starts, section.span, section.kind) for section in sections]
    doc.spans["sentences"] = [_span(doc, starts, one.span, one.section.kind) for one in doc._.sentences]
    return doc


def _tokenize(text: str) -> Doc:
    words: list[str] = []
    spaces: list[bool] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0] == " " and words:
            spaces[-1] = True
            word = word[1:]
        if word:
            words.append(word)
            spaces.append(False)
    return Doc(Vocab(), words=words, spaces=spaces)


def _span(doc: Doc, starts: Sequence[int], span: Span, label: str) -> TokenSpan:
    """The tokens that the place touches. `Doc.char_span` looks at every token for each span; this bisects."""
    return TokenSpan(doc, bisect_right(starts, span.start) - 1, bisect_left(starts, span.end), label=label)


def _sentences(text: str, sections: tuple[Section, ...]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for section in sections:
        spans = find_sentences(text, (section,))
        carried: tuple[Scope, ...] = ()
        for index, span in enumerate(spans):
            lead_in = _extend(carried, span) if index and _goes_on(text, spans[index - 1], span) else ()
            answer = spans[index + 1] if index + 1 < len(spans) else None
            found.append(Sentence(text, span, section, lead_in + _answered(text, span, answer)))
            is_intro = text[span.end - 1] == ":"
            carried = _open_scopes(text, span, section.kind) if is_intro else lead_in
    return tuple(found)


def _goes_on(text: str, before: Span, span: Span) -> bool:
    """Whether the sentence is the next item of the list that the one before introduces or belongs to."""
    is_next_line = text.count("\n", before.end, span.start) == 1
    return is_next_line and (bool(_ITEM.match(text, span.start)) or span.end - span.start <= _MAX_ITEM)


def _extend(scopes: tuple[Scope, ...], span: Span) -> tuple[Scope, ...]:
    return tuple(Scope(scope.kind, span.start, span.end, scope.cue) for scope in scopes)


def _open_scopes(text: str, span: Span, section: SectionKind) -> tuple[Scope, ...]:
    """The scopes that still run at the end of the sentence: those that would cover one more word."""
    tokens = find_tokens(text, span.start, span.end - 1)
    scopes = find_scopes((*tokens, Token("item", span.end, span.end + 1)), section)
    return tuple(scope for scope in scopes if scope.end == span.end + 1)


def _answered(text: str, question: Span, answer: Span | None) -> tuple[Scope, ...]:
    """A question is denied by the "No." after it."""
    if answer is None or text[question.end - 1] != "?":
        return ()
    denial = _ANSWERED_NO.fullmatch(text, answer.start, answer.end)
    if denial is None:
        return ()
    return (Scope("negated", question.start, question.end, Span(start=denial.start(1), end=denial.end(1))),)


def _register_extensions() -> None:
    for name in ("note", "sections", "sentences"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None if name == "note" else ())


_register_extensions()
