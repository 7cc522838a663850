"""Which facts of a note belong to a mention of a service."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.services import Interval, Service
from models.coding.headers import SectionKind as Kind
from models.coding.procedures.facts import Fact
from models.coding.procedures.mentions import Mention
from models.coding.procedures.reading import Reading

# Facts of these sections say nothing about what was done.
_SILENT_SECTIONS = frozenset(
    {
        Kind.HPI,
        Kind.HISTORY,
        Kind.SURGICAL_HISTORY,
        Kind.FAMILY_HISTORY,
        Kind.SOCIAL_HISTORY,
        Kind.MEDICATIONS,
        Kind.ALLERGIES,
        Kind.ROS,
        Kind.PLAN,
        Kind.INSTRUCTIONS,
        Kind.ORDERS,
        Kind.INDICATION,
        Kind.DIFFERENTIAL,
        Kind.IMPRESSION,
    }
)
_NEGATIONS = frozenset({"no", "without", "not", "never", "denies", "avoid"})
_DENIABLE = frozenset({"guidance", "technique", "complexity", "modality", "manipulation", "packing", "cautery"})
# Words that tie a body site to the service it belongs to: "X-ray of the left knee and ankle".
_TIES = frozenset(
    "of the a an and left right bilateral both lt rt l r to in on for ap pa lateral view views with standing x this his her"
    " weight bearing portable series one two three 1 2 3 4 upper lower frontal".split()
)
_SENTENCE, _ITEM, _SECTION, _NOTE = range(4)


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks up the facts about mentions of one note."""

    reading: Reading
    is_report: bool

    def near(self, mention: Mention, attribute: str, values: frozenset[str] | None = None) -> list[Fact]:
        """Facts of an attribute, the closest first; `values` are those that the services tell apart, None for any."""
        ranked = []
        for fact in self.reading.facts:
            if fact.attribute != attribute or (values is not None and fact.value not in values):
                continue
            level = self._level(fact, mention)
            if level <= self._reach(mention) and not self._is_denied(fact):
                ranked.append((level, self._distance(fact, mention), fact.start, fact))
        return [fact for *_, fact in sorted(ranked, key=lambda item: item[:3])]

    def nearest(
        self, mention: Mention, attribute: str, values: frozenset[str] | None, anchors: Sequence[Fact], which: int
    ) -> Fact | None:
        """The fact of the anchor number `which`, or the closest to the mention when there are no anchors.

        As many facts as anchors belong to them in order: "0.6 cm on the cheek and 1.2 cm on the back".
        """
        facts = self.near(mention, attribute, values)
        if len(anchors) < 2:
            return next(iter(self.tied(mention, facts) or facts), None)
        sentences = self.reading.tokens.sentences
        anchor = anchors[which]
        close = [fact for fact in facts if sentences[fact.first] == sentences[anchor.first]]
        are_together = len({sentences[other.first] for other in anchors}) == 1
        if are_together and len(close) == len(anchors):
            return sorted(close, key=lambda fact: fact.start)[which]
        return min(close or facts, key=lambda fact: _apart(fact, anchor), default=None)

    def same_sentence(self, mention: Mention, facts: Iterable[Fact]) -> list[Fact]:
        return [fact for fact in facts if self._level(fact, mention) == _SENTENCE]

    def tied(self, mention: Mention, facts: Iterable[Fact]) -> list[Fact]:
        """Of the facts, those that the words between tie to the mention, in order."""
        first, last = self._tied_range(mention)
        return sorted((f for f in facts if first <= f.first and f.last <= last), key=lambda fact: fact.start)

    def _tied_range(self, mention: Mention) -> tuple[int, int]:
        tokens = self.reading.tokens
        first, last = mention.first, mention.last
        places = {token for fact in self.reading.facts if isinstance(fact.value, str) for token in range(fact.first, fact.last)}
        places |= {t for f in self.reading.facts if f.attribute == "views" for t in range(f.first, f.last)}
        sentence = tokens.sentences[first]
        while first > 0 and tokens.sentences[first - 1] == sentence and self._ties(first - 1, places):
            first -= 1
        while last < len(tokens) and tokens.sentences[last] == sentence and self._ties(last, places):
            last += 1
        return first, last

    def _ties(self, token: int, places: set[int]) -> bool:
        return self.reading.tokens.words[token] in _TIES or token in places

    def _level(self, fact: Fact, mention: Mention) -> int:
        tokens = self.reading.tokens
        sentences = {tokens.sentences[first] for first, _ in mention.parts}
        if tokens.sentences[fact.first] in sentences:
            return _SENTENCE
        if tokens.items[fact.first] in {tokens.items[first] for first, _ in mention.parts}:
            return _ITEM
        section = self.reading.section_of(fact.first)
        if fact.attribute == "intent" and section == Kind.INDICATION:
            return _SECTION
        if section == self.reading.section_of(mention.first):
            return _SECTION
        return _NOTE if section not in _SILENT_SECTIONS else _NOTE + 1

    def _reach(self, mention: Mention) -> int:
        """A report speaks of its service throughout; a procedure section within itself; other notes in one paragraph."""
        if self.is_report:
            return _NOTE
        return _SECTION if self.reading.section_of(mention.first) == Kind.PROCEDURE else _ITEM

    def _distance(self, fact: Fact, mention: Mention) -> int:
        gaps = [max(fact.first - last, first - fact.last, 0) for first, last in mention.parts]
        is_before = fact.last <= mention.first
        return 2 * min(gaps) + is_before

    def _is_denied(self, fact: Fact) -> bool:
        if fact.attribute not in _DENIABLE or fact.value in ("no", "none"):
            return False
        before = self.reading.tokens.words[max(0, fact.first - 2) : fact.first]
        return not _NEGATIONS.isdisjoint(before)


def _apart(fact: Fact, anchor: Fact) -> int:
    """Tokens between two facts; of two equally close, the one that follows counts as closer."""
    if fact.first >= anchor.last:
        return 2 * (fact.first - anchor.last)
    return max(2 * (anchor.first - fact.last) + 1, 0)


def values_of(services: Sequence[Service], attribute: str) -> frozenset[str]:
    """The values of an attribute that tell the services apart."""
    found: frozenset[str] = frozenset()
    for service in services:
        choice = service.attributes.get(attribute)
        if isinstance(choice, frozenset):
            found |= choice
    return found


def measures_of(services: Sequence[Service]) -> frozenset[str]:
    """The measures that the services are chosen or counted by."""
    chosen = {key for service in services for key, choice in service.attributes.items() if isinstance(choice, Interval)}
    return frozenset(chosen | {service.unit_rule.measure for service in services if service.unit_rule.measure})
