"""Which facts of a note belong to a mention of a service."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from data.services import FamilyKind, Interval, Merge, Service
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
        Kind.CHIEF_COMPLAINT,
    }
)
_NEGATIONS = frozenset({"no", "without", "not", "never", "denies", "avoid"})
_DENIABLE = frozenset(
    {"guidance", "technique", "complexity", "modality", "manipulation", "packing", "cautery", "depth"}
)
# Words that tie a body site to the service it belongs to: "X-ray of the left knee and ankle".
_TIES = frozenset(
    "of the a an and left right bilateral both lt rt l r to in on for ap pa lateral view views with standing x this his"
    " her weight bearing portable series one two three 1 2 3 4 upper lower frontal".split()
)
# A value that a note gives once holds for what was done, wherever it stands.
_TOLD_ONCE = frozenset(
    {"site", "laterality", "size_cm", "length_cm", "lesion", "margin_cm", "excised_cm", "device", "leads"}
)
# How far a dose may stand from its drug, in tokens.
_NEAR_DRUG = 20
_DOSES = frozenset({"dose", "strength", "count"})
# Words beside a dose that say that it was given.
_GIVING = frozenset("dose given gave administered infused injected received total sq sc im iv ivp subq".split())
# Facts farther away than this many tokens are never looked at, in a report and in other notes.
_WIDE, _WINDOW = 1500, 400
_SENTENCE, _ITEM, _SECTION, _NOTE = range(4)


class Finder:
    """Looks up the facts about mentions of one note. A report speaks of its service throughout."""

    def __init__(self, reading: Reading, *, is_report: bool) -> None:
        self.reading = reading
        self._is_report = is_report
        self._facts: dict[str, list[Fact]] = defaultdict(list)
        for fact in reading.facts:
            self._facts[fact.attribute].append(fact)
        self._starts = {key: [fact.first for fact in facts] for key, facts in self._facts.items()}
        products = {named.mention.codes for named in reading.services if named.family.kind is FamilyKind.DRUG}
        self._has_one_drug = len(products) == 1
        drugs = (named.mention for named in reading.services if named.family.kind is FamilyKind.DRUG)
        self._drugs = sorted({(mention.first, mention.last) for mention in drugs})
        self._endoscopies = [
            named
            for named in reading.services
            if named.rendering.is_rendered and "technique" in named.family.split_by and named.family.merge is Merge.ONE
        ]
        self._places = {
            token
            for fact in reading.facts
            if isinstance(fact.value, str) or fact.attribute == "views"
            for token in range(fact.first, fact.last)
        }

    def near(self, mention: Mention, attribute: str, values: frozenset[str] | None = None) -> list[Fact]:
        """Facts of an attribute, the closest first; `values` are those that the services tell apart, None for any."""
        reach = self._reach(mention, attribute)
        ranked = []
        for fact in self._window(attribute, mention):
            if values is not None and fact.value not in values:
                continue
            level = self._level(fact, mention)
            if level <= reach and not self._is_denied(fact) and not self._is_of_other_drug(fact, mention):
                ranked.append((level, self._distance(fact, mention), fact.start, fact))
        ranked.sort(key=lambda item: item[:3])
        return [fact for *_, fact in ranked]

    def _only(self, mention: Mention, attribute: str, values: frozenset[str] | None) -> Fact | None:
        """The one value that the note gives at all, outside of what it tells as history or plans."""
        if attribute not in _TOLD_ONCE or mention.channel:
            return None
        facts = [
            fact
            for fact in self._window(attribute, mention)
            if (values is None or fact.value in values)
            and self._level(fact, mention) <= _NOTE
            and not self._is_denied(fact)
        ]
        return facts[0] if len({fact.value for fact in facts}) == 1 else None

    def doses(self, mention: Mention) -> list[Fact]:
        """The doses near a medicine; those that the note tells apart from its name when it is the only one."""
        found = self.near(mention, "dose")
        if found or not self._has_one_drug or mention.channel != FamilyKind.DRUG:
            return found
        facts = self._window("dose", mention)
        return [fact for fact in facts if self._level(fact, mention) <= _NOTE and self._is_told_as_given(fact)]

    def _is_told_as_given(self, fact: Fact) -> bool:
        words = self.reading.tokens.words
        beside = (*words[max(0, fact.first - 2) : fact.first], *words[fact.last : fact.last + 1])
        return not _GIVING.isdisjoint(beside)

    def only_side(self, mention: Mention) -> list[Fact]:
        """The side when the note names only one."""
        fact = self._only(mention, "laterality", None)
        return [] if fact is None else [fact]

    def is_own_technique(self, mention: Mention, fact: Fact) -> bool:
        """Whether the last endoscopy named up to the technique is the mention's: one note may report two."""
        before = [named for named in self._endoscopies if named.mention.first < fact.last]
        last = before[-1] if before else next(iter(self._endoscopies), None)
        return last is None or last.mention.family == mention.family

    def _window(self, attribute: str, mention: Mention) -> list[Fact]:
        """The facts of an attribute around the mention; farther ones belong to other things."""
        facts, starts = self._facts.get(attribute, []), self._starts.get(attribute, [])
        width = _WIDE if self._is_report else _WINDOW
        return facts[bisect_left(starts, mention.first - width) : bisect_left(starts, mention.last + width)]

    def nearest(
        self, mention: Mention, attribute: str, values: frozenset[str] | None, anchors: Sequence[Fact], which: int
    ) -> Fact | None:
        """The fact of the anchor number `which`, or the closest to the mention when there are no anchors.

        As many facts as anchors belong to them in order: "0.6 cm on the cheek and 1.2 cm on the back".
        """
        facts = self.near(mention, attribute, values)
        if len(anchors) < 2:
            return next(iter(self.tied(mention, facts) or facts), None) or self._only(mention, attribute, values)
        sentences = self.reading.tokens.sentences
        anchor = anchors[which]
        close = [fact for fact in facts if sentences[fact.first] == sentences[anchor.first]]
        are_together = len({sentences[other.first] for other in anchors}) == 1
        if are_together and len(close) == len(anchors):
            return sorted(close, key=lambda fact: fact.start)[which]
        return min(close or facts, key=lambda fact: _apart(fact, anchor), default=None)

    def session_minutes(self, mention: Mention) -> Fact | None:
        """How long a session took: minutes of the mention's sentence, else from its start to its end, else near it."""
        near = self.near(mention, "minutes")
        clock = [fact for fact in self._facts["minutes"] if fact.unit == "clock"]
        return next(iter(self.same_sentence(mention, near) or clock or near), None)

    def alike(self, fact: Fact) -> list[Fact]:
        """The fact, and for a site the other words for it in its sentence: "MTP joint of the great toe"."""
        if fact.attribute != "site":
            return [fact]
        tokens = self.reading.tokens
        facts = self.reading.facts_by_item.get(tokens.items[fact.first], ())
        sentence = tokens.sentences[fact.first]
        return [
            other
            for other in facts
            if (other.attribute, other.value) == (fact.attribute, fact.value)
            and tokens.sentences[other.first] == sentence
        ]

    def is_in_procedure(self, mention: Mention) -> bool:
        return self.reading.section_of(mention.first) == Kind.PROCEDURE

    def same_sentence(self, mention: Mention, facts: Iterable[Fact]) -> list[Fact]:
        return [fact for fact in facts if self._level(fact, mention) == _SENTENCE]

    def tied(self, mention: Mention, facts: Iterable[Fact]) -> list[Fact]:
        """Of the facts, those that the words between tie to the mention, in order."""
        first, last = self._tied_range(mention)
        return sorted((f for f in facts if first <= f.first and f.last <= last), key=lambda fact: fact.start)

    def _tied_range(self, mention: Mention) -> tuple[int, int]:
        tokens = self.reading.tokens
        first, last = mention.first, mention.last
        sentence = tokens.sentences[first]
        while first > 0 and tokens.sentences[first - 1] == sentence and self._ties(first - 1):
            first -= 1
        while last < len(tokens) and tokens.sentences[last] == sentence and self._ties(last):
            last += 1
        return first, last

    def _ties(self, token: int) -> bool:
        return self.reading.tokens.words[token] in _TIES or token in self._places

    def _level(self, fact: Fact, mention: Mention) -> int:
        tokens = self.reading.tokens
        sentence, item = tokens.sentences[fact.first], tokens.items[fact.first]
        if any(tokens.sentences[first] == sentence for first, _ in mention.parts):
            return _SENTENCE
        if any(tokens.items[first] == item for first, _ in mention.parts):
            return _ITEM
        section = self.reading.section_of(fact.first)
        if fact.attribute == "intent" and section == Kind.INDICATION:
            return _SECTION
        if section == self.reading.section_of(mention.first):
            return _SECTION
        return _NOTE if section not in _SILENT_SECTIONS else _NOTE + 1

    def _reach(self, mention: Mention, attribute: str) -> int:
        """How far facts may stand: those of a drug in its sentence, times in its paragraph; in a procedure section
        anywhere in it, in other notes in the paragraph."""
        if mention.channel:
            return _ITEM if attribute == "minutes" else _SENTENCE
        if self._is_report:
            return _NOTE
        return _SECTION if self.reading.section_of(mention.first) == Kind.PROCEDURE else _ITEM

    def _distance(self, fact: Fact, mention: Mention) -> int:
        gaps = [max(fact.first - last, first - fact.last, 0) for first, last in mention.parts]
        is_before = fact.last <= mention.first
        return 2 * min(gaps) + is_before

    def _is_of_other_drug(self, fact: Fact, mention: Mention) -> bool:
        """Whether a dose belongs to another drug: to one that is closer, of two equally close to the one before it."""
        if mention.channel != FamilyKind.DRUG or fact.attribute not in _DOSES:
            return False
        start = bisect_left(self._drugs, (fact.first - _NEAR_DRUG, 0))
        around = [place for place in self._drugs[start:] if place[0] <= fact.last + _NEAR_DRUG]
        closest = min(around, key=lambda place: (_gap_to(fact, place), place[0]), default=None)
        return closest is not None and closest != (mention.first, mention.last)

    def _is_denied(self, fact: Fact) -> bool:
        if fact.attribute not in _DENIABLE or fact.value in ("no", "none"):
            return False
        before = self.reading.tokens.words[max(0, fact.first - 2) : fact.first]
        return not _NEGATIONS.isdisjoint(before)


def _gap_to(fact: Fact, place: tuple[int, int]) -> int:
    """Tokens between a fact and a mention at tokens [first, last)."""
    return max(fact.first - place[1], place[0] - fact.last, 0)


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
