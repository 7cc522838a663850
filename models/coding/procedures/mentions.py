"""Places where a note names a service, by the cues of the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from data.catalogue import Catalogue
from data.codes import ProcedureCode
from data.services import FamilyKind
from models.coding.procedures.tokens import ALSO_WORDS, Tokens, split_phrase, stem
from models.coding.procedures.trie import Match, Trie, drop_contained

# The parts of one cue stand in one paragraph or list item, in one or two sentences, this many tokens apart at most.
_WINDOW = 24
# Drugs and supplies are found inside the cues of what is done with them ("nebulized albuterol").
_OWN_CHANNEL = (FamilyKind.DRUG, FamilyKind.VACCINE, FamilyKind.SUPPLY)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name a service of `family`; `codes` narrows it to some of its services, empty when it doesn't.

    `parts` are the token ranges [first, last) of the words, in order; the first part places the mention. Mentions of
    one `channel` compete for words.
    """

    family: str
    codes: frozenset[ProcedureCode]
    parts: tuple[tuple[int, int], ...]
    channel: str
    is_in_one_sentence: bool

    @property
    def first(self) -> int:
        return self.parts[0][0]

    @property
    def last(self) -> int:
        return self.parts[-1][1]

    @property
    def tokens(self) -> list[int]:
        return [token for first, last in self.parts for token in range(first, last)]

    def overlaps(self, first: int, last: int) -> bool:
        return any(start < last and first < end for start, end in self.parts)


@dataclass(frozen=True, slots=True)
class _Cue:
    family: str
    codes: frozenset[ProcedureCode]
    channel: str
    size: int


class MentionFinder:
    """All cues of a catalogue, compiled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._cues: list[_Cue] = []
        phrases: list[tuple[tuple[str, ...], tuple[int, int]]] = []
        for (family, phrase), codes in _collect(catalogue).items():
            parts = [tuple(map(stem, split_phrase(part))) for part in phrase.split("+")]
            kind = catalogue.families[family].kind
            channel = kind.value if kind in _OWN_CHANNEL else ""
            phrases += [(part, (len(self._cues), number)) for number, part in enumerate(parts)]
            self._cues.append(_Cue(family, codes, channel, len(parts)))
        self._trie = Trie(phrases)

    def find(self, tokens: Tokens) -> list[Mention]:
        """All mentions in order; the words of one are never part of the words of a longer one of its channel."""
        whole: dict[str, list[Match[int]]] = defaultdict(list)
        parts: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for match in self._trie.find(tokens.stems, tokens.sentences):
            for number, part in match.payloads:
                cue = self._cues[number]
                if cue.size == 1 and not _is_word(match, tokens):
                    whole[cue.channel].append(Match(match.first, match.last, (number,)))
                elif cue.size > 1:
                    parts[number][part].append((match.first, match.last))
        found = [
            self._mention(number, ((m.first, m.last),), tokens)
            for ms in whole.values()
            for m in drop_contained(ms)
            for number in m.payloads
        ]
        found += [
            self._mention(number, ranges, tokens)
            for number, by_part in parts.items()
            if len(by_part) == self._cues[number].size
            for ranges in _combine(by_part, tokens)
        ]
        return sorted(_without_hidden(found), key=lambda mention: (mention.first, mention.last, mention.family))

    def _mention(self, number: int, parts: Iterable[tuple[int, int]], tokens: Tokens) -> Mention:
        cue = self._cues[number]
        places = tuple(sorted(parts))
        is_in_one_sentence = tokens.sentences[places[0][0]] == tokens.sentences[places[-1][0]]
        return Mention(cue.family, cue.codes, places, cue.channel, is_in_one_sentence)


def _without_hidden(mentions: Iterable[Mention]) -> list[Mention]:
    """Without the mentions that another one hides; only mentions that share a token are compared."""
    by_token: dict[int, list[Mention]] = defaultdict(list)
    distinct = list(dict.fromkeys(mentions))
    for mention in distinct:
        for token in mention.tokens:
            by_token[token].append(mention)
    return [
        mention
        for mention in distinct
        if not any(_hides(other, mention) for token in mention.tokens for other in by_token[token])
    ]


def _hides(specific: Mention, general: Mention) -> bool:
    """Whether one mention says with more words, or closer together, what the other says with some of them."""
    if specific is general or specific.channel != general.channel:
        return False
    if not any(specific.overlaps(first, last) for first, last in general.parts):
        return False
    if specific.family == general.family and specific.codes and not general.codes:
        return True
    if not general.is_in_one_sentence:
        return specific.is_in_one_sentence and len(specific.parts) > 1
    is_part = len(specific.parts) > 1 and len(general.parts) == 1 and general.parts[0] in specific.parts
    return is_part and specific.family != general.family


def _collect(catalogue: Catalogue) -> dict[tuple[str, str], frozenset[ProcedureCode]]:
    """(family, cue) to the services that the cue names; a cue of the family itself names none in particular."""
    found: dict[tuple[str, str], frozenset[ProcedureCode]] = {}
    for service in catalogue.services:
        for cue in service.cues:
            key = (service.family, cue)
            found[key] = found.get(key, frozenset()) | {service.code}
    for family in catalogue.families.values():
        for cue in family.cues:
            found.setdefault((family.key, cue), frozenset())
    return found


def _is_word(match: Match[tuple[int, int]], tokens: Tokens) -> bool:
    """Whether it is the "us" of "let us know": ultrasound is written in capitals, as SCARED, the questionnaire, is."""
    word = tokens.words[match.first]
    return match.last - match.first == 1 and word in ALSO_WORDS and match.first not in tokens.capitals


def _combine(by_part: dict[int, list[tuple[int, int]]], tokens: Tokens) -> Iterator[tuple[tuple[int, int], ...]]:
    """Ways to take one place of each part that lie close together; of several for one first part, the closest."""
    firsts, *rest = (by_part[number] for number in sorted(by_part))
    for anchor in firsts:
        item = tokens.items[anchor[0]]
        near = [
            [place for place in places if tokens.items[place[0]] == item and _are_near(anchor[0], place[0], tokens)]
            for places in rest
        ]
        choices = [(anchor, *chosen) for chosen in product(*(places[:6] for places in near))]
        apart = [choice for choice in choices if _are_apart(choice)]
        if apart:
            yield min(apart, key=lambda choice: max(p[1] for p in choice) - min(p[0] for p in choice))


def _are_near(one: int, other: int, tokens: Tokens) -> bool:
    return abs(one - other) <= _WINDOW and abs(tokens.sentences[one] - tokens.sentences[other]) <= 1


def _are_apart(places: Iterable[tuple[int, int]]) -> bool:
    ordered = sorted(places)
    return all(before[1] <= after[0] for before, after in pairwise(ordered))
