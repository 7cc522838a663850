"""A note read for services: what it names, whether each was rendered here, and the facts that it states."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from data.catalogue import Catalogue
from data.notes import Encounter, Setting
from data.services import Family, FamilyKind
from data.suggestions import Evidence
from models.coding.procedures.facts import Fact, FactFinder
from models.coding.procedures.mentions import Mention, MentionFinder
from models.coding.procedures.rendering import Naming, Rendering, judge
from models.coding.procedures.status import StatusCue, cues_about, find_status_cues
from models.coding.procedures.text import ProcedureText
from models.coding.procedures.tokens import Tokens, read_tokens


@dataclass(frozen=True, slots=True)
class NamedService:
    """A mention and how it was judged."""

    mention: Mention
    family: Family
    rendering: Rendering


@dataclass(frozen=True)
class Reading:
    """Everything that the recogniser reads in one note."""

    text: ProcedureText
    tokens: Tokens
    facts: Sequence[Fact]
    cues: Sequence[StatusCue]
    services: Sequence[NamedService]

    def section_of(self, token: int) -> str:
        return self.text.sentences[self.tokens.sentences[token]].section_kind

    def evidence_of(self, first: int, last: int) -> Evidence:
        """The words of tokens [first, last)."""
        return self.text.evidence(self.tokens.starts[first], self.tokens.ends[last - 1])

    def sentence_of(self, token: int) -> Evidence:
        sentence = self.text.sentences[self.tokens.sentences[token]]
        return self.text.evidence(sentence.start, sentence.end)


class _Page(NamedTuple):
    text: ProcedureText
    tokens: Tokens
    facts: Sequence[Fact]
    cues: Sequence[StatusCue]


class Reader:
    """Reads notes with the cues and terms of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._mentions = MentionFinder(catalogue)
        self._facts = FactFinder(catalogue.terms)

    @property
    def paired_sites(self) -> frozenset[str]:
        return self._facts.paired_sites

    def read(self, text: ProcedureText, encounter: Encounter) -> Reading:
        tokens = read_tokens(text)
        facts = self._facts.find(text.text, tokens)
        is_emergency = encounter.setting is Setting.ED
        cues = find_status_cues(text.text, tokens, encounter.date_of_service, is_emergency=is_emergency)
        guidance = [fact for fact in facts if fact.attribute == "guidance"]
        mentions = [
            mention
            for mention in self._mentions.find(tokens)
            if self._catalogue.families[mention.family].kind is not FamilyKind.IMAGING
            or not any(mention.overlaps(fact.first, fact.last) for fact in guidance)
        ]
        page = _Page(text, tokens, facts, cues)
        services = [self._judge(mention, mentions, page, encounter) for mention in mentions]
        return Reading(text, tokens, facts, cues, services)

    def _judge(self, mention: Mention, mentions: Sequence[Mention], page: _Page, encounter: Encounter) -> NamedService:
        family = self._catalogue.families[mention.family]
        others = [other.parts[0] for other in mentions if other.family != mention.family]
        outside = [cue for cue in page.cues if not mention.overlaps(cue.first, cue.last)]
        tokens = page.tokens
        naming = Naming(
            kind=family.kind,
            abouts=[cues_about(first, last, outside, tokens, others) for first, last in mention.parts],
            sections=[page.text.sentences[tokens.sentences[first]].section_kind for first, _ in mention.parts],
            words=[word for first, last in mention.parts for word in tokens.words[first:last]],
            is_counted=any(_counts(fact, mention) for fact in page.facts),
            note_kind=page.text.kind,
        )
        return NamedService(mention, family, judge(naming, encounter))


def _counts(fact: Fact, mention: Mention) -> bool:
    """Whether the fact is a number of things right after the mention: "LN2 x3"."""
    return fact.attribute == "count" and 0 <= fact.first - mention.last <= 1
