"""Reads notes with the cues and terms of a catalogue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from data.catalogue import Catalogue
from data.notes import Encounter
from data.services import FamilyKind
from models.coding.headers import SectionKind
from models.coding.procedures.facts import Fact, FactFinder
from models.coding.procedures.mentions import Mention, MentionFinder
from models.coding.procedures.reading import NamedService, Reading
from models.coding.procedures.rendering import Naming, Rendering, judge
from models.coding.procedures.status import RENDERED, Status, StatusCue, cues_about, find_status_cues
from models.coding.procedures.text import ProcedureText, is_delivery
from models.coding.procedures.tokens import Tokens, read_tokens

# How far behind a mention its minutes stand, in tokens: "sedation with ketamine, 25 minutes".
_MINUTES_GAP = 4
# How far behind the words for an act the dose that it gave stands, in tokens.
_DOSE_GAP = 8
_PRODUCTS = (FamilyKind.DRUG, FamilyKind.VACCINE)
_INJECTED = frozenset({"im", "sc", "iv", "iv_push"})
# How far behind a product the way and the place of its injection stand, in tokens.
_INJECTION_GAP = 24
# How far from a medicine what it is mixed with stands, and behind a vaccine the way of giving it, in tokens.
_MIX_GAP, _WAY_GAP = 12, 2
_NUMBING = frozenset(
    "lido lidocaine xylocaine marcaine bupivacaine bupi sensorcaine ropivacaine ropi mepivacaine".split()
)
# The opening of a list of vaccines, in tokens, and its words.
_OPENING = 6
_VACCINES = frozenset(
    "vaccine vaccines vaccination vaccinations immunization immunizations imm imms vax shots iz".split()
)
_GIVEN = frozenset("today given administered".split())
_NOT_GIVEN = frozenset("due declined next needs needed prior refused not none deferred recommended".split())
_ONLY_DONE = (("done",), ("completed",), ("were", "done"), ("was", "done"))
_LOG_WORDS = (("start",), ("started",), ("when",), ("continue",))
# Words beside the name of a disease that the vaccine shares.
_BEFORE_DISEASES = frozenset("herpes anti chronic acute oral hx titer titers immune".split())
_AFTER_DISEASES = frozenset(
    (
        "surface core antibody antibodies ab abs ag antigen titer titers igg igm neg negative pos positive"
        " immune nonimmune status virus infection serology exposure sab sag pcr rash quant screen reactive"
        " nonreactive cotest testing"
    ).split()
)
# How many sentences later a note may tell that what it named was done.
_LATER = 3


class Reader:
    """Everything that the recogniser needs of a catalogue, compiled once."""

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
        cues = find_status_cues(text.text, tokens, encounter.date_of_service, encounter.setting)
        page = _Page(text, tokens, facts, cues, self._find_mentions(tokens, facts))
        services = [self._judge(mention, page, encounter) for mention in page.mentions]
        return Reading(text, tokens, facts, _spread(services, tokens))

    def _find_mentions(self, tokens: Tokens, facts: Sequence[Fact]) -> list[Mention]:
        """The mentions, without imaging that only guides another service."""
        guiding = {token for fact in facts if fact.attribute == "guidance" for token in range(fact.first, fact.last)}
        return [
            mention
            for mention in self._mentions.find(tokens)
            if not (self._is_kind(mention, FamilyKind.IMAGING) and not guiding.isdisjoint(mention.tokens))
            and not (self._is_kind(mention, FamilyKind.VACCINE) and _names_disease(mention, tokens))
        ]

    def _is_kind(self, mention: Mention, kind: FamilyKind) -> bool:
        return self._catalogue.families[mention.family].kind is kind

    def _judge(self, mention: Mention, page: "_Page", encounter: Encounter) -> NamedService:
        family = self._catalogue.families[mention.family]
        is_logged = family.kind in (*_PRODUCTS, FamilyKind.SUPPLY) and page.is_logged(mention)
        abouts = [page.cues_about(mention, first, last) for first, last in mention.parts]
        naming = Naming(
            kind=family.kind,
            abouts=[page.without_log_words(about) for about in abouts] if is_logged else abouts,
            sections=[page.section_of(first) for first, _ in mention.parts],
            words=[page.tokens.words[token] for token in mention.tokens],
            is_counted=page.is_counted(mention) or (family.kind is FamilyKind.ACT and page.is_dosed(mention)),
            is_timed_talk=family.kind is FamilyKind.TALK and page.is_timed(mention),
            is_stopped=page.is_stopped(mention),
            is_title=page.tokens.items[mention.first] == page.tokens.items[0],
            note_kind=page.text.kind,
            is_injected=family.kind in _PRODUCTS and (page.is_injected(mention) or page.is_mixed(mention)),
            is_heading=page.is_heading(mention),
            is_logged=is_logged,
            is_listed=(family.kind is FamilyKind.VACCINE and page.is_listed(mention))
            or (family.kind is FamilyKind.SUPPLY and is_delivery(page.text.text)),
            is_only_done=any(page.says_only_done(about) for about in abouts),
            has_way=family.kind is FamilyKind.VACCINE and page.has_way(mention),
        )
        is_in_procedure = SectionKind.PROCEDURE in naming.sections
        is_here = any(Status.HERE in about for about in abouts)
        return NamedService(mention, family, judge(naming, encounter), is_in_procedure, is_here, naming.is_title)


def _names_disease(mention: Mention, tokens: Tokens) -> bool:
    """Whether the word for a vaccine names its disease or a test for it: "hep B surface Ab", "herpes zoster"."""
    before = tokens.words[mention.first - 1] if mention.first else ""
    after = tokens.words[mention.last] if mention.last < len(tokens) else ""
    return before in _BEFORE_DISEASES or after in _AFTER_DISEASES


def _spread(services: Sequence[NamedService], tokens: Tokens) -> list[NamedService]:
    """Vaccines of one list were given together: one without a cue of its own goes with those of its sentence."""
    given: dict[int, Rendering] = {}
    for named in services:
        if named.family.kind is FamilyKind.VACCINE and named.rendering.cue is not None and named.rendering.is_rendered:
            given.setdefault(tokens.sentences[named.mention.first], named.rendering)
    return [
        replace(named, rendering=given[sentence])
        if named.family.kind is FamilyKind.VACCINE
        and named.rendering.cue is None
        and (sentence := tokens.sentences[named.mention.first]) in given
        else named
        for named in services
    ]


class _Page:
    """What was found in a note, by sentence, so that the work for a mention doesn't grow with the note."""

    def __init__(
        self,
        text: ProcedureText,
        tokens: Tokens,
        facts: Sequence[Fact],
        cues: Sequence[StatusCue],
        mentions: Sequence[Mention],
    ) -> None:
        self.text, self.tokens, self.mentions = text, tokens, mentions
        self._cues: dict[int, list[StatusCue]] = defaultdict(list)
        self._facts: dict[int, list[Fact]] = defaultdict(list)
        self._named: dict[int, list[Mention]] = defaultdict(list)
        for cue in cues:
            self._cues[tokens.sentences[cue.first]].append(cue)
        for fact in facts:
            self._facts[tokens.sentences[fact.first]].append(fact)
        for mention in mentions:
            self._named[tokens.sentences[mention.first]].append(mention)
        self._items = dict(zip(tokens.sentences, tokens.items, strict=True))
        self._stopped = {self.section_of(cue.first) for cue in cues if cue.status is Status.STOPPED}

    def section_of(self, token: int) -> str:
        return self.text.sentences[self.tokens.sentences[token]].section_kind

    def cues_about(self, mention: Mention, first: int, last: int) -> dict[Status, StatusCue]:
        sentence = self.tokens.sentences[first]
        outside = [cue for cue in self._cues[sentence] if not mention.overlaps(cue.first, cue.last)]
        inside = [c for c in self._cues[sentence] if c.status in RENDERED and mention.overlaps(c.first, c.last)]
        others = [other.parts[0] for other in self._named[sentence] if other.family != mention.family]
        about = cues_about(first, last, outside, self.tokens, others, inside)
        return about or self._told_after(sentence) or self._told_by_heading(first)

    def _told_by_heading(self, token: int) -> dict[Status, StatusCue]:
        """What the paragraph opens with before a colon: "In the office: glucose 402 by meter; A1c 12.8"."""
        item, first = self.tokens.items[token], token
        while first and self.tokens.items[first - 1] == item:
            first -= 1
        for cue in self._cues[self.tokens.sentences[first]]:
            is_opening = cue.status is Status.HERE and first <= cue.first <= first + 1 and cue.last <= token
            if is_opening and self.text.text[self.tokens.ends[cue.last - 1] :].startswith(":"):
                return {cue.status: cue}
        return {}

    def _told_after(self, sentence: int) -> dict[Status, StatusCue]:
        """What a later sentence of the paragraph opens with: "Dating scan. Viable pregnancy. Performed today."."""
        for later in range(sentence + 1, min(sentence + 1 + _LATER, len(self.text.sentences))):
            cues = self._cues.get(later, [])
            if self._named.get(later) or not self._is_same_item(sentence, later):
                return {}
            if cues and cues[0].status in RENDERED and self.tokens.sentences[cues[0].first - 1] != later:
                return {cue.status: cue for cue in reversed(cues) if cue.status in RENDERED}
        return {}

    def _is_same_item(self, sentence: int, later: int) -> bool:
        return self._items.get(sentence) == self._items.get(later)

    def is_counted(self, mention: Mention) -> bool:
        """Whether a number stands in the words ("cryotherapy of 3 AKs") or, or a size, follows at once ("LN2 x3"), or
        minutes do close behind."""
        facts = self._facts[self.tokens.sentences[mention.last - 1]]
        gaps = {"count": 1, "size_cm": 1, "length_cm": 1, "minutes": _MINUTES_GAP}
        return any(
            fact.attribute in gaps
            and (0 <= fact.first - mention.last <= gaps[fact.attribute] or _is_within(fact, mention))
            for fact in facts
        )

    def is_timed(self, mention: Mention) -> bool:
        """Whether minutes stand in the words: "7 min counseling on smoking"."""
        facts = self._facts[self.tokens.sentences[mention.last - 1]]
        return any(fact.attribute == "minutes" and mention.overlaps(fact.first, fact.last) for fact in facts)

    def is_dosed(self, mention: Mention) -> bool:
        """Whether a dose stands in or close behind the words: "SI joint injection, 40 mg triamcinolone"."""
        facts = self._facts[self.tokens.sentences[mention.last - 1]]
        return any(fact.attribute == "dose" and -1 <= fact.first - mention.first <= _DOSE_GAP for fact in facts)

    def is_heading(self, mention: Mention) -> bool:
        """Whether the mention opens its paragraph, in capitals."""
        first, last = mention.parts[0]
        opens = first == 0 or self.tokens.items[first - 1] != self.tokens.items[first]
        return opens and self.text.text[self.tokens.starts[first] : self.tokens.ends[last - 1]].isupper()

    def is_injected(self, mention: Mention) -> bool:
        """Whether a way and a place of injection follow in the sentence."""
        behind = [
            fact
            for fact in self._facts[self.tokens.sentences[mention.last - 1]]
            if 0 <= fact.first - mention.last <= _INJECTION_GAP
        ]
        ways = [fact.first for fact in behind if fact.attribute == "route" and fact.value in _INJECTED]
        sites = [fact.first for fact in behind if fact.attribute == "site"]
        return bool(ways) and bool(sites)

    def is_logged(self, mention: Mention) -> bool:
        """Whether the sentence tells the dose, or the way, and the moment at which it was given."""
        facts = self._facts[self.tokens.sentences[mention.first]]
        told = {fact.attribute for fact in facts}
        is_timed = "moment" in told or any(fact.unit == "clock" for fact in facts)
        return is_timed and bool(told & {"dose", "route"})

    def is_mixed(self, mention: Mention) -> bool:
        """Whether a dose of the medicine stands beside a numbing medicine that is drawn up with it."""
        sentence = self.tokens.sentences[mention.first]
        near = range(max(0, mention.first - _MIX_GAP), min(len(self.tokens), mention.last + _MIX_GAP))
        words = {self.tokens.words[token] for token in near if self.tokens.sentences[token] == sentence}
        told = {fact.attribute for fact in self._facts[sentence]}
        return bool(told & {"dose", "strength"}) and not words.isdisjoint(_NUMBING)

    def is_listed(self, mention: Mention) -> bool:
        """Whether the list that names the vaccine opens with the vaccines of today, or those that were given."""
        item, first = self.tokens.items[mention.first], mention.first
        while first and self.tokens.items[first - 1] == item:
            first -= 1
        opening = self.tokens.words[first : min(mention.first, first + _OPENING)]
        pairs = [{*pair} for pair in pairwise(opening)]
        is_today = any(pair & _VACCINES and pair & _GIVEN for pair in pairs)
        return is_today and _NOT_GIVEN.isdisjoint(opening)

    def says_only_done(self, about: dict[Status, StatusCue]) -> bool:
        cue = about.get(Status.DONE)
        return cue is not None and self.tokens.words[cue.first : cue.last] in _ONLY_DONE

    def has_way(self, mention: Mention) -> bool:
        """Whether the way of giving follows at once: "Tdap IM"."""
        return any(
            fact.attribute == "route"
            and fact.value in _INJECTED
            and mention.first <= fact.first <= mention.last + _WAY_GAP
            for fact in self._facts[self.tokens.sentences[mention.last - 1]]
        )

    def without_log_words(self, about: dict[Status, StatusCue]) -> dict[Status, StatusCue]:
        """The cues without the "start" of a log, which tells when and plans nothing."""
        cue = about.get(Status.PLANNED)
        is_log = cue is not None and self.tokens.words[cue.first : cue.last] in _LOG_WORDS
        return {status: kept for status, kept in about.items() if not (is_log and kept is cue)}

    def is_stopped(self, mention: Mention) -> bool:
        """Whether the procedure section that names the service says that it was stopped."""
        section = self.section_of(mention.first)
        return section == SectionKind.PROCEDURE and section in self._stopped


def _is_within(fact: Fact, mention: Mention) -> bool:
    return fact.attribute == "count" and mention.first - 1 <= fact.first and fact.last <= mention.last
