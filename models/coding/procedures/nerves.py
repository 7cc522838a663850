"""Nerve conduction studies, counted: each motor and each sensory study of each nerve on each side is one.

A late response of the muscle (F wave) is part of the motor study; the H reflex is a study of its own.
"""

from collections.abc import Iterator, Sequence

from models.coding.headers import SectionKind as Kind
from models.coding.procedures.reading import Reading

STUDIED = "nerve_study"
_NERVES = frozenset(
    "median ulnar radial peroneal fibular tibial sural saphenous femoral facial axillary musculocutaneous antebrachial"
    " plantar accessory suprascapular phrenic".split()
)
# Studied as sensory nerves when the note doesn't say.
_SENSORY_NERVES = frozenset({"sural", "saphenous", "antebrachial", "plantar"})
_MOTOR, _SENSORY = frozenset({"motor", "cmap", "cmaps"}), frozenset({"sensory", "snap", "snaps", "mixed"})
_LEFT, _RIGHT = frozenset({"l", "left", "lt"}), frozenset({"r", "right", "rt"})
_BOTH = frozenset({"bilateral", "bilat", "both", "bilaterally"})
_SIDES = _LEFT | _RIGHT | _BOTH
# Sentences with these words tell of other things: late responses, muscles, what it means.
_OTHER = frozenset({"needle", "emg", "neuropathy", "mononeuropathy", "polyneuropathy"})
_JUDGING = frozenset(
    {Kind.IMPRESSION, Kind.ASSESSMENT, Kind.ASSESSMENT_PLAN, Kind.PLAN, Kind.DIAGNOSIS, Kind.INDICATION}
)
# How far the side stands from its nerve, in tokens.
_GAP = 3


def count_nerves(reading: Reading) -> int:
    """The different studies that the note lists; 0 when it lists none."""
    return len({study for sentence in _sentences(reading) for study in _studies(reading, sentence)})


def _sentences(reading: Reading) -> Iterator[range]:
    """Token ranges of the sentences that tell results of nerves."""
    numbers = reading.tokens.sentences
    first = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[first]:
            words = set(reading.tokens.words[first:index])
            if reading.section_of(first) not in _JUDGING and _OTHER.isdisjoint(words) and not _is_late(words):
                yield range(first, index)
            first = index


def _is_late(words: set[str]) -> bool:
    return "f" in words and not words.isdisjoint({"wave", "waves", "response", "responses"})


def _studies(reading: Reading, sentence: range) -> Iterator[tuple[str, str, str]]:
    """Kind of study, side and nerve."""
    words = reading.tokens.words
    told = _told(reading, sentence)
    for index in sentence:
        if words[index] in _NERVES:
            kind = told or ("sensory" if words[index] in _SENSORY_NERVES else "motor")
            for side in _sides(words, index, sentence):
                yield kind, side, words[index]


def _told(reading: Reading, sentence: range) -> str:
    """The kind that the sentence, or the label that opens its paragraph, names."""
    item = reading.tokens.items[sentence.start]
    here = [reading.tokens.words[i] for i in range(len(reading.tokens)) if reading.tokens.items[i] == item]
    for words in ([reading.tokens.words[i] for i in sentence], here[:2]):
        kinds = [kind for kind, names in (("motor", _MOTOR), ("sensory", _SENSORY)) if not names.isdisjoint(words)]
        if len(kinds) == 1:
            return kinds[0]
    return ""


def _sides(words: Sequence[str], index: int, sentence: range) -> list[str]:
    """The side named close before the nerve, else close behind; both when both are."""
    close = _before(words, index, sentence) or _behind(words, index, sentence)
    if close & _BOTH:
        return ["left", "right"]
    return [side for side, names in (("left", _LEFT), ("right", _RIGHT)) if close & names] or [""]


def _before(words: Sequence[str], index: int, sentence: range) -> set[str]:
    """Words for sides, from the nerve named before on."""
    places = range(max(sentence.start, index - _GAP), index)
    first = max((place for place in places if words[place] in _NERVES), default=places.start)
    return set(words[first:index]) & _SIDES


def _behind(words: Sequence[str], index: int, sentence: range) -> set[str]:
    """Words for sides, up to the next nerve."""
    places = range(index + 1, min(sentence.stop, index + 1 + _GAP))
    last = min((place for place in places if words[place] in _NERVES), default=places.stop)
    return set(words[index + 1 : last]) & _SIDES
